//! Explains in which rows a rebuilt read model differs from the one in use, by the events behind each row.
//!
//! What is compared stands in `comptoir_projections`; here its rows become something to read: sealed personal data is named as
//! such and never shown, and each row brings the events of its streams.

use comptoir_ledger::{Filter, Ledger, LedgerError, Position, Revision, StreamName};
use comptoir_projections::{Behind, Difference, ReadModel, RowDifference};
use serde::Serialize;
use serde_json::Value;

/// How many events of a row are told, the newest ones.
const EVENTS_MAX: usize = 50;

/// A difference for people and for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedDifference {
    /// The read model.
    pub projection: &'static str,
    /// The version that was compared.
    pub version: i32,
    /// Up to here events are in both.
    pub position: i64,
    /// In how many rows they differ.
    pub rows: u64,
    /// Names the whole difference: `comptoir rebuild --gate --accept <digest>`.
    pub digest: String,
    /// The first of those rows.
    pub shown: Vec<ExplainedRow>,
}

/// A row that differs, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedRow {
    /// Its table.
    pub table: String,
    /// Its key.
    pub key: Vec<(String, String)>,
    /// `changed`; `extra`, if no event has made it; or `missing` from the model in use.
    pub kind: &'static str,
    /// What differs.
    pub columns: Vec<ExplainedColumn>,
    /// The events behind it, the oldest first.
    pub events: Vec<EventBehind>,
    /// How many older ones are left out here.
    pub events_left_out: usize,
}

/// A value that differs; `sealed` stands for personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedColumn {
    /// The column.
    pub column: String,
    /// In the model in use.
    pub live: Option<String>,
    /// In the rebuilt one.
    pub rebuilt: Option<String>,
}

/// An event behind a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventBehind {
    /// Where it stands.
    pub position: i64,
    /// Its stream.
    pub stream: String,
    /// Its wire name.
    pub event_type: String,
    /// When it was recorded, RFC 3339.
    pub recorded_at: String,
    /// Who acted.
    pub actor: Option<String>,
}

/// Finds the events behind each row that is shown.
pub async fn explain(
    ledger: &Ledger,
    model: ReadModel,
    difference: &Difference,
) -> Result<ExplainedDifference, LedgerError> {
    let mut shown = Vec::with_capacity(difference.shown.len());
    for row in &difference.shown {
        shown.push(explain_row(ledger, model, difference.position, row).await?);
    }
    Ok(ExplainedDifference {
        projection: model.name(),
        version: difference.version,
        position: difference.position.get(),
        rows: difference.rows,
        digest: difference.digest.to_string(),
        shown,
    })
}

async fn explain_row(
    ledger: &Ledger,
    model: ReadModel,
    through: Position,
    row: &RowDifference,
) -> Result<ExplainedRow, LedgerError> {
    let mut events = events_behind(ledger, model, through, &row.behind).await?;
    let left_out = events.len().saturating_sub(EVENTS_MAX);
    events.drain(..left_out);
    let columns = row.columns.iter().map(|column| {
        let (live, rebuilt) = shown_pair(column.live.as_deref(), column.rebuilt.as_deref());
        ExplainedColumn {
            column: column.column.clone(),
            live,
            rebuilt,
        }
    });
    Ok(ExplainedRow {
        table: row.table.clone(),
        key: row.key.clone(),
        kind: row.sides.as_str(),
        columns: columns.collect(),
        events,
        events_left_out: left_out,
    })
}

async fn events_behind(
    ledger: &Ledger,
    model: ReadModel,
    through: Position,
    behind: &Behind,
) -> Result<Vec<EventBehind>, LedgerError> {
    let mut found = match behind {
        Behind::Streams(streams) => {
            let mut found = Vec::new();
            for stream in streams {
                found.extend(
                    ledger
                        .read_stream_through(stream, Revision::FIRST, through)
                        .await?,
                );
            }
            found
        }
        Behind::Event(position) => {
            let before = Position::new(position.get() - 1);
            let page = ledger
                .read_page_through(before, through.min(*position), &Filter::All, 1)
                .await?;
            let stream = page
                .events
                .first()
                .map(|event| StreamName::from_name(&event.stream));
            match stream {
                Some(stream) => {
                    ledger
                        .read_stream_through(&stream, Revision::FIRST, through)
                        .await?
                }
                None => Vec::new(),
            }
        }
        // The comparison has looked up their streams.
        Behind::Rows { .. } => Vec::new(),
    };
    let types = model.event_types();
    found.retain(|event| types.contains(&event.event_type.as_str()));
    found.sort_by_key(|event| event.position);
    let told = found.into_iter().map(|event| EventBehind {
        position: event.position.get(),
        actor: event.decode_metadata().ok().and_then(|metadata| metadata.actor),
        recorded_at: event
            .recorded_at
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        stream: event.stream,
        event_type: event.event_type,
    });
    Ok(told.collect())
}

/// Two values as they may be shown. Where one of them is sealed, the other may be what should have been: it is not shown
/// either.
fn shown_pair(live: Option<&str>, rebuilt: Option<&str>) -> (Option<String>, Option<String>) {
    let is_sealed = |text: &str| text.trim_start().starts_with('{') && is_sealed(&parsed(text));
    if [live, rebuilt].into_iter().flatten().any(is_sealed) {
        let shown = |text: &str| if is_sealed(text) { "sealed" } else { "not sealed" }.to_owned();
        return (live.map(shown), rebuilt.map(shown));
    }
    (live.map(without_sealed), rebuilt.map(without_sealed))
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

/// The text of a value, with `sealed` in the place of personal data inside it.
fn without_sealed(text: &str) -> String {
    if !text.contains("\"ciphertext\"") {
        return text.to_owned();
    }
    let mut value = parsed(text);
    hide(&mut value);
    value.to_string()
}

fn hide(value: &mut Value) {
    if is_sealed(value) {
        *value = Value::String("sealed".to_owned());
        return;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Object(fields) => fields.values_mut().for_each(hide),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a JSON value is a sealed text: whose key opens it, and a ciphertext.
fn is_sealed(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|fields| fields.contains_key("subject") && fields.contains_key("ciphertext"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEALED: &str = r#"{"subject":"subject_1","ciphertext":"c2VjcmV0"}"#;

    #[test]
    fn sealed_values_are_named_and_not_shown() {
        let other = r#"{"subject":"subject_1","ciphertext":"b3RoZXI="}"#;
        let (live, rebuilt) = shown_pair(Some(SEALED), Some(other));
        assert_eq!(
            (live.as_deref(), rebuilt.as_deref()),
            (Some("sealed"), Some("sealed"))
        );
        let inside = format!(r#"[{{"text":{SEALED},"stars":4}}]"#);
        assert_eq!(without_sealed(&inside), r#"[{"stars":4,"text":"sealed"}]"#);
        assert_eq!(without_sealed("plain {text"), "plain {text");
    }

    #[test]
    fn what_should_be_sealed_and_is_not_is_not_shown_either() {
        let (live, rebuilt) = shown_pair(Some("Ann Example"), Some(SEALED));
        assert_eq!(
            (live.as_deref(), rebuilt.as_deref()),
            (Some("not sealed"), Some("sealed"))
        );
    }
}
