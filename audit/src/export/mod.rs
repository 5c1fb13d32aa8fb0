//! The ledger as files that are read without it: JSON lines, CSV, or Parquet, with a manifest that they can be held against.
//!
//! An export is a folder. Its events stand in parts of bounded size in `events/`; `manifest.json` is written last and says what
//! was asked, what each part holds, and the signed checkpoint that the events belong to. Memory does not grow with the ledger.
//!
//! | file | holds |
//! | --- | --- |
//! | `request` | what is asked, and what it comes to |
//! | `manifest` | what the folder holds, as `manifest.json` says it |
//! | `journal` | which parts are finished, so that an export that was killed goes on |
//! | `text` | an event as a line of JSON or CSV |
//! | `columns` | events as Parquet |
//! | `part` | one file on its way: counted, hashed by `hashing`, renamed when it is whole |
//! | `run` | the export |
//! | `pipe` | the same to a pipe, without a folder |
//! | `check` | holds a folder against its manifest: reads it with `read`, compares with `compared`, notes in `findings` |

mod check;
mod columns;
mod compared;
mod error;
mod findings;
mod hashing;
mod journal;
mod manifest;
mod part;
mod pipe;
mod read;
mod request;
mod run;
mod text;

pub use check::check;
pub use error::ExportError;
pub use findings::{CheckReport, Finding};
pub use manifest::{CheckpointNote, MANIFEST_FILE, Manifest, PartEntry};
pub use pipe::export_to;
pub use request::{
    Asked, ExportOpened, Format, NotRecorded, Range, RecordExport, RecordExportError, UnknownFormat,
};
pub use run::{Exported, Outcome, Progress, export};
