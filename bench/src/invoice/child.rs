//! The contestants of this program, as processes of their own: they read one document a line, and answer as the peers do.

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use comptoir_documents::{Renderer, RendererOptions};
use comptoir_domain::document::{DocumentContent, Parties};
use serde::Deserialize;

use super::plain_typst::PlainTypst;
use super::samples::samples;

/// Which contestant a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Own {
    /// The product's renderer.
    Comptoir,
    /// The crate typst-as-lib, with the same template and fonts.
    TypstAsLib,
}

/// A document as it comes in.
#[derive(Deserialize)]
struct Job {
    content: DocumentContent,
    parties: Parties,
}

/// Renders until standard input ends.
pub(crate) fn serve(own: Own, keep: Option<&Path>) -> Result<()> {
    let render = renderer(own);
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let begun = Instant::now();
        let job: Job = serde_json::from_str(&line)?;
        let pdf = render(&job)?;
        let took = begun.elapsed();
        if let Some(keep) = keep {
            std::fs::write(keep, &pdf)?;
        }
        writeln!(out, "{} {}", took.as_nanos(), pdf.len())?;
        out.flush()?;
    }
    Ok(())
}

/// What a contestant does with a document.
type Render = Box<dyn Fn(&Job) -> Result<Vec<u8>>>;

fn renderer(own: Own) -> Render {
    match own {
        Own::Comptoir => {
            let renderer = Renderer::new(RendererOptions::default());
            Box::new(move |job| Ok(renderer.render(&job.content, &job.parties)?.pdf))
        }
        Own::TypstAsLib => {
            let plain = PlainTypst::new();
            Box::new(move |job| plain.render(&job.content, &job.parties))
        }
    }
}

/// How many documents a second so many threads render, for a while.
pub(super) fn throughput(threads: usize, time: Duration) -> Result<f64> {
    let documents = samples(64)?;
    let jobs: Vec<Job> = documents
        .iter()
        .map(|sample| serde_json::from_str(&sample.whole).context("a sample"))
        .collect::<Result<_>>()?;
    let renderer = Renderer::new(RendererOptions::default());
    renderer.render(&jobs[0].content, &jobs[0].parties)?;
    let begun = Instant::now();
    let counts: Vec<Result<u64>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|thread| {
                let (renderer, jobs) = (renderer.clone(), &jobs);
                scope.spawn(move || {
                    let mut count = 0;
                    for job in jobs.iter().cycle().skip(thread * 7) {
                        if begun.elapsed() >= time {
                            break;
                        }
                        renderer.render(&job.content, &job.parties)?;
                        count += 1;
                    }
                    Ok(count)
                })
            })
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?)
            .collect()
    });
    let count = counts.into_iter().sum::<Result<u64>>()?;
    Ok(per_second(count, begun.elapsed()))
}

#[expect(clippy::cast_precision_loss, reason = "a count of some thousands")]
fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Where a kept document lies.
pub(super) fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target/bench/invoice")
        .join(name)
}
