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
use tokio::time::Instant;
use uuid::Uuid;

use crate::append::{AppendError, Appended};
use crate::appender::Reply;
use crate::connection::{Purpose, connect_patiently};
use crate::event::RecordedEvent;
use crate::names::Position;
use crate::options::LedgerOptions;
use crate::recent::Recent;

const RETRY_DELAY: Duration = Duration::from_millis(50);

/// An answer that waits for the horizon.
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    pub(crate) result: Result<Appended, AppendError>,
}

/// The answers of one batch, a refusal as well as an append: none is given before what it rests on is on disk.
pub(crate) struct Answers {
    /// The last event that the batch recorded, and its position. The batch was one transaction: this event stands for
    /// all of it.
    pub(crate) witness: Option<(i64, Uuid)>,
    /// A moment before the batch was decided. No crash came between it and a flush by a connection that was open then.
    pub(crate) decided_after: Instant,
    /// One for each append in it.
    pub(crate) each: Vec<Answer>,
    /// What it recorded, if anybody here follows.
    pub(crate) events: Vec<RecordedEvent>,
}

impl Answers {
    /// None yet, of a batch that is about to be decided.
    pub(crate) fn decided_after(decided_after: Instant) -> Self {
        Self {
            witness: None,
            decided_after,
            each: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Nothing of the batch has come to be.
    fn fail(&mut self) {
        self.witness = None;
        self.events.clear();
        for answer in &mut self.each {
            answer.result = Err(AppendError::Unavailable {
                reason: "the database crashed before the append was on disk".to_owned(),
            });
        }
    }

    /// Answers everyone.
    pub(crate) fn give(self) {
        for answer in self.each {
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
    durable: Durable,
}

/// What this node has made durable: known to its own followers, and told to other nodes.
#[derive(Clone)]
pub(crate) struct Durable {
    /// The newest durable position that this node knows of.
    pub(crate) horizon: watch::Sender<Position>,
    /// The newest one that it reached itself, for the announcer.
    pub(crate) own: watch::Sender<Position>,
    /// The newest events that it wrote, for its own followers.
    pub(crate) recent: Recent,
}

impl Durable {
    fn reached(&self, position: Position) {
        raise(&self.horizon, position);
        raise(&self.own, position);
    }
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

    /// The horizon was moved by the batch's own commit: it is on disk already.
    pub(crate) fn reached(&self, position: Position, mut answers: Answers) {
        self.durable.recent.push(std::mem::take(&mut answers.events));
        self.durable.reached(position);
        answers.give();
    }

    /// The newest events of this node.
    pub(crate) fn recent(&self) -> &Recent {
        &self.durable.recent
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
    durable: Durable,
    queue: mpsc::UnboundedReceiver<Answers>,
    connection: Option<Open>,
    pending: VecDeque<Answers>,
    pending_count: Arc<AtomicUsize>,
}

/// The flusher's connection.
struct Open {
    connection: PgConnection,
    /// A moment when it was open already.
    since: Instant,
}

impl Open {
    async fn connect(options: &PgConnectOptions, patience: Duration) -> Result<Self, sqlx::Error> {
        let connection = connect_patiently(options, Purpose::Flush, patience).await?;
        Ok(Self {
            connection,
            since: Instant::now(),
        })
    }
}

impl Flusher {
    /// A flusher and the handle that feeds it. It is connected before anything can be decided, so that no answer is in
    /// doubt as long as that connection lasts.
    pub(crate) async fn connect(
        connect_options: Arc<PgConnectOptions>,
        options: LedgerOptions,
        durable: Durable,
    ) -> Result<(FlusherHandle, Self), sqlx::Error> {
        let connection = Some(Open::connect(&connect_options, Duration::ZERO).await?);
        let (sender, queue) = mpsc::unbounded_channel();
        let pending_count = Arc::new(AtomicUsize::new(0));
        let handle = FlusherHandle {
            queue: sender,
            pending: Arc::clone(&pending_count),
            durable: durable.clone(),
        };
        let flusher = Self {
            connect_options,
            options,
            durable,
            queue,
            connection,
            pending: VecDeque::new(),
            pending_count,
        };
        Ok((handle, flusher))
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
        let started = Instant::now();
        loop {
            if let Err(error) = self.flush().await {
                self.connection = None;
                self.durable.recent.clear();
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
        let mut open = match self.connection.take() {
            Some(open) => open,
            None => Open::connect(&self.connect_options, self.options.outage_max).await?,
        };
        self.drop_lost(&mut open).await?;
        let horizon = sqlx::query_file_scalar!("sql/flush.sql")
            .fetch_one(&mut open.connection)
            .await?;
        self.answer(horizon);
        self.connection = Some(open);
        Ok(())
    }

    fn answer(&mut self, horizon: i64) {
        let covered = |answers: &mut Answers| answers.witness.is_none_or(|(position, _)| position <= horizon);
        let mut due = Vec::new();
        while let Some(mut answers) = self.pending.pop_front_if(covered) {
            self.durable.recent.push(std::mem::take(&mut answers.events));
            due.push(answers);
        }
        self.durable.reached(Position::new(horizon));
        self.pending_count.fetch_sub(due.len(), Ordering::Relaxed);
        due.into_iter().for_each(Answers::give);
    }

    /// A batch that was decided before this connection was opened may have been committed but not flushed when the
    /// database crashed. If so, it is gone, others may have its positions, and its refusals may rest on what is gone
    /// too. Nobody was told of any of it; the callers learn now that nothing was appended.
    async fn drop_lost(&mut self, open: &mut Open) -> Result<(), sqlx::Error> {
        let is_open_to_doubt = |answers: &&mut Answers| answers.decided_after < open.since;
        let mut doubtful: Vec<&mut Answers> = self.pending.iter_mut().filter(is_open_to_doubt).collect();
        if doubtful.is_empty() {
            return Ok(());
        }
        let asked: Vec<Uuid> = doubtful
            .iter()
            .filter_map(|answers| Some(answers.witness?.1))
            .collect();
        let found: HashMap<Uuid, i64> = sqlx::query!(
            "SELECT event_id, position FROM events WHERE event_id = ANY($1)",
            &asked
        )
        .fetch_all(&mut open.connection)
        .await?
        .into_iter()
        .map(|row| (row.event_id, row.position))
        .collect();
        for answers in &mut doubtful {
            answers.decided_after = open.since;
            let survived = answers
                .witness
                .is_some_and(|(position, event_id)| found.get(&event_id) == Some(&position));
            if !survived {
                tracing::warn!(
                    appends = answers.each.len(),
                    "the flush connection was lost, and a batch is not to be found; its appends have failed"
                );
                answers.fail();
            }
        }
        Ok(())
    }

    fn give_up(&mut self) {
        for answers in self.pending.drain(..) {
            self.pending_count.fetch_sub(1, Ordering::Relaxed);
            for answer in answers.each {
                let _ = answer
                    .reply
                    .send(answer.result.and(Err(AppendError::OutcomeUnknown)));
            }
        }
    }
}
