//! A batch: appends that share no stream, event id or idempotency key, so that each can be decided by itself.

use std::collections::{HashMap, HashSet, VecDeque};

use tokio::time::Instant;
use uuid::Uuid;

use super::Waiting;
use super::statement::{Found, Reason, Recorded};
use crate::append::{Append, AppendError, Appended};
use crate::event::NewEvent;
use crate::flusher::{Answer, Answers};
use crate::names::{Position, Revision};
use crate::options::LedgerOptions;

/// How many appends a batch may leave behind before it looks no further: those that crowd before one stream go one at a
/// time, and each time the rest of them would be looked through again.
const LATER_APPENDS_MAX: usize = 256;

pub(crate) struct Batch {
    pub(super) appends: Vec<Waiting>,
}

/// A batch of one event for one stream whose revision is known: what the short statement takes.
pub(super) struct Lone<'a> {
    pub(super) metadata: &'a str,
    pub(super) stream: &'a str,
    /// -1: no stream.
    pub(super) revision_before: i64,
    pub(super) event: &'a NewEvent,
}

impl Batch {
    /// The batch, if it is that simple.
    pub(super) fn lone(&self) -> Option<Lone<'_>> {
        let [Waiting { append, .. }] = self.appends.as_slice() else {
            return None;
        };
        let ([write], None) = (append.writes.as_slice(), &append.idempotency) else {
            return None;
        };
        let ([event], -1..) = (write.events.as_slice(), write.expected.code()) else {
            return None;
        };
        let (metadata, stream) = (append.metadata.as_str(), write.stream.as_str());
        Some(Lone {
            metadata,
            stream,
            revision_before: write.expected.code(),
            event,
        })
    }

    /// Takes from the front of the queue what may be committed together. An append that shares a stream, an event
    /// id or a key with an earlier one stays behind, and so does whatever must come after it.
    pub(super) fn take(waiting: &mut VecDeque<Waiting>, options: &LedgerOptions) -> Self {
        if waiting.len() == 1 {
            return Self {
                appends: waiting.drain(..).collect(),
            };
        }
        let (mut events, mut bytes) = (0, 0);
        let mut claimed = Claims::default();
        let mut appends = Vec::with_capacity(waiting.len());
        let mut later = VecDeque::new();
        while let Some(next) = waiting.pop_front() {
            let full = !appends.is_empty()
                && (events + next.append.events_count() > options.batch_events_max
                    || bytes + next.append.bytes_count() > options.batch_bytes_max);
            if full || later.len() >= LATER_APPENDS_MAX {
                waiting.push_front(next);
                break;
            }
            if claimed.claim(&next) {
                events += next.append.events_count();
                bytes += next.append.bytes_count();
                appends.push(next);
            } else {
                later.push_back(next);
            }
        }
        while let Some(next) = later.pop_back() {
            waiting.push_front(next);
        }
        Self { appends }
    }

    pub(super) fn len(&self) -> usize {
        self.appends.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.appends.is_empty()
    }

    pub(super) fn event_ids(&self) -> Vec<Uuid> {
        self.appends
            .iter()
            .flat_map(|waiting| waiting.append.event_ids())
            .collect()
    }

    pub(super) fn into_singles(self) -> impl Iterator<Item = Self> {
        self.appends.into_iter().map(|waiting| Self {
            appends: vec![waiting],
        })
    }

    /// Tells everyone in it that nothing was appended.
    pub(super) fn fail(self, error: &AppendError) {
        for waiting in self.appends {
            // Whoever no longer waits needs no answer.
            let _ = waiting.reply.send(Err(error.clone()));
        }
    }

    /// The answers that follow from what the statement said.
    pub(super) fn into_answers(self, recorded: &Recorded, with_events: bool) -> Answers {
        let mut answers = Answers::decided_after(recorded.decided_after);
        let mut position = recorded.first_position;
        let mut expectation = 0;
        for (index, Waiting { append, reply }) in self.appends.into_iter().enumerate() {
            let reached = &recorded.revisions[expectation..expectation + append.writes.len()];
            expectation += append.writes.len();
            let (result, witness) = if let Some(reason) = recorded.refused.get(&index) {
                (Err(refusal(*reason, &append.writes, reached)), None)
            } else {
                if with_events {
                    let events = append.recorded(reached, position, recorded.head.recorded_at);
                    answers.events.extend(events);
                }
                position += i64::try_from(append.events_count()).unwrap_or(i64::MAX);
                let last = append.event_ids().last();
                (Ok(appended(&append.writes, reached, position, recorded)), last)
            };
            if let Some(event_id) = witness {
                answers.witness = Some((position, event_id));
            }
            answers.each.push(Answer { reply, result });
        }
        answers
    }

    /// After a lost connection: the answers of those that the ledger holds, and the rest, of which it holds nothing.
    pub(super) fn split_found(
        self,
        found: &HashMap<Uuid, Found>,
        looked_up_after: Instant,
    ) -> (Answers, Self) {
        let mut answers = Answers::decided_after(looked_up_after);
        let mut open = Vec::new();
        for Waiting { append, reply } in self.appends {
            let Some((last_id, last)) = last_of(&append, found) else {
                open.push(Waiting { append, reply });
                continue;
            };
            let revisions = append
                .writes
                .iter()
                .filter_map(|write| {
                    let newest = found.get(&write.events.last()?.event_id)?;
                    Some((write.stream.clone(), Revision::new(newest.revision)))
                })
                .collect();
            let result = Ok(Appended {
                position: Position::new(last.position),
                recorded_at: last.recorded_at,
                revisions,
            });
            if answers
                .witness
                .is_none_or(|(position, _)| position < last.position)
            {
                answers.witness = Some((last.position, last_id));
            }
            answers.each.push(Answer { reply, result });
        }
        (answers, Self { appends: open })
    }
}

