//! An event as a line of JSON or of CSV. `data` and `metadata` are strings, so that their bytes stay as they are: the leaf hash
//! of an event can be computed from its line.
//!
//! It is written by hand, since an export is to be about as fast as PostgreSQL's own: runs of plain bytes are copied whole,
//! and the time of a second is made once for all of its events.

use std::io::Write as _;

use chrono::{DateTime, Utc};
use comptoir_ledger::RecordedEvent;
use uuid::fmt::Hyphenated;

/// The first line of a CSV file: the columns, which are also the keys of a JSON line, in this order.
pub(super) const CSV_HEADER: &str = "position,stream,category,revision,event_id,event_type,schema_version,recorded_at,data,metadata,leaf_hash\n";

const HEX: &[u8; 16] = b"0123456789abcdef";

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextFormat {
    /// A JSON object a line.
    JsonLines,
    /// RFC 4180; text is always quoted.
    Csv,
}

/// Writes events as text.
#[derive(Debug)]
pub(super) struct TextEncoder {
    format: TextFormat,
    second: Option<i64>,
    /// `2026-06-01T12:00:00` of that second.
    prefix: String,
}

impl TextEncoder {
    pub(super) const fn new(format: TextFormat) -> Self {
        Self {
            format,
            second: None,
            prefix: String::new(),
        }
    }

    /// What a file begins with.
    pub(super) const fn header(&self) -> &'static str {
        match self.format {
            TextFormat::JsonLines => "",
            TextFormat::Csv => CSV_HEADER,
        }
    }

    /// Adds the line of an event.
    pub(super) fn line(&mut self, event: &RecordedEvent, out: &mut Vec<u8>) {
        out.reserve(2 * (event.data.len() + event.metadata.len()) + 512);
        match self.format {
            TextFormat::JsonLines => self.json_line(event, out),
            TextFormat::Csv => self.csv_line(event, out),
        }
    }

    fn json_line(&mut self, event: &RecordedEvent, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"position\":");
        number(event.position.get(), out);
        out.extend_from_slice(b",\"stream\":");
        json_string(&event.stream, out);
        out.extend_from_slice(b",\"category\":");
        json_string(event.category(), out);
        out.extend_from_slice(b",\"revision\":");
        number(event.revision.get(), out);
        out.extend_from_slice(b",\"event_id\":\"");
        id(event, out);
        out.extend_from_slice(b"\",\"event_type\":");
        json_string(&event.event_type, out);
        out.extend_from_slice(b",\"schema_version\":");
        number(i64::from(event.schema_version), out);
        out.extend_from_slice(b",\"recorded_at\":\"");
        self.time(event.recorded_at, out);
        out.extend_from_slice(b"\",\"data\":");
        json_string(&event.data, out);
        out.extend_from_slice(b",\"metadata\":");
        json_string(&event.metadata, out);
        out.extend_from_slice(b",\"leaf_hash\":\"");
        hexadecimal(&event.leaf_hash, out);
        out.extend_from_slice(b"\"}\n");
    }

    fn csv_line(&mut self, event: &RecordedEvent, out: &mut Vec<u8>) {
        number(event.position.get(), out);
        out.push(b',');
        csv_string(&event.stream, out);
        out.push(b',');
        csv_string(event.category(), out);
        out.push(b',');
        number(event.revision.get(), out);
        out.push(b',');
        id(event, out);
        out.push(b',');
        csv_string(&event.event_type, out);
        out.push(b',');
        number(i64::from(event.schema_version), out);
        out.push(b',');
        self.time(event.recorded_at, out);
        out.push(b',');
        csv_string(&event.data, out);
        out.push(b',');
        csv_string(&event.metadata, out);
        out.push(b',');
        hexadecimal(&event.leaf_hash, out);
        out.push(b'\n');
    }

    /// RFC 3339, UTC, always with six digits behind the point.
    fn time(&mut self, at: DateTime<Utc>, out: &mut Vec<u8>) {
        if self.second != Some(at.timestamp()) {
            self.second = Some(at.timestamp());
            self.prefix = at.format("%Y-%m-%dT%H:%M:%S").to_string();
        }
        out.extend_from_slice(self.prefix.as_bytes());
        // A buffer in memory cannot refuse.
        drop(write!(out, ".{:06}Z", at.timestamp_subsec_micros()));
    }
}

