//! Subscriptions: follow the ledger from a checkpoint, one node at a time.
//!
//! A subscription holds an advisory lock on a connection of its own. The same connection writes what a transactional
//! handler makes and the checkpoint, in one transaction: whoever has lost the lock has lost the transaction too. When
//! the node dies its connection dies, and another node that waits for the lock goes on from the checkpoint.

mod checkpoint;
mod deliver;
mod run;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgConnection;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub use checkpoint::{Checkpoint, RewindError};

use self::deliver::{AtLeastOnce, Transactional};
use crate::event::RecordedEvent;
use crate::ledger::Ledger;
use crate::names::Position;
use crate::read::Filter;

/// What a handler says when it cannot handle an event.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// Writes what follows from events into the database; its effect is exactly once.
pub trait TransactionalHandler: Send {
    /// Handles events in order. What it writes through `transaction` is committed together with the checkpoint.
    fn handle(
        &mut self,
        transaction: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> impl Future<Output = Result<(), HandlerError>> + Send;

    /// Everything up to here is handled and committed, or was none of its business.
    fn passed(&mut self, _through: Position) {}
}

/// Does what follows from events outside the database or through the ledger; repeats must be harmless.
pub trait AtLeastOnceHandler: Send {
    /// Handles events in order. The checkpoint is written afterwards, within some 50 milliseconds; after a crash in
    /// between, they come again.
    fn handle(&mut self, events: &[RecordedEvent]) -> impl Future<Output = Result<(), HandlerError>> + Send;
}

/// A follower of the ledger, made by [`Ledger::subscription`].
#[derive(Debug, Clone)]
pub struct Subscription {
    pub(crate) ledger: Ledger,
    pub(crate) name: String,
    pub(crate) filter: Filter,
    pub(crate) batch_events_max: usize,
    pub(crate) lock_retry: Duration,
    pub(crate) failure_retry: Duration,
    pub(crate) nudge: Arc<Notify>,
    pub(crate) pace: Duration,
}

impl Ledger {
    /// A follower with a name: the name is its identity, under which its checkpoint is kept.
    pub fn subscription(&self, name: impl Into<String>) -> Subscription {
        Subscription {
            ledger: self.clone(),
            name: name.into(),
            filter: Filter::All,
            batch_events_max: 500,
            lock_retry: Duration::from_secs(1),
            failure_retry: Duration::from_secs(1),
            nudge: Arc::default(),
            pace: Duration::from_millis(5),
        }
    }
}

impl Subscription {
    /// Which events are handed over; all, unless it is said.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// The most events handed over at once.
    #[must_use]
    pub fn batch_events_max(mut self, events: usize) -> Self {
        self.batch_events_max = events.max(1);
        self
    }

    /// How often a standby node tries to take over.
    #[must_use]
    pub fn lock_retry(mut self, every: Duration) -> Self {
        self.lock_retry = every;
        self
    }

    /// The shortest time from one turn to the next while there is little to hand over; five milliseconds unless it is
    /// said. The first event after a quiet time is handed over at once.
    #[must_use]
    pub fn pace(mut self, pace: Duration) -> Self {
        self.pace = pace;
        self
    }

    /// How long after a failure the same event is tried again; doubled each time, up to a minute.
    #[must_use]
    pub fn failure_retry(mut self, after: Duration) -> Self {
        self.failure_retry = after;
        self
    }

    /// Whoever notifies this has the event that could not be handled tried again at once.
    #[must_use]
    pub fn retried_when(mut self, nudge: Arc<Notify>) -> Self {
        self.nudge = nudge;
        self
    }

    /// Follows until `stop`, handing events over inside the transaction of the checkpoint.
    pub async fn run_transactional(self, handler: impl TransactionalHandler, stop: CancellationToken) {
        run::run(&self, Transactional(handler), &stop).await;
    }

    /// Follows until `stop`, writing the checkpoint after the events are handled.
    pub async fn run_at_least_once(self, handler: impl AtLeastOnceHandler, stop: CancellationToken) {
        run::run(&self, AtLeastOnce(handler), &stop).await;
    }
}
