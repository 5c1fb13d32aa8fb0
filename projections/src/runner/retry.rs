//! Tries a stuck projection again at once, on whatever node it runs: a counter in the database is raised, and the node that
//! stands before the event looks at it twice a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use comptoir_ledger::{Ledger, LedgerError, Position};
use tokio::sync::Notify;
use tokio::time::Instant;

const LOOK_EVERY: Duration = Duration::from_millis(500);
const ASK_EVERY: Duration = Duration::from_secs(2);
const LOOK_FOR_OUTCOME_EVERY: Duration = Duration::from_millis(100);

/// What came of asking for a retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetryOutcome {
    /// The projection stands before no event.
    NotStuck,
    /// It has got past the event.
    Passed,
    /// It was tried again, and failed again.
    FailedAgain {
        /// The event.
        position: Position,
        /// What was said about it.
        failure: String,
    },
    /// No node took it up.
    NobodyThere,
}

/// What a runner and those who want something of it know of each other.
#[derive(Debug, Default)]
pub(super) struct Attention {
    is_stuck: AtomicBool,
    seen: AtomicI64,
    pub(super) nudge: Arc<Notify>,
}

impl Attention {
    /// The runner begins an attempt; so often a retry was asked for.
    pub(super) fn attempts(&self, retries_asked: i64) {
        self.seen.store(retries_asked, Ordering::Relaxed);
    }

    pub(super) fn is_stuck(&self, is_stuck: bool) {
        self.is_stuck.store(is_stuck, Ordering::Relaxed);
    }

    /// Nudges the runner whenever it is stuck and a retry is asked for that it has not made. Never ends.
    pub(super) async fn pay(&self, ledger: &Ledger, name: &str) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if !self.is_stuck.load(Ordering::Relaxed) {
                continue;
            }
            let asked =
                sqlx::query_scalar!("SELECT retries_asked FROM projection_state WHERE name = $1", name)
                    .fetch_optional(ledger.pool())
                    .await;
            match asked {
                Ok(Some(asked)) if asked != self.seen.swap(asked, Ordering::Relaxed) => {
                    tracing::info!(projection = name, "trying again, as asked");
                    self.nudge.notify_one();
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(projection = name, %error, "it cannot be seen whether a retry was asked for");
                }
            }
        }
    }
}

/// Asks the node that runs a stuck projection to try again at once, and waits for what comes of it.
pub async fn ask_retry(ledger: &Ledger, name: &str, patience: Duration) -> Result<RetryOutcome, LedgerError> {
    let before = ledger.checkpoint(name).await?;
    let Some((stuck_at, failed_at)) =
        before.and_then(|checkpoint| Some((checkpoint.failed_position?, checkpoint.failed_at?)))
    else {
        return Ok(RetryOutcome::NotStuck);
    };
    let deadline = Instant::now() + patience;
    let mut ask_at = Instant::now();
    while Instant::now() < deadline {
        if Instant::now() >= ask_at {
            sqlx::query!(
                "UPDATE projection_state SET retries_asked = retries_asked + 1 WHERE name = $1",
                name
            )
            .execute(ledger.pool())
            .await?;
            ask_at = Instant::now() + ASK_EVERY;
        }
        tokio::time::sleep(LOOK_FOR_OUTCOME_EVERY).await;
        let Some(now) = ledger.checkpoint(name).await? else {
            break;
        };
        if now.position >= stuck_at {
            return Ok(RetryOutcome::Passed);
        }
        if let (Some(position), Some(failure)) = (now.failed_position, now.failure)
            && now.failed_at.is_some_and(|at| at > failed_at)
        {
            return Ok(RetryOutcome::FailedAgain { position, failure });
        }
    }
    Ok(RetryOutcome::NobodyThere)
}
