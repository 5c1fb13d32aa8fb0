//! The files of this checkout.

use std::fs;
use std::path::{Path, PathBuf};

/// What git does not keep, or keeps for itself.
const NOT_OURS: [&str; 4] = [".git", ".sandbox", "target", "bench/target"];

/// A text file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it is, from the root, with slashes.
    pub name: String,
    /// What it says.
    pub text: String,
}

impl SourceFile {
    /// Whether its name ends in a dot and this.
    pub fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.name)
            .extension()
            .is_some_and(|found| found == extension)
    }
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Whether there is such a file or folder, from the root.
pub fn exists(name: &str) -> bool {
    root().join(name).exists()
}

/// The text of a file, by its name from the root.
///
/// # Panics
///
/// If there is no such file.
pub fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every text file that is part of the repository, in the order of their names.
///
/// # Panics
///
/// If a folder cannot be read.
pub fn files() -> Vec<SourceFile> {
    let mut found = Vec::new();
    collect("", &mut found);
    found.sort_by(|left, right| left.name.cmp(&right.name));
    found
}

/// Those with this extension.
pub fn files_with_extension(extension: &str) -> Vec<SourceFile> {
    let mut files = files();
    files.retain(|file| file.has_extension(extension));
    files
}

fn collect(folder: &str, found: &mut Vec<SourceFile>) {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    for entry in entries.flatten() {
        let entry_name = entry.file_name().to_string_lossy().into_owned();
        let name = if folder.is_empty() {
            entry_name
        } else {
            format!("{folder}/{entry_name}")
        };
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if is_folder {
            collect(&name, found);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            // What is no text, such as a picture, is not looked at.
            found.push(SourceFile { name, text });
        }
    }
}