fn number(number: i64, out: &mut Vec<u8>) {
    // A buffer in memory cannot refuse.
    drop(write!(out, "{number}"));
}

fn id(event: &RecordedEvent, out: &mut Vec<u8>) {
    let mut buffer = [0; Hyphenated::LENGTH];
    out.extend_from_slice(event.event_id.hyphenated().encode_lower(&mut buffer).as_bytes());
}

fn hexadecimal(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
}

/// Quotes, backslashes and control characters are escaped (RFC 8259, section 7); all else stands as it is.
fn json_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut plain_from = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte != b'"' && byte != b'\\' && byte >= 0x20 {
            continue;
        }
        out.extend_from_slice(&bytes[plain_from..at]);
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control => {
                out.extend_from_slice(b"\\u00");
                hexadecimal(&[control], out);
            }
        }
        plain_from = at + 1;
    }
    out.extend_from_slice(&bytes[plain_from..]);
    out.push(b'"');
}

/// Quotes are doubled.
fn csv_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for (number, plain) in text.as_bytes().split(|byte| *byte == b'"').enumerate() {
        if number > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(plain);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use comptoir_ledger::{Position, Revision};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn event(stream: &str, data: &str) -> RecordedEvent {
        RecordedEvent {
            position: Position::new(3),
            stream: stream.to_owned(),
            revision: Revision::new(2),
            event_id: Uuid::from_u128(0x0198_c0de_7a01_7000_8000_0000_0000_00a3),
            event_type: "note.taken".to_owned(),
            schema_version: 1,
            recorded_at: "2026-06-01T12:00:00.000001Z".parse().unwrap(),
            data: data.to_owned(),
            metadata: "{}".to_owned(),
            leaf_hash: vec![0xab; 32],
        }
    }

    fn line(format: TextFormat, event: &RecordedEvent) -> String {
        let mut out = Vec::new();
        TextEncoder::new(format).line(event, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_of_json_holds_all_columns_and_the_payload_as_a_string() {
        let expected = format!(
            "{{\"position\":3,\"stream\":\"note-1\",\"category\":\"note\",\"revision\":2,\
             \"event_id\":\"0198c0de-7a01-7000-8000-0000000000a3\",\"event_type\":\"note.taken\",\"schema_version\":1,\
             \"recorded_at\":\"2026-06-01T12:00:00.000001Z\",\"data\":\"{{ \\\"a\\\":\\n1.0e0}}\",\"metadata\":\"{{}}\",\
             \"leaf_hash\":\"{}\"}}\n",
            "ab".repeat(32)
        );
        assert_eq!(
            line(TextFormat::JsonLines, &event("note-1", "{ \"a\":\n1.0e0}")),
            expected
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_both_formats_byte_for_byte(stream in ".*", data in "(?s).*") {
            let event = event(&stream, &data);
            let json: serde_json::Value = serde_json::from_str(&line(TextFormat::JsonLines, &event)).unwrap();
            prop_assert_eq!(json["data"].as_str().unwrap(), &data);
            prop_assert_eq!(json["stream"].as_str().unwrap(), &stream);
            let csv = CSV_HEADER.to_owned() + &line(TextFormat::Csv, &event);
            let mut reader = csv::Reader::from_reader(csv.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(&record[1], &stream);
            prop_assert_eq!(&record[8], &data);
            prop_assert_eq!(&record[10], "ab".repeat(32));
        }
    }
}
