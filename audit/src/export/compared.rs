//! What a check compares: the ends of a part, the digest of a file, the files that are there.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use chrono::{DateTime, Utc};
use comptoir_ledger::RecordedEvent;
use sha2::{Digest, Sha256};

use super::manifest::PartEntry;

/// The first or the last event of a part, as the manifest knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PartEnd {
    position: i64,
    recorded_at: DateTime<Utc>,
    leaf_hash: String,
}

impl PartEnd {
    pub(super) fn of(event: &RecordedEvent) -> Self {
        Self {
            position: event.position.get(),
            recorded_at: event.recorded_at,
            leaf_hash: hex::encode(&event.leaf_hash),
        }
    }

    pub(super) fn first(part: &PartEntry) -> Self {
        Self {
            position: part.first_position,
            recorded_at: part.first_recorded_at,
            leaf_hash: part.first_leaf_hash.clone(),
        }
    }

    pub(super) fn last(part: &PartEntry) -> Self {
        Self {
            position: part.last_position,
            recorded_at: part.last_recorded_at,
            leaf_hash: part.last_leaf_hash.clone(),
        }
    }
}

pub(super) fn digest(path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = fs::File::open(path)?;
    let (mut hasher, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 256 * 1024]);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok((bytes, hex::encode(hasher.finalize())));
        }
        hasher.update(&piece[..read]);
        bytes += read as u64;
    }
}

/// The paths of all files below a folder, from the folder of the export on.
pub(super) fn files_below(export: &Path, folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(export.join(folder)) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for entry in entries.flatten() {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files.extend(files_below(export, &path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
