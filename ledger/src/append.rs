//! What is appended: events for one or several streams, all or nothing.

use chrono::{DateTime, Utc};
use comptoir_domain::{Decider, DomainEvent};
use uuid::Uuid;

use crate::aggregate::Loaded;
use crate::clock::IdSource;
use crate::event::{Metadata, NewEvent, RecordedEvent};
use crate::leaf::Leaf;
use crate::names::{ExpectedRevision, Position, Revision, STREAM_NAME_BYTES_MAX, StreamName};

/// The most events of one append.
pub const APPEND_EVENTS_MAX: usize = 500;
/// The largest payload of one event, in bytes.
pub const DATA_BYTES_MAX: usize = 1024 * 1024;
/// The largest metadata of one append, in bytes.
pub const METADATA_BYTES_MAX: usize = 16 * 1024;

/// The largest answer recorded under an idempotency key, in bytes.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// The part of an append that concerns one stream.
#[derive(Debug, Clone)]
pub struct StreamWrite {
    /// The stream.
    pub stream: StreamName,
    /// What must hold of it.
    pub expected: ExpectedRevision,
    /// What is appended to it; nothing, where only the expectation matters.
    pub events: Vec<NewEvent>,
}

/// The key under which a repeat of the same request is recognised.
#[derive(Debug, Clone)]
pub struct Idempotency {
    /// Whose keys these are, such as a caller and a route.
    pub scope: String,
    /// The client's key.
    pub key: String,
    /// SHA-256 of the request.
    pub fingerprint: [u8; 32],
    /// The answer to repeat: one JSON value without personal data or secrets.
    pub answer: String,
}

/// One atomic append over any number of streams.
#[derive(Debug, Clone, Default)]
pub struct Append {
    pub(crate) metadata: String,
    pub(crate) writes: Vec<StreamWrite>,
    pub(crate) idempotency: Option<Idempotency>,
}

impl Append {
    /// An append with nothing in it yet; `metadata` goes with each of its events.
    pub fn new(metadata: &Metadata) -> Self {
        Self {
            metadata: metadata.to_json(),
            writes: Vec::new(),
            idempotency: None,
        }
    }

    /// Adds events that were decided on the state of `loaded`: the stream must not have moved since.
    #[must_use]
    pub fn write<D: Decider>(self, loaded: &Loaded<D>, events: &[D::Event], ids: &dyn IdSource) -> Self {
        let events = events
            .iter()
            .map(|event| NewEvent::of(ids.uuid_v7(), event))
            .collect();
        self.write_raw(loaded.stream.clone(), loaded.expected(), events)
    }

    /// Adds the first events of a new stream.
    #[must_use]
    pub fn write_new<D: Decider>(self, id: Uuid, events: &[D::Event], ids: &dyn IdSource) -> Self {
        let events = events
            .iter()
            .map(|event| NewEvent::of(ids.uuid_v7(), event))
            .collect();
        self.write_raw(StreamName::of::<D>(id), ExpectedRevision::NoStream, events)
    }

    /// Adds events with ids of the caller's, such as ids derived from their cause.
    #[must_use]
    pub fn write_with_ids<E: DomainEvent>(
        self,
        stream: StreamName,
        expected: ExpectedRevision,
        events: &[(Uuid, E)],
    ) -> Self {
        let events = events
            .iter()
            .map(|(id, event)| NewEvent::of(*id, event))
            .collect();
        self.write_raw(stream, expected, events)
    }

