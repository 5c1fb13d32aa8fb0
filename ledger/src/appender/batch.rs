//! A batch: appends that share no stream, event id or idempotency key, so that each can be decided by itself.

use std::collections::{HashMap, HashSet, VecDeque};

use uuid::Uuid;

use super::Waiting;
use super::statement::{Found, Reason, Recorded};
use crate::append::{AppendError, Appended};
use crate::flusher::{Answer, Answers};
use crate::names::{Position, Revision};
use crate::options::LedgerOptions;

pub(crate) struct Batch {
    pub(super) appends: Vec<Waiting>,
}

impl Batch {
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
            if full {
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
    pub(super) fn into_answers(self, recorded: &Recorded) -> Answers {
        let mut answers = Answers::default();
        let mut position = recorded.first_position;
        let mut expectation = 0;
        for (index, Waiting { append, reply }) in self.appends.into_iter().enumerate() {
            let reached = &recorded.revisions[expectation..expectation + append.writes.len()];
            expectation += append.writes.len();
            let (result, witness) = if let Some(reason) = recorded.refused.get(&index) {
                (Err(refusal(*reason, &append.writes, reached)), None)
            } else {
                position += i64::try_from(append.events_count()).unwrap_or(i64::MAX);
                let last = append.event_ids().last();
                (Ok(appended(&append.writes, reached, position, recorded)), last)
            };
            if let Some(event_id) = witness {
                answers.witness = Some((position, event_id));
            }
            answers.answers.push(Answer {
                reply,
                result,
                event_id: witness,
            });
        }
        answers
    }

    /// After a lost connection: the answers of those that the ledger holds, and the rest, of which it holds nothing.
    pub(super) fn split_found(self, found: &HashMap<Uuid, Found>) -> (Answers, Self) {
        let mut answers = Answers::default();
        let mut open = Vec::new();
        for Waiting { append, reply } in self.appends {
            let Some(last_id) = append.event_ids().last().filter(|id| found.contains_key(id)) else {
                open.push(Waiting { append, reply });
                continue;
            };
            let last = &found[&last_id];
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
            answers.answers.push(Answer {
                reply,
                result,
                event_id: Some(last_id),
            });
        }
        (answers, Self { appends: open })
    }
}

/// What the appends of a batch have taken, and what those left behind are waiting for.
#[derive(Default)]
struct Claims {
    streams: HashSet<String>,
    event_ids: HashSet<Uuid>,
    keys: HashSet<(String, String)>,
}

impl Claims {
    /// Claims all that the append touches; false, if any of it was claimed before.
    fn claim(&mut self, waiting: &Waiting) -> bool {
        let mut free = true;
        for write in &waiting.append.writes {
            free &= self.streams.insert(write.stream.as_str().to_owned());
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
