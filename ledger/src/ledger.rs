//! The handle that the rest of the engine holds.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use comptoir_domain::DecodeError;
use sqlx::PgPool;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::announcer;
use crate::append::{Append, AppendError, Appended};
use crate::appender::{self, Appender, Waiting};
use crate::clock::{Clock, IdSource};
use crate::flusher::{Durable, Flusher};
use crate::listener;
use crate::names::Position;
use crate::options::LedgerOptions;
use crate::recent::Recent;

/// The ledger: clone it freely, all clones are one.
#[derive(Clone)]
pub struct Ledger(Arc<Inner>);

/// What a ledger was opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    ReadAndAppend,
}

struct Inner {
    pool: PgPool,
    access: Access,
    options: LedgerOptions,
    queue: mpsc::Sender<Waiting>,
    /// One for each append that waits, be it for its batch or for the disk.
    places: Semaphore,
    horizon: watch::Receiver<Position>,
    recent: Recent,
    stop: CancellationToken,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    _stop_with_the_last_clone: DropGuard,
}

/// Why the ledger could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database refused or could not be reached.
    #[error("the ledger's database failed")]
    Database(#[from] sqlx::Error),
    /// An event is not what this program knows.
    #[error("the event at position {position} cannot be read")]
    Decode {
        /// Where it stands.
        position: Position,
        /// What is wrong with it.
        source: DecodeError,
    },
}

impl Ledger {
    /// Opens the ledger of a migrated database and starts its tasks: the appender, the flusher and the listener.
    pub async fn start(pool: PgPool, options: LedgerOptions) -> Result<Self, LedgerError> {
        let connect_options = pool.connect_options();
        appender::probe(&connect_options).await?;
        let start = sqlx::query_scalar!("SELECT position FROM ledger_horizon")
            .fetch_one(&pool)
            .await?;
        let (horizon_sender, horizon) = watch::channel(Position::new(start));
        let (own, own_reached) = watch::channel(Position::new(start));
        let (queue, waiting) = mpsc::channel(options.queue_appends_max);
        let stop = CancellationToken::new();
        let recent = Recent::default();
        let durable = Durable {
            horizon: horizon_sender.clone(),
            own,
            recent: recent.clone(),
        };
        let (handle, flusher) =
            Flusher::connect(Arc::clone(&connect_options), options.clone(), durable).await?;
        let appender = Appender::new(Arc::clone(&connect_options), options.clone(), handle);
        let tasks = vec![
            tokio::spawn(appender.run(waiting, stop.clone())),
            tokio::spawn(flusher.run()),
            tokio::spawn(announcer::run(connect_options, own_reached)),
            tokio::spawn(listener::run(pool.clone(), horizon_sender, stop.clone())),
        ];
        let places = Semaphore::new(options.queue_appends_max);
        let guard = stop.clone().drop_guard();
        let inner = Inner {
            pool,
            access: Access::ReadAndAppend,
            options,
            queue,
            places,
            horizon,
            recent,
            stop,
            tasks: Mutex::new(tasks),
            _stop_with_the_last_clone: guard,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Opens the ledger for reading alone: without tasks, on a connection that need not be allowed to write. Its horizon is
    /// the one of now, and stays; what is appended to it is refused.
    pub async fn read_only(pool: PgPool) -> Result<Self, LedgerError> {
        let horizon = sqlx::query_scalar!("SELECT position FROM ledger_horizon")
            .fetch_one(&pool)
            .await?;
        let options = LedgerOptions::default();
        let (queue, _) = mpsc::channel(1);
        let stop = CancellationToken::new();
        Ok(Self(Arc::new(Inner {
            pool,
            access: Access::Read,
            queue,
            places: Semaphore::new(options.queue_appends_max),
            options,
            horizon: watch::channel(Position::new(horizon)).1,
            recent: Recent::default(),
            tasks: Mutex::default(),
            _stop_with_the_last_clone: stop.clone().drop_guard(),
            stop,
        })))
    }

    /// Appends all of it or nothing, and returns when it is on disk. If that takes longer than
    /// [`LedgerOptions::append_time_max`], it returns all the same: with [`AppendError::OutcomeUnknown`].
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        append.validate()?;
        if self.is_read_only() {
            let reason = "the ledger is open for reading alone".to_owned();
            return Err(AppendError::Unavailable { reason });
        }
        let _place = self.0.places.try_acquire().map_err(|_| AppendError::Overloaded)?;
        let (reply, answer) = oneshot::channel();
        self.0
            .queue
            .try_send(Waiting { append, reply })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => AppendError::Overloaded,
                mpsc::error::TrySendError::Closed(_) => stopping(),
            })?;
        match tokio::time::timeout(self.0.options.append_time_max, answer).await {
            Ok(answered) => answered.unwrap_or_else(|_| Err(stopping())),
            Err(_elapsed) => Err(AppendError::OutcomeUnknown),
        }
    }

    /// Whether it was opened for reading alone.
    pub fn is_read_only(&self) -> bool {
        self.0.access == Access::Read
    }

    /// The newest durable position that this node knows of. Everything up to it can be read and will stay.
    pub fn horizon(&self) -> Position {
        *self.0.horizon.borrow()
    }

    /// Follows [`Ledger::horizon`].
    pub fn watch_horizon(&self) -> watch::Receiver<Position> {
        self.0.horizon.clone()
    }

    /// The newest events that this node wrote.
    pub(crate) fn recent(&self) -> &Recent {
        &self.0.recent
    }

    /// Waits until the horizon has reached a position; false, if that takes longer than `patience`.
    pub async fn wait_for(&self, position: Position, patience: Duration) -> bool {
        let mut horizon = self.watch_horizon();
        let reached = horizon.wait_for(|horizon| *horizon >= position);
        matches!(tokio::time::timeout(patience, reached).await, Ok(Ok(_)))
    }

    /// The pool that reads go through.
    pub fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    /// Where the ledger's time comes from.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.options.clock
    }

    /// Where the ledger's ids come from.
    pub fn ids(&self) -> &dyn IdSource {
        &*self.0.options.ids
    }

    /// Takes no further append, finishes those that wait, and ends the tasks.
    pub async fn stop(&self) {
        self.0.stop.cancel();
        let tasks = std::mem::take(
            &mut *self
                .0
                .tasks
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the ledger did not end well");
            }
        }
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger")
            .field("horizon", &self.horizon())
            .finish_non_exhaustive()
    }
}

fn stopping() -> AppendError {
    AppendError::Unavailable {
        reason: "the ledger is stopping".to_owned(),
    }
}
