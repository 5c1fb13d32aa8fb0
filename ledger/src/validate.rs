//! What can be wrong with an append by itself, found before it meets a neighbour in a batch.

use uuid::Uuid;

use crate::append::{Append, Idempotency};
use crate::event::NewEvent;
use crate::names::{STREAM_NAME_BYTES_MAX, StreamName};

/// The most events of one append.
pub const APPEND_EVENTS_MAX: usize = 500;
/// The largest payload of one event, in bytes.
pub const DATA_BYTES_MAX: usize = 1024 * 1024;
/// The largest metadata of one append, in bytes.
pub const METADATA_BYTES_MAX: usize = 16 * 1024;

/// The largest answer recorded under an idempotency key, in bytes.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024;

impl Append {
    /// Everything that can be wrong with it by itself: checked before it can meet a neighbour in a batch.
    pub(crate) fn validate(&self) -> Result<(), InvalidAppend> {
        let events = self.events_count();
        if events == 0 {
            return Err(InvalidAppend::Empty);
        }
        if events > APPEND_EVENTS_MAX {
            return Err(InvalidAppend::TooManyEvents { events });
        }
        if self.metadata.len() > METADATA_BYTES_MAX {
            return Err(InvalidAppend::MetadataTooLarge {
                bytes: self.metadata.len(),
            });
        }
        check_json(&self.metadata, "metadata")?;
        for (index, write) in self.writes.iter().enumerate() {
            check_stream(write.stream.as_str())?;
            if self.writes[..index]
                .iter()
                .any(|other| other.stream == write.stream)
            {
                return Err(InvalidAppend::StreamTwice {
                    stream: write.stream.clone(),
                });
            }
            write.events.iter().try_for_each(check_event)?;
        }
        let mut ids: Vec<Uuid> = self.event_ids().collect();
        ids.sort_unstable();
        if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(InvalidAppend::EventIdTwice { event_id: twice[0] });
        }
        self.idempotency.as_ref().map_or(Ok(()), check_idempotency)
    }
}

fn check_stream(name: &str) -> Result<(), InvalidAppend> {
    let well_formed = name.len() <= STREAM_NAME_BYTES_MAX
        && name
            .split_once('-')
            .is_some_and(|(category, id)| !category.is_empty() && !id.is_empty())
        && name.chars().all(|c| !c.is_control());
    if well_formed {
        Ok(())
    } else {
        Err(InvalidAppend::StreamName {
            stream: name.escape_debug().to_string(),
        })
    }
}

fn check_event(event: &NewEvent) -> Result<(), InvalidAppend> {
    let named = (1..=128).contains(&event.event_type.len())
        && event
            .event_type
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b));
    if !named {
        return Err(InvalidAppend::EventType {
            event_type: event.event_type.escape_debug().to_string(),
        });
    }
    if event.schema_version < 1 {
        return Err(InvalidAppend::SchemaVersion {
            schema_version: event.schema_version,
        });
    }
    if event.data.len() > DATA_BYTES_MAX {
        return Err(InvalidAppend::DataTooLarge {
            bytes: event.data.len(),
        });
    }
    check_json(&event.data, "data")
}

fn check_idempotency(idempotency: &Idempotency) -> Result<(), InvalidAppend> {
    let sound = |text: &str| (1..=255).contains(&text.len()) && !text.contains('\0');
    if !sound(&idempotency.scope) || !sound(&idempotency.key) {
        return Err(InvalidAppend::IdempotencyKey);
    }
    if idempotency.answer.len() > ANSWER_BYTES_MAX {
        return Err(InvalidAppend::AnswerTooLarge {
            bytes: idempotency.answer.len(),
        });
    }
    check_json(&idempotency.answer, "answer")
}

/// One JSON value that can be read again: no half of a surrogate pair and no NUL in any of its strings.
fn check_json(text: &str, field: &'static str) -> Result<(), InvalidAppend> {
    let well_formed = if text.contains("\\u") {
        // Only reading the strings shows what their escapes are.
        serde_json::from_str::<serde_json::Value>(text).is_ok()
    } else {
        serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
    };
    if !well_formed {
        return Err(InvalidAppend::NotJson { field });
    }
    if text.contains("\\u0000") && has_nul(text) {
        return Err(InvalidAppend::Nul { field });
    }
    Ok(())
}

/// Whether an escaped NUL is really one: the backslash before `u0000` may itself be escaped.
fn has_nul(text: &str) -> bool {
    text.match_indices("\\u0000").any(|(at, _)| {
        let backslashes = text[..at].bytes().rev().take_while(|b| *b == b'\\').count();
        backslashes % 2 == 0
    })
}

/// What is wrong with an append by itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each variant says it in its message")]
pub enum InvalidAppend {
    #[error("it holds no event")]
    Empty,
    #[error("it holds {events} events, more than {APPEND_EVENTS_MAX}")]
    TooManyEvents { events: usize },
    #[error("its metadata has {bytes} bytes, more than {METADATA_BYTES_MAX}")]
    MetadataTooLarge { bytes: usize },
    #[error("a payload has {bytes} bytes, more than {DATA_BYTES_MAX}")]
    DataTooLarge { bytes: usize },
    #[error(
        "stream name {stream:?} is not `category-id` in {STREAM_NAME_BYTES_MAX} bytes without control characters"
    )]
    StreamName { stream: String },
    #[error("stream {stream} is named twice")]
    StreamTwice { stream: StreamName },
    #[error("event id {event_id} is used twice")]
    EventIdTwice { event_id: Uuid },
    #[error("event type {event_type:?} is not lower-case ASCII words joined by dots")]
    EventType { event_type: String },
    #[error("schema version {schema_version} is below 1")]
    SchemaVersion { schema_version: i32 },
    #[error("{field} is not one JSON value")]
    NotJson { field: &'static str },
    #[error("{field} has a NUL character in a string")]
    Nul { field: &'static str },
    #[error("the answer to record has {bytes} bytes, more than {ANSWER_BYTES_MAX}")]
    AnswerTooLarge { bytes: usize },
    #[error("idempotency scope and key must have 1 to 255 bytes")]
    IdempotencyKey,
    #[error("PostgreSQL refused it: {reason}")]
    Refused { reason: String },
}
