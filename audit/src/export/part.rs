//! One file of an export on its way: under a name that no reader takes for a part, counted and hashed as it is written, and
//! renamed when it is whole and on disk.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use comptoir_ledger::RecordedEvent;

use super::columns::ColumnWriter;
use super::error::ExportError;
use super::hashing::HashingFile;
use super::manifest::{PartEntry, sync_folder_of};
use super::request::Format;
use super::text::{TextEncoder, TextFormat};

/// Below the folder of the export: a reader of Parquet takes all of it for one table.
pub(super) const EVENTS_FOLDER: &str = "events";
/// The most payload in a part, in bytes, unless a single event has more.
const PART_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Text is handed to the file in pieces of about this many bytes.
const PIECE_BYTES: usize = 256 * 1024;

enum Sink {
    Text {
        encoder: TextEncoder,
        waiting: Vec<u8>,
        file: Box<HashingFile>,
    },
    Columns(Box<ColumnWriter<HashingFile>>),
}

/// The ends of a part.
#[derive(Debug, Clone)]
struct End {
    position: i64,
    recorded_at: DateTime<Utc>,
    leaf_hash: [u8; 32],
}

/// A part on its way.
pub(super) struct OpenPart {
    name: String,
    /// Where it will be.
    path: PathBuf,
    unfinished: PathBuf,
    sink: Sink,
    /// All of its events are of this day, where the format has a folder for each.
    day: Option<NaiveDate>,
    first: End,
    last: End,
    events: u64,
    payload_bytes: u64,
}

impl OpenPart {
    /// Begins the part with this number, counted from 1, for a first event that is still to be added.
    pub(super) fn begin(
        folder: &Path,
        format: Format,
        number: usize,
        first: &RecordedEvent,
    ) -> Result<Self, ExportError> {
        let day = match format {
            Format::Jsonl | Format::Csv => None,
            Format::Parquet => Some(first.recorded_at.date_naive()),
        };
        let of_day = day.map(|day| format!("date={day}/")).unwrap_or_default();
        let (file_name, of_day) = (
            format!("part-{number:06}.{format}"),
            format!("{EVENTS_FOLDER}/{of_day}"),
        );
        let unfinished = folder.join(&of_day).join(format!(".{file_name}.unfinished"));
        let name = of_day + &file_name;
        let path = folder.join(&name);
        let create = || {
            fs::create_dir_all(unfinished.parent().unwrap_or(folder))?;
            fs::File::create(&unfinished)
        };
        let file = create().map_err(ExportError::file(&unfinished))?;
        let file = HashingFile::new(file);
        let text = |format, file| {
            let encoder = TextEncoder::new(format);
            Sink::Text {
                waiting: encoder.header().as_bytes().to_vec(),
                encoder,
                file: Box::new(file),
            }
        };
        let sink = match format {
            Format::Jsonl => text(TextFormat::JsonLines, file),
            Format::Csv => text(TextFormat::Csv, file),
            Format::Parquet => Sink::Columns(Box::new(ColumnWriter::new(file, unfinished.clone())?)),
        };
        let first = End::of(first)?;
        let (last, events, payload_bytes) = (first.clone(), 0, 0);
        Ok(Self {
            name,
            path,
            unfinished,
            sink,
            day,
            first,
            last,
            events,
            payload_bytes,
        })
    }

    /// Whether an event belongs into this part, and not into the next.
    pub(super) fn takes(&self, event: &RecordedEvent, events_max: u64) -> bool {
        let is_of_the_day = self.day.is_none_or(|day| day == event.recorded_at.date_naive());
        is_of_the_day && self.events < events_max && self.payload_bytes < PART_BYTES_MAX
    }

    /// Adds an event.
    pub(super) fn add(&mut self, event: &RecordedEvent) -> Result<(), ExportError> {
        self.last = End::of(event)?;
        self.events += 1;
        self.payload_bytes += (event.data.len() + event.metadata.len()) as u64;
        match &mut self.sink {
            Sink::Text {
                encoder,
                waiting,
                file,
            } => {
                encoder.line(event, waiting);
                if waiting.len() >= PIECE_BYTES {
                    file.write_all(waiting)
                        .map_err(ExportError::file(&self.unfinished))?;
                    waiting.clear();
                }
                Ok(())
            }
            Sink::Columns(columns) => columns.add(event.clone()),
        }
    }

    /// Waits until it is on disk, and gives it its name.
    pub(super) fn finish(self) -> Result<PartEntry, ExportError> {
        let file = match self.sink {
            Sink::Text {
                encoder: _,
                waiting,
                mut file,
            } => {
                file.write_all(&waiting)
                    .map_err(ExportError::file(&self.unfinished))?;
                *file
            }
            Sink::Columns(columns) => columns.finish()?,
        };
        let settle = || {
            let digest = file.finish()?;
            fs::rename(&self.unfinished, &self.path)?;
            sync_folder_of(&self.path)?;
            Ok(digest)
        };
        let (bytes, sha256) = settle().map_err(ExportError::file(&self.path))?;
        Ok(PartEntry {
            path: self.name,
            events: self.events,
            bytes,
            sha256,
            first_position: self.first.position,
            last_position: self.last.position,
            first_recorded_at: self.first.recorded_at,
            last_recorded_at: self.last.recorded_at,
            first_leaf_hash: hex::encode(self.first.leaf_hash),
            last_leaf_hash: hex::encode(self.last.leaf_hash),
        })
    }
}

impl End {
    fn of(event: &RecordedEvent) -> Result<Self, ExportError> {
        Ok(Self {
            position: event.position.get(),
            recorded_at: event.recorded_at,
            leaf_hash: leaf_hash_of(event)?,
        })
    }
}

/// The stored leaf hash of an event, which is of 32 bytes.
pub(super) fn leaf_hash_of(event: &RecordedEvent) -> Result<[u8; 32], ExportError> {
    let why = "its leaf hash is not of 32 bytes";
    let damaged = |_| ExportError::Event {
        position: event.position.get(),
        why,
    };
    event.leaf_hash.as_slice().try_into().map_err(damaged)
}