    /// Adds events that are encoded already.
    #[must_use]
    pub fn write_raw(
        mut self,
        stream: StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Self {
        self.writes.push(StreamWrite {
            stream,
            expected,
            events,
        });
        self
    }

    /// Makes the whole append depend on the stream of `loaded` not having moved, without writing to it.
    #[must_use]
    pub fn check<D: Decider>(self, loaded: &Loaded<D>) -> Self {
        self.write_raw(loaded.stream.clone(), loaded.expected(), Vec::new())
    }

    /// Records the answer under the client's idempotency key, in the same transaction as the events.
    #[must_use]
    pub fn idempotent(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = Some(idempotency);
        self
    }

    /// How many events it holds.
    pub fn events_count(&self) -> usize {
        self.writes.iter().map(|write| write.events.len()).sum()
    }

    /// How many bytes of payload and metadata it brings, near enough to bound a batch by.
    pub(crate) fn bytes_count(&self) -> usize {
        self.writes
            .iter()
            .flat_map(|write| &write.events)
            .map(|event| event.data.len() + self.metadata.len())
            .sum()
    }

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

    /// What is hashed of one of its events, at the place that it is thought to get.
    pub(crate) fn leaf<'a>(
        &'a self,
        write: &'a StreamWrite,
        event: &'a NewEvent,
        revision: i64,
        position: i64,
        recorded_at: DateTime<Utc>,
    ) -> Leaf<'a> {
        Leaf {
            position,
            stream: write.stream.as_str(),
            revision,
            event_id: event.event_id,
            event_type: &event.event_type,
            schema_version: event.schema_version,
            recorded_at,
            data: &event.data,
            metadata: &self.metadata,
        }
    }

    /// Its events as they are recorded behind `position`; `reached` are the revisions of its streams before it.
    pub(crate) fn recorded<'a>(
        &'a self,
        reached: &'a [i64],
        position: i64,
        recorded_at: DateTime<Utc>,
    ) -> impl Iterator<Item = RecordedEvent> + 'a {
        let events = self.writes.iter().zip(reached).flat_map(|(write, before)| {
            let events = (before + 1..).zip(&write.events);
            events.map(move |(revision, event)| (write, revision, event))
        });
        (position + 1..)
            .zip(events)
            .map(move |(position, (write, revision, event))| {
                let leaf = self.leaf(write, event, revision, position, recorded_at);
                RecordedEvent {
                    position: Position::new(position),
                    stream: write.stream.as_str().to_owned(),
                    revision: Revision::new(revision),
                    event_id: event.event_id,
                    event_type: event.event_type.clone(),
                    schema_version: event.schema_version,
                    recorded_at,
                    data: event.data.clone(),
                    metadata: self.metadata.clone(),
                    leaf_hash: leaf.hash().to_vec(),
                }
            })
    }

    pub(crate) fn event_ids(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.writes
            .iter()
            .flat_map(|write| write.events.iter().map(|event| event.event_id))
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

/// What an append led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The position of its last event.
    pub position: Position,
    /// When its batch was committed.
    pub recorded_at: DateTime<Utc>,
    /// The newest revision of each stream that it wrote to, in the order of the writes.
    pub revisions: Vec<(StreamName, Revision)>,
}

/// Why nothing was appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// A stream was not where the append took it to be. Load it again and decide anew.
    #[error("stream {stream} was expected at {expected} but is at {}", at(*actual))]
    WrongExpectedRevision {
        /// The stream.
        stream: StreamName,
        /// What was taken for granted.
        expected: ExpectedRevision,
        /// Its newest revision, if it has any event.
        actual: Option<Revision>,
    },
    /// One of its event ids is in the ledger already: this append, or another with the same ids, was made before.
    #[error("an event id of this append is in the ledger already")]
    DuplicateEventId,
    /// The idempotency key is taken: the first answer can be read with `Ledger::idempotent_answer`.
    #[error("the idempotency key was used before")]
    IdempotencyKeyUsed,
    /// It can never be appended as it is.
    #[error("the append is not valid")]
    Invalid(#[from] InvalidAppend),
    /// The queue is full; nothing was appended. Try again after a moment.
    #[error("too many appends are waiting; try again in a moment")]
    Overloaded,
    /// The database cannot be reached or refused to work; nothing was appended. Try again.
    #[error("the ledger's database is not available: {reason}")]
    Unavailable {
        /// What the database or the connection said.
        reason: String,
    },
    /// The connection was lost while it was being appended and could not be had again in time to find out; or it took so
    /// long that its caller was not kept waiting. Try again with the same event ids or idempotency key.
    #[error("the outcome of the append was not known in time; repeat it under the same ids")]
    OutcomeUnknown,
}

fn at(actual: Option<Revision>) -> String {
    actual.map_or_else(
        || "no event".to_owned(),
        |revision| format!("revision {revision}"),
    )
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
