//! The durable horizon: makes committed batches safe on disk, and only then answers for them.
//!
//! Batches are committed without waiting for the disk, so that the head's lock is free while the disk works. This
//! task then moves the horizon with a synchronous commit, which flushes all that stands before it. The horizon is
//! set to the head as the flushing statement reads it: what a dead node left behind is announced as well.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use crate::append::{AppendError, Appended};
use crate::appender::Reply;
use crate::connection::{Purpose, connect_patiently};
use crate::names::Position;
use crate::options::LedgerOptions;

const RETRY_DELAY: Duration = Duration::from_millis(50);

/// An answer that waits for the horizon.
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    pub(crate) result: Result<Appended, AppendError>,
    /// The last event of the append, if it was recorded.
    pub(crate) event_id: Option<Uuid>,
}

/// The answers of one batch: given when a flush has covered its witness, or, with nothing recorded, any flush is done.
#[derive(Default)]
pub(crate) struct Answers {
    /// The last event of the batch and its position: found there by the flush, the batch has survived.
    pub(crate) witness: Option<(i64, Uuid)>,
    pub(crate) answers: Vec<Answer>,
}

impl Answers {
    /// Answers everyone.
    pub(crate) fn give(self) {
        for answer in self.answers {
            // Whoever no longer waits needs no answer.
            let _ = answer.reply.send(answer.result);
        }
    }
}

/// The appender's end of the flusher.
#[derive(Clone)]
pub(crate) struct FlusherHandle {
    queue: mpsc::UnboundedSender<Answers>,
    pending: Arc<AtomicUsize>,
    horizon: watch::Sender<Position>,
}

impl FlusherHandle {
    /// Answers that are to be given when they are safe on disk.
    pub(crate) fn hand_over(&self, answers: Answers) {
        self.pending.fetch_add(1, Ordering::Relaxed);
        // The flusher outlives the appender; should it be gone, the replies drop and their callers are told.
        let _ = self.queue.send(answers);
    }

    /// Whether no batch is waiting for the disk.
    pub(crate) fn is_idle(&self) -> bool {
        self.pending.load(Ordering::Relaxed) == 0
    }

    /// Makes a new horizon known on this node.
    pub(crate) fn announce(&self, reached: Position) {
        raise(&self.horizon, reached);
    }
}

/// Raises the horizon, and wakes its followers, where `reached` is news.
pub(crate) fn raise(horizon: &watch::Sender<Position>, reached: Position) {
    horizon.send_if_modified(|known| {
        let newer = reached > *known;
        if newer {
            *known = reached;
        }
        newer
    });
}

pub(crate) struct Flusher {
    connect_options: Arc<PgConnectOptions>,
    options: LedgerOptions,
    horizon: watch::Sender<Position>,
    queue: mpsc::UnboundedReceiver<Answers>,
    connection: Option<PgConnection>,
    pending: VecDeque<Answers>,
    pending_count: Arc<AtomicUsize>,
}

impl Flusher {
    /// A flusher and the handle that feeds it.
    pub(crate) fn new(
        connect_options: Arc<PgConnectOptions>,
        options: LedgerOptions,
        horizon: watch::Sender<Position>,
    ) -> (FlusherHandle, Self) {
        let (sender, queue) = mpsc::unbounded_channel();
        let pending_count = Arc::new(AtomicUsize::new(0));
        let handle = FlusherHandle {
            queue: sender,
            pending: Arc::clone(&pending_count),
            horizon: horizon.clone(),
        };
        let pending = VecDeque::new();
        (
            handle,
            Self {
                connect_options,
                options,
                horizon,
                queue,
                connection: None,
                pending,
                pending_count,
            },
        )
    }

    /// Works until the appender is gone and everybody is answered.
    pub(crate) async fn run(mut self) {
        loop {
            tokio::select! {
                biased;
                next = self.queue.recv() => match next {
                    Some(next) => self.pending.push_back(next),
                    None => break,
                },
                () = tokio::time::sleep(self.options.tick) => {}
            }
            while let Ok(next) = self.queue.try_recv() {
                self.pending.push_back(next);
            }
            self.flush_until_answered().await;
        }
    }

    async fn flush_until_answered(&mut self) {
        let started = tokio::time::Instant::now();
        loop {
            if let Err(error) = self.flush().await {
                self.connection = None;
                if self.pending.is_empty() {
                    return tracing::warn!(%error, "the durable horizon cannot be read; the next tick tries again");
                }
                if started.elapsed() >= self.options.outage_max {
                    tracing::error!(%error, batches = self.pending.len(), "the database stays away; giving up");
                    return self.give_up();
                }
                tracing::warn!(%error, batches = self.pending.len(), "the flush failed; trying again");
                tokio::time::sleep(RETRY_DELAY).await;
            }
            if self.pending.is_empty() {
                return;
            }
        }
    }

    /// One flush: moves the horizon and answers all that it covers.
    async fn flush(&mut self) -> Result<(), sqlx::Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect_patiently(&self.connect_options, Purpose::Flush, self.options.outage_max).await?,
        };
        let witness = self.pending.iter().rev().find_map(|answers| answers.witness);
        let row = sqlx::query_file!("sql/flush.sql", witness.map(|(position, _)| position))
            .fetch_one(&mut connection)
            .await?;
        if witness.is_some_and(|(_, event_id)| row.event_at != Some(event_id)) {
            self.drop_lost(&mut connection).await?;
        } else {
            raise(&self.horizon, Position::new(row.horizon));
            self.answer(row.horizon);
        }
        self.connection = Some(connection);
        Ok(())
    }

    fn answer(&mut self, horizon: i64) {
        let covered = |answers: &mut Answers| answers.witness.is_none_or(|(position, _)| position <= horizon);
        while let Some(answers) = self.pending.pop_front_if(covered) {
            self.pending_count.fetch_sub(1, Ordering::Relaxed);
            answers.give();
        }
    }

    /// A crash of the database took back batches that were committed but not yet flushed. Nobody was told of them;
    /// their callers learn now that nothing was appended. What survived waits for the next flush.
    async fn drop_lost(&mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let asked: Vec<Uuid> = self
            .pending
            .iter()
            .flat_map(|answers| answers.answers.iter().filter_map(|a| a.event_id))
            .collect();
        let found: HashMap<Uuid, i64> = sqlx::query!(
            "SELECT event_id, position FROM events WHERE event_id = ANY($1)",
            &asked
        )
        .fetch_all(connection)
        .await?
        .into_iter()
        .map(|row| (row.event_id, row.position))
        .collect();
        let lost = asked.len() - found.len();
        tracing::warn!(
            lost,
            "the database came back without appends that were not on disk yet; they have failed"
        );
        for answers in &mut self.pending {
            answers.witness = None;
            for answer in &mut answers.answers {
                let Some(event_id) = answer.event_id else { continue };
                if let Some(position) = found.get(&event_id) {
                    answers.witness = answers.witness.max(Some((*position, event_id)));
                } else {
                    answer.event_id = None;
                    answer.result = Err(AppendError::Unavailable {
                        reason: "the database crashed before the append was on disk".to_owned(),
                    });
                }
            }
        }
        Ok(())
    }

    fn give_up(&mut self) {
        for answers in self.pending.drain(..) {
            self.pending_count.fetch_sub(1, Ordering::Relaxed);
            for answer in answers.answers {
                let _ = answer
                    .reply
                    .send(answer.result.and(Err(AppendError::OutcomeUnknown)));
            }
        }
    }
}
