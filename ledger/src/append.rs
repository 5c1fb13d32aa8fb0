//! What is appended: events for one or several streams, all or nothing.

use chrono::{DateTime, Utc};
use comptoir_domain::{Decider, DomainEvent};
use uuid::Uuid;

use crate::aggregate::Loaded;
use crate::clock::IdSource;
use crate::event::{Metadata, NewEvent, RecordedEvent};
use crate::leaf::Leaf;
use crate::names::{ExpectedRevision, Position, Revision, StreamName};
use crate::validate::InvalidAppend;

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
