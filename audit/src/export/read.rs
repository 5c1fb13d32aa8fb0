//! Reads the files of an export, as any of their readers would: event by event, in constant memory.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use comptoir_ledger::{Position, RecordedEvent, Revision};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Row, RowAccessor as _};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::request::Format;

/// Why a file cannot be read on. The rest of it is unread.
pub(super) type Unreadable = String;

/// An event as a line says it. Each column is read into what it means, and must be written as it is written by an export.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    position: i64,
    stream: String,
    category: String,
    revision: i64,
    event_id: Uuid,
    event_type: String,
    schema_version: i32,
    #[serde(deserialize_with = "time")]
    recorded_at: DateTime<Utc>,
    data: String,
    metadata: String,
    leaf_hash: String,
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time: DateTime<Utc> = text.parse().map_err(serde::de::Error::custom)?;
    let is_plain = time.to_rfc3339_opts(SecondsFormat::Micros, true) == text;
    if is_plain {
        Ok(time)
    } else {
        Err(serde::de::Error::custom(
            "a time is RFC 3339, UTC, in microseconds",
        ))
    }
}

/// Reads a part and hands over each event of it.
pub(super) fn read_part(
    path: &Path,
    format: Format,
    mut each: impl FnMut(&RecordedEvent),
) -> Result<(), Unreadable> {
    let file = fs::File::open(path).map_err(|error| error.to_string())?;
    match format {
        Format::Jsonl => read_json_lines(file, &mut each),
        Format::Csv => read_csv(file, &mut each),
        Format::Parquet => read_columns(file, &mut each),
    }
}

fn read_json_lines(file: fs::File, each: &mut impl FnMut(&RecordedEvent)) -> Result<(), Unreadable> {
    let mut reader = BufReader::new(file);
    let (mut line, mut number) = (String::new(), 0_u64);
    loop {
        line.clear();
        number += 1;
        let read = reader
            .read_line(&mut line)
            .map_err(|error| format!("line {number}: {error}"))?;
        if read == 0 {
            return Ok(());
        }
        let parsed: Line = serde_json::from_str(&line).map_err(|error| format!("line {number}: {error}"))?;
        each(&event(parsed).map_err(|why| format!("line {number}: {why}"))?);
    }
}

fn read_csv(file: fs::File, each: &mut impl FnMut(&RecordedEvent)) -> Result<(), Unreadable> {
    let mut reader = csv::Reader::from_reader(file);
    for parsed in reader.deserialize::<Line>() {
        let parsed = parsed.map_err(|error| error.to_string())?;
        each(&event(parsed)?);
    }
    Ok(())
}

fn read_columns(file: fs::File, each: &mut impl FnMut(&RecordedEvent)) -> Result<(), Unreadable> {
    let reader = SerializedFileReader::new(file).map_err(|error| error.to_string())?;
    let rows = reader.get_row_iter(None).map_err(|error| error.to_string())?;
    for row in rows {
        let row = row
            .and_then(|row| of_row(&row))
            .map_err(|error| error.to_string())?;
        each(&event(row)?);
    }
    Ok(())
}

fn of_row(row: &Row) -> Result<Line, ParquetError> {
    let wrong = |what: &str| ParquetError::General(what.to_owned());
    Ok(Line {
        position: row.get_long(0)?,
        stream: row.get_string(1)?.clone(),
        category: row.get_string(2)?.clone(),
        revision: row.get_long(3)?,
        event_id: row
            .get_string(4)?
            .parse()
            .map_err(|_| wrong("an event id is no UUID"))?,
        event_type: row.get_string(5)?.clone(),
        schema_version: row.get_int(6)?,
        recorded_at: DateTime::from_timestamp_micros(row.get_timestamp_micros(7)?)
            .ok_or_else(|| wrong("a time is out of range"))?,
        data: row.get_string(8)?.clone(),
        metadata: row.get_string(9)?.clone(),
        leaf_hash: hex::encode(row.get_bytes(10)?.data()),
    })
}

fn event(line: Line) -> Result<RecordedEvent, Unreadable> {
    let event = RecordedEvent {
        position: Position::new(line.position),
        stream: line.stream,
        revision: Revision::new(line.revision),
        event_id: line.event_id,
        event_type: line.event_type,
        schema_version: line.schema_version,
        recorded_at: line.recorded_at,
        data: line.data,
        metadata: line.metadata,
        leaf_hash: hex::decode(&line.leaf_hash).map_err(|error| format!("leaf_hash: {error}"))?,
    };
    if event.category() != line.category {
        return Err(format!(
            "position {}: its category is not that of its stream",
            event.position
        ));
    }
    Ok(event)
}
