//! Why an export, or its check, could not be carried out.

use std::path::{Path, PathBuf};

use comptoir_ledger::LedgerError;

use super::request::RecordExportError;

/// Why an export could not be carried out. What is finished of it is kept: the same command goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The ledger could not be read.
    #[error("the ledger could not be read; the same command goes on from the last finished part")]
    Ledger(#[from] LedgerError),
    /// It may not take place.
    #[error(transparent)]
    Record(#[from] RecordExportError),
    /// A file could not be read or written.
    #[error("{} could not be read or written; when that is mended, the same command goes on", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The pipe is closed.
    #[error("what reads the export has gone away")]
    Pipe(#[source] std::io::Error),
    /// Parquet could not be written or read.
    #[error("{} could not be written as Parquet", .path.display())]
    Parquet {
        /// Which.
        path: PathBuf,
        /// What the library said.
        source: parquet::errors::ParquetError,
    },
    /// Parquet has its end first, which a pipe cannot have.
    #[error("Parquet cannot be written to a pipe; name a folder with --output, or take jsonl")]
    ParquetToPipe,
    /// The folder holds another export.
    #[error("{} holds another export ({difference}); take another folder, or ask the same", .folder.display())]
    OtherExport {
        /// Which.
        folder: PathBuf,
        /// In what they differ.
        difference: String,
    },
    /// The folder holds something else.
    #[error("{} is not empty and holds no export; take an empty folder", .folder.display())]
    NotEmpty {
        /// Which.
        folder: PathBuf,
    },
    /// Another process exports to it.
    #[error("another process exports to {} at present; wait for it, or take another folder", .folder.display())]
    Busy {
        /// Which.
        folder: PathBuf,
    },
    /// A file that says what the folder holds cannot be understood.
    #[error("{} is damaged: {why}; take another folder", .path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A finished part has gone, or is not as long as it was.
    #[error("{} is not as it was written; take another folder", .path.display())]
    PartChanged {
        /// Which.
        path: PathBuf,
    },
    /// The ledger has lost its end, or has another history.
    #[error(
        "the ledger is not the one that this export was begun from (see position {position}); take another folder"
    )]
    LedgerChanged {
        /// From where on.
        position: i64,
    },
    /// There is no export in the folder, or it is not finished.
    #[error("{} has no manifest.json: the export was not finished; give the command that began it again", .folder.display())]
    NoManifest {
        /// Which.
        folder: PathBuf,
    },
    /// The ledger gave events that cannot be.
    #[error(
        "the event at position {position} cannot be exported: {why}; `comptoir audit verify` looks at all of them"
    )]
    Event {
        /// Where it stands.
        position: i64,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl ExportError {
    /// A file that the system refused.
    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }

    /// A file that Parquet could not be written to.
    pub(super) fn parquet(path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        move |source| Self::Parquet {
            path: path.to_owned(),
            source,
        }
    }
}