/// The last event of an append that the ledger holds as a whole. Some event id, or all in other places, may be those of
/// an older append: then this one is not in the ledger, and will be refused when it is tried again.
fn last_of<'f>(append: &Append, found: &'f HashMap<Uuid, Found>) -> Option<(Uuid, &'f Found)> {
    let mut last: Option<(Uuid, &Found)> = None;
    for write in &append.writes {
        for event in &write.events {
            let here = found.get(&event.event_id)?;
            let follows = last.is_none_or(|(_, before)| here.position == before.position + 1);
            if !follows || here.stream != write.stream.as_str() {
                return None;
            }
            last = Some((event.event_id, here));
        }
    }
    last
}

/// What the appends of a batch have taken, and what those left behind are waiting for.
#[derive(Default)]
struct Claims {
    written: HashSet<String>,
    checked: HashSet<String>,
    event_ids: HashSet<Uuid>,
    keys: HashSet<(String, String)>,
}

impl Claims {
    /// Claims all that the append touches; false, if any of it was claimed before. Any number of appends may check one
    /// stream, as long as none of them writes to it.
    fn claim(&mut self, waiting: &Waiting) -> bool {
        let mut free = true;
        for write in &waiting.append.writes {
            let stream = write.stream.as_str();
            if write.events.is_empty() {
                free &= !self.written.contains(stream);
                self.checked.insert(stream.to_owned());
            } else {
                free &= !self.checked.contains(stream);
                free &= self.written.insert(stream.to_owned());
            }
        }
        for event_id in waiting.append.event_ids() {
            free &= self.event_ids.insert(event_id);
        }
        if let Some(idempotency) = &waiting.append.idempotency {
            free &= self
                .keys
                .insert((idempotency.scope.clone(), idempotency.key.clone()));
        }
        free
    }
}

fn appended(
    writes: &[crate::append::StreamWrite],
    reached: &[i64],
    position: i64,
    recorded: &Recorded,
) -> Appended {
    let revisions = writes
        .iter()
        .zip(reached)
        .filter(|(write, _)| !write.events.is_empty())
        .map(|(write, before)| {
            let count = i64::try_from(write.events.len()).unwrap_or(i64::MAX);
            (write.stream.clone(), Revision::new(before + count))
        })
        .collect();
    Appended {
        position: Position::new(position),
        recorded_at: recorded.head.recorded_at,
        revisions,
    }
}

fn refusal(reason: Reason, writes: &[crate::append::StreamWrite], reached: &[i64]) -> AppendError {
    match reason {
        Reason::IdempotencyKeyUsed => AppendError::IdempotencyKeyUsed,
        Reason::DuplicateEventId => AppendError::DuplicateEventId,
        Reason::WrongExpectedRevision => {
            let actual = |revision: i64| (revision >= 0).then(|| Revision::new(revision));
            writes
                .iter()
                .zip(reached)
                .find(|(write, revision)| !write.expected.holds(actual(**revision)))
                .map_or(AppendError::DuplicateEventId, |(write, revision)| {
                    AppendError::WrongExpectedRevision {
                        stream: write.stream.clone(),
                        expected: write.expected,
                        actual: actual(*revision),
                    }
                })
        }
    }
}
