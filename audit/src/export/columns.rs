//! Events as Parquet, in columns that Spark, Trino and DuckDB read as they are.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use comptoir_ledger::RecordedEvent;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;

use super::error::ExportError;

/// The columns: those of the table `events`, and the category.
const SCHEMA: &str = "message event {
    required int64 position (INTEGER(64, true));
    required binary stream (STRING);
    required binary category (STRING);
    required int64 revision (INTEGER(64, true));
    required binary event_id (STRING);
    required binary event_type (STRING);
    required int32 schema_version (INTEGER(32, true));
    required int64 recorded_at (TIMESTAMP(MICROS, true));
    required binary data (STRING);
    required binary metadata (STRING);
    required binary leaf_hash;
}";

/// A row group is what a reader holds in memory at once, and what this writer does.
const GROUP_EVENTS_MAX: usize = 50_000;
/// The most payload in a row group, in bytes, unless a single event has more.
const GROUP_BYTES_MAX: usize = 32 * 1024 * 1024;

/// A Parquet file on its way.
pub(super) struct ColumnWriter<W: Write + Send> {
    path: PathBuf,
    file: SerializedFileWriter<W>,
    waiting: Vec<RecordedEvent>,
    bytes: usize,
}

impl<W: Write + Send> ColumnWriter<W> {
    /// Begins a file; `path` is for messages.
    pub(super) fn new(file: W, path: PathBuf) -> Result<Self, ExportError> {
        let begin = || {
            let schema = Arc::new(parse_message_type(SCHEMA)?);
            SerializedFileWriter::new(file, schema, Arc::new(properties()))
        };
        let file = begin().map_err(ExportError::parquet(&path))?;
        Ok(Self {
            path,
            file,
            waiting: Vec::new(),
            bytes: 0,
        })
    }

    /// Adds an event.
    pub(super) fn add(&mut self, event: RecordedEvent) -> Result<(), ExportError> {
        self.bytes += event.data.len() + event.metadata.len();
        self.waiting.push(event);
        if self.waiting.len() >= GROUP_EVENTS_MAX || self.bytes >= GROUP_BYTES_MAX {
            self.write_group()?;
        }
        Ok(())
    }

    /// Writes what is left, and the end that makes it a file.
    pub(super) fn finish(mut self) -> Result<W, ExportError> {
        self.write_group()?;
        self.file.into_inner().map_err(ExportError::parquet(&self.path))
    }

    fn write_group(&mut self) -> Result<(), ExportError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let events = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let write = || {
            let mut group = self.file.next_row_group()?;
            write_columns(&mut group, events)?;
            group.close().map(drop)
        };
        write().map_err(ExportError::parquet(&self.path))
    }
}

/// Names repeat and are written once; payloads, ids and hashes do not, and their least and greatest say nothing.
fn properties() -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("comptoir ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for column in [
        "position",
        "revision",
        "event_id",
        "recorded_at",
        "data",
        "metadata",
        "leaf_hash",
    ] {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(column), false);
    }
    for column in ["data", "metadata", "leaf_hash"] {
        properties =
            properties.set_column_statistics_enabled(ColumnPath::from(column), EnabledStatistics::None);
    }
    properties.build()
}

/// The columns in the order of the schema. Texts are moved, not copied.
fn write_columns<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    mut events: Vec<RecordedEvent>,
) -> Result<(), ParquetError> {
    let text = |text: &str| ByteArray::from(text.as_bytes().to_vec());
    column::<Int64Type, W>(group, events.iter().map(|event| event.position.get()))?;
    column::<ByteArrayType, W>(group, events.iter().map(|event| text(&event.stream)))?;
    column::<ByteArrayType, W>(group, events.iter().map(|event| text(event.category())))?;
    column::<Int64Type, W>(group, events.iter().map(|event| event.revision.get()))?;
    column::<ByteArrayType, W>(
        group,
        events.iter().map(|event| text(&event.event_id.to_string())),
    )?;
    column::<ByteArrayType, W>(group, events.iter().map(|event| text(&event.event_type)))?;
    column::<Int32Type, W>(group, events.iter().map(|event| event.schema_version))?;
    column::<Int64Type, W>(
        group,
        events.iter().map(|event| event.recorded_at.timestamp_micros()),
    )?;
    let mut moved = |take: fn(&mut RecordedEvent) -> Vec<u8>| {
        column::<ByteArrayType, W>(group, events.iter_mut().map(|event| ByteArray::from(take(event))))
    };
    moved(|event| std::mem::take(&mut event.data).into_bytes())?;
    moved(|event| std::mem::take(&mut event.metadata).into_bytes())?;
    moved(|event| std::mem::take(&mut event.leaf_hash))
}

fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = T::T>,
) -> Result<(), ParquetError> {
    let missing = || ParquetError::General("the schema has fewer columns than are written".to_owned());
    let mut column = group.next_column()?.ok_or_else(missing)?;
    let values: Vec<T::T> = values.collect();
    column.typed::<T>().write_batch(&values, None, None)?;
    column.close()
}
