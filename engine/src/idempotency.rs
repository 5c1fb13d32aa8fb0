//! A repeat of a request gets the first answer.
//!
//! The answer is recorded in the same append as the events, so that both or neither are there. A request is simply run; only
//! if that fails is the record looked up: it may be a repeat whose first run has changed what it now runs into. So the
//! common case costs nothing.

use std::collections::HashSet;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use comptoir_ledger::Position;
use serde::de::DeserializeOwned;

use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// An answer, and up to where the ledger must be read to see what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    /// The answer.
    pub answer: T,
    /// The position of the last event that follows from the request.
    pub position: Position,
    /// Whether it was asked for the first time.
    pub occasion: Occasion,
}

/// Whether a request was worked on or recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// It was worked on.
    First,
    /// It was worked on, and there was nothing left to do: nothing was appended, and so nothing recorded under its key.
    Unchanged,
    /// It had been worked on before; the answer is the first one.
    Repeat,
}

impl<T> Answered<T> {
    /// The same with another form of the answer.
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> Answered<U> {
        Answered {
            answer: form(self.answer),
            position: self.position,
            occasion: self.occasion,
        }
    }

    pub(crate) fn first(answer: T, position: Position) -> Self {
        Self {
            answer,
            position,
            occasion: Occasion::First,
        }
    }

    pub(crate) fn unchanged(answer: T, position: Position) -> Self {
        Self {
            answer,
            position,
            occasion: Occasion::Unchanged,
        }
    }
}

impl Engine {
    /// Runs a request once for each idempotency key; without a key, as often as it comes. A repeat is known by the record that its
    /// append meets. What changes nothing appends nothing, and so its record is looked up.
    pub(crate) async fn once<T: DeserializeOwned>(
        &self,
        request: &RequestContext,
        operation: &'static str,
        first: impl Future<Output = Result<Answered<T>, UseCaseError>>,
    ) -> Result<Answered<T>, UseCaseError> {
        let Some(idempotency) = &request.idempotency else {
            return first.await;
        };
        let scope = request.scope(operation);
        let running = Running::enter(&self.running, format!("{scope} {}", idempotency.key));
        let _running = running.ok_or(UseCaseError::IdempotencyKeyInUse)?;
        let failed = match first.await {
            Ok(answered) => {
                return match answered.occasion {
                    Occasion::First | Occasion::Repeat => Ok(answered),
                    Occasion::Unchanged => {
                        let recorded = self.recorded_answer(request, operation).await?;
                        Ok(recorded.unwrap_or(answered))
                    }
                };
            }
            // Nor could the record be looked up now. Whoever comes again finds it.
            Err(failed @ UseCaseError::Unavailable(_)) => return Err(failed),
            Err(failed) => failed,
        };
        self.recorded_answer(request, operation).await?.ok_or(failed)
    }

    /// The answer that was recorded under the key of the request; none without a key, or if the key is new.
    pub(crate) async fn recorded_answer<T: DeserializeOwned>(
        &self,
        request: &RequestContext,
        operation: &'static str,
    ) -> Result<Option<Answered<T>>, UseCaseError> {
        let Some(idempotency) = &request.idempotency else {
            return Ok(None);
        };
        let scope = request.scope(operation);
        match self.ledger.idempotent_answer(&scope, &idempotency.key).await? {
            None => Ok(None),
            Some(recorded) if recorded.fingerprint != idempotency.fingerprint => {
                Err(UseCaseError::IdempotencyKeyReused)
            }
            Some(recorded) => {
                let answer = serde_json::from_str(&recorded.answer)
                    .map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
                Ok(Some(Answered {
                    answer,
                    position: recorded.position,
                    occasion: Occasion::Repeat,
                }))
            }
        }
    }
}

/// The keys that this process is working on.
pub(crate) type RunningKeys = Arc<Mutex<HashSet<String>>>;

/// One key that is being worked on, until it is dropped.
pub(crate) struct Running {
    keys: RunningKeys,
    key: String,
}

impl Running {
    /// None, if the key is being worked on already.
    pub(crate) fn enter(keys: &RunningKeys, key: String) -> Option<Self> {
        let entered = keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key.clone());
        entered.then(|| Self {
            keys: Arc::clone(keys),
            key,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_worked_on_once_at_a_time() {
        let keys = RunningKeys::default();
        let first = Running::enter(&keys, "a".to_owned());
        assert!(first.is_some());
        assert!(Running::enter(&keys, "a".to_owned()).is_none());
        assert!(Running::enter(&keys, "b".to_owned()).is_some());
        drop(first);
        assert!(Running::enter(&keys, "a".to_owned()).is_some());
    }
}
