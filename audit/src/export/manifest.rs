//! What the folder of an export holds: `manifest.json`.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use chrono::{DateTime, Utc};
use comptoir_ledger::SignedCheckpoint;
use serde::{Deserialize, Serialize};

use super::error::ExportError;
use super::request::{Asked, Range};

/// The name of the manifest in the folder.
pub const MANIFEST_FILE: &str = "manifest.json";
/// The version of the manifest's form, and of that of the files.
pub(super) const VERSION: u32 = 1;

/// What the folder of an export holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this form.
    pub version: u32,
    /// The program that wrote it.
    pub written_by: String,
    /// What was asked.
    pub asked: Asked,
    /// What that came to: behind `after`, through `through`.
    pub range: Range,
    /// How many events there are.
    pub events: u64,
    /// When the first of them was recorded.
    pub first_recorded_at: Option<DateTime<Utc>>,
    /// When the last of them was recorded.
    pub last_recorded_at: Option<DateTime<Utc>>,
    /// The leaf hash of the first of them, in hexadecimal.
    pub first_leaf_hash: Option<String>,
    /// The leaf hash of the last of them, in hexadecimal.
    pub last_leaf_hash: Option<String>,
    /// The root of the Merkle tree of all leaves through `range.through`, in hexadecimal: of an export of every event from
    /// the first one on. Who has the files computes it from them.
    pub root: Option<String>,
    /// The newest signed checkpoint that covers the last event: the state of the ledger that this export is a part of. None,
    /// if nothing was signed yet that does.
    pub checkpoint: Option<CheckpointNote>,
    /// The newest signed checkpoint of which every leaf is in this export, if it begins with the first event and leaves none
    /// out: its root can be computed from the files alone.
    pub checkpoint_within: Option<CheckpointNote>,
    /// The files, in the order of their events.
    pub parts: Vec<PartEntry>,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointNote {
    /// How many leaves its tree has.
    pub size: i64,
    /// The whole note, with its signatures (C2SP tlog-checkpoint).
    pub note: String,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartEntry {
    /// Its path in the folder.
    pub path: String,
    /// How many events it has.
    pub events: u64,
    /// How long it is.
    pub bytes: u64,
    /// The SHA-256 of it, in hexadecimal.
    pub sha256: String,
    /// The position of its first event.
    pub first_position: i64,
    /// The position of its last event.
    pub last_position: i64,
    /// When its first event was recorded.
    pub first_recorded_at: DateTime<Utc>,
    /// When its last event was recorded.
    pub last_recorded_at: DateTime<Utc>,
    /// The leaf hash of its first event, in hexadecimal.
    pub first_leaf_hash: String,
    /// The leaf hash of its last event, in hexadecimal.
    pub last_leaf_hash: String,
}

impl CheckpointNote {
    pub(super) fn of(signed: SignedCheckpoint) -> Self {
        Self {
            size: signed.size.get(),
            note: signed.note,
        }
    }
}

impl Manifest {
    /// Reads the manifest of a folder.
    pub fn read(folder: &Path) -> Result<Self, ExportError> {
        let path = folder.join(MANIFEST_FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(ExportError::NoManifest {
                    folder: folder.to_owned(),
                });
            }
            Err(error) => return Err(ExportError::file(&path)(error)),
        };
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|error| ExportError::Damaged {
            path: path.clone(),
            why: error.to_string(),
        })?;
        if manifest.version != VERSION {
            let why = format!(
                "it is of version {}, and this program knows version {VERSION}",
                manifest.version
            );
            return Err(ExportError::Damaged { path, why });
        }
        Ok(manifest)
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, folder: &Path) -> Result<(), ExportError> {
        let path = folder.join(MANIFEST_FILE);
        let text = serde_json::to_string_pretty(self).map_err(|error| ExportError::Damaged {
            path: path.clone(),
            why: error.to_string(),
        })?;
        write_whole(&path, (text + "\n").as_bytes())
    }
}

/// Writes a file under another name, waits for the disk, and then gives it its own.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    let unfinished = path.with_extension("unfinished");
    let write = || {
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        sync_folder_of(path)
    };
    write().map_err(ExportError::file(path))
}

/// Waits until the names in the folder of a file are on disk.
pub(super) fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
