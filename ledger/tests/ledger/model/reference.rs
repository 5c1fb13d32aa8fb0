//! The model: a vector of events and a map of keys.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use comptoir_ledger::{AppendError, Appended, ExpectedRevision, NewEvent, Position, Revision, StreamName};
use uuid::Uuid;

/// An append, with everything in it settled.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) writes: Vec<(StreamName, ExpectedRevision, Vec<NewEvent>)>,
    pub(super) key: Option<String>,
    /// Whether something is wrong with it by itself.
    pub(super) flawed: bool,
}

/// An event as the model holds it: its position is its place in the vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) stream: StreamName,
    pub(super) revision: Revision,
    pub(super) event: NewEvent,
    pub(super) recorded_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) events: Vec<Held>,
    /// The last position of the request that used the key first.
    pub(super) keys: BTreeMap<String, Position>,
    /// The latest time at which anything was decided, a refusal included: the time of record does not go back behind it.
    pub(super) decided_at: DateTime<Utc>,
}

/// An answer of the model; all flaws are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Appended(Appended),
    Refused(AppendError),
    Invalid,
}

impl Model {
    pub(super) fn head(&self) -> Position {
        Position::new(self.events.len().try_into().unwrap())
    }

    pub(super) fn revision(&self, stream: &StreamName) -> Option<Revision> {
        self.events
            .iter()
            .rev()
            .find(|held| held.stream == *stream)
            .map(|held| held.revision)
    }

    /// What the ledger is to answer, with the clock at `now`.
    pub(super) fn append(&mut self, request: &Request, now: DateTime<Utc>) -> Outcome {
        if request.flawed || request.is_malformed() {
            return Outcome::Invalid;
        }
        self.decided_at = self.decided_at.max(now);
        if let Some(refusal) = self.refusal(request) {
            return Outcome::Refused(refusal);
        }
        let recorded_at = self.decided_at;
        let mut revisions = Vec::new();
        for (stream, _, events) in &request.writes {
            for event in events {
                let next = self
                    .revision(stream)
                    .map_or(Revision::FIRST, |newest| Revision::new(newest.get() + 1));
                self.events.push(Held {
                    stream: stream.clone(),
                    revision: next,
                    event: event.clone(),
                    recorded_at,
                });
            }
            if !events.is_empty() {
                revisions.extend(self.revision(stream).map(|newest| (stream.clone(), newest)));
            }
        }
        if let Some(key) = &request.key {
            self.keys.insert(key.clone(), self.head());
        }
        Outcome::Appended(Appended {
            position: self.head(),
            recorded_at,
            revisions,
        })
    }

    /// A key that was used counts before an event id that was, and that before a stream that moved.
    fn refusal(&self, request: &Request) -> Option<AppendError> {
        if request
            .key
            .as_ref()
            .is_some_and(|key| self.keys.contains_key(key))
        {
            return Some(AppendError::IdempotencyKeyUsed);
        }
        let known: BTreeSet<Uuid> = self.events.iter().map(|held| held.event.event_id).collect();
        if request.event_ids().any(|id| known.contains(&id)) {
            return Some(AppendError::DuplicateEventId);
        }
        request.writes.iter().find_map(|(stream, expected, _)| {
            let actual = self.revision(stream);
            (!expected.holds(actual)).then(|| AppendError::WrongExpectedRevision {
                stream: stream.clone(),
                expected: *expected,
                actual,
            })
        })
    }
}

impl Request {
    fn event_ids(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.writes
            .iter()
            .flat_map(|(_, _, events)| events.iter().map(|event| event.event_id))
    }

    /// No event at all, one stream twice, or one event id twice.
    fn is_malformed(&self) -> bool {
        let ids: Vec<Uuid> = self.event_ids().collect();
        let streams: BTreeSet<&StreamName> = self.writes.iter().map(|(stream, ..)| stream).collect();
        ids.is_empty()
            || streams.len() < self.writes.len()
            || ids.iter().collect::<BTreeSet<_>>().len() < ids.len()
    }
}
