//! For whoever works on templates and for the tests of this crate: the child process by itself, and samples as files.
//!
//! `documents samples <folder>` writes every sample as PDF, XML and JSON; `documents soak <times>` renders so often and fails
//! if that takes more and more memory; `documents render-document` is what an operator's template runs in, as it is in the
//! binary `comptoir`.

use std::error::Error;
use std::io::{stdin, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

use comptoir_documents::{Renderer, RendererOptions, child, fixtures, json};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["render-document"] => child::serve(stdin().lock(), stdout().lock()).map_err(Into::into),
        ["samples", folder] => write_samples(Path::new(folder)),
        ["soak", times] => soak(times),
        _ => Err(
            "usage: documents samples <folder> | documents soak <times> | documents render-document".into(),
        ),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("documents: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_samples(folder: &Path) -> Result<(), Box<dyn Error>> {
    let renderer = Renderer::new(RendererOptions::default());
    fs::create_dir_all(folder)?;
    for sample in fixtures::all() {
        let document = renderer.render(&sample.content, &sample.parties)?;
        let path = folder.join(sample.name);
        fs::write(path.with_extension("pdf"), document.pdf)?;
        fs::write(path.with_extension("xml"), document.xml)?;
        let json = json(&sample.content, &sample.parties);
        fs::write(path.with_extension("json"), serde_json::to_vec_pretty(&json)?)?;
    }
    Ok(())
}

/// How much more memory may be in use at the end than when everything was warm.
const GROWTH_KIB_MAX: u64 = 30 * 1024;

fn soak(times: &str) -> Result<(), Box<dyn Error>> {
    let renderer = Renderer::new(RendererOptions::default());
    let samples = fixtures::all();
    let render = |index: usize| {
        let sample = &samples[index % samples.len()];
        renderer.render(&sample.content, &sample.parties).map(drop)
    };
    (0..samples.len()).try_for_each(render)?;
    let warm = memory_kib()?;
    let begun = Instant::now();
    let times: usize = times.parse()?;
    (0..times).try_for_each(render)?;
    let each = begun.elapsed().as_micros() / times.max(1) as u128;
    let grown = memory_kib()?.saturating_sub(warm);
    eprintln!("documents: {times} rendered, {each} microseconds each, {warm} KiB and then {grown} KiB more");
    if grown > GROWTH_KIB_MAX {
        Err("rendering takes more and more memory".into())
    } else {
        Ok(())
    }
}

/// The memory of this process that is in use.
fn memory_kib() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no VmRSS")?;
    Ok(number.parse()?)
}
