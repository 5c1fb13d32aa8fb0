//! Lists the files of `data/locales/`, so that a language is in the program once its file is in the folder.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

const FOLDER: &str = "data/locales";

fn main() -> Result<(), Box<dyn Error>> {
    let out = std::env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?;
    fs::write(PathBuf::from(out).join("locales.rs"), listing(Path::new(FOLDER))?)?;
    // Of a folder, cargo looks at all that is in it, so that a new file is seen too.
    writeln!(io::stdout(), "cargo::rerun-if-changed={FOLDER}")?;
    Ok(())
}

/// An array with the name and the text of each file.
fn listing(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        match name {
            Some(name) if path.extension().is_some_and(|extension| extension == "json") => {
                names.push(name.to_owned());
            }
            _ => return Err(format!("{} is no <language>.json", path.display()).into()),
        }
    }
    names.sort();
    let mut listing = "[\n".to_owned();
    for name in names {
        writeln!(
            listing,
            "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{FOLDER}/{name}.json\"))),"
        )?;
    }
    listing.push_str("]\n");
    Ok(listing)
}
