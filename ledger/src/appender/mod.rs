//! Group commit: gathers concurrent appends and records them together, each decided by itself.
//!
//! One task owns one connection. It takes what is waiting, sends it in one statement, and hands the outcome to the
//! flusher, which answers when the disk has it; meanwhile the next batch is on its way. A lone append never waits
//! for company.

mod batch;
mod statement;
mod unopposed;

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::batch::Batch;
use self::statement::{Durability, Head, Recorded};
use crate::append::{Append, AppendError, Appended};
use crate::connection::{Purpose, Verdict, connect, connect_patiently, verdict};
use crate::flusher::FlusherHandle;
use crate::names::Position;
use crate::options::LedgerOptions;
use crate::validate::InvalidAppend;

/// How many batches in a row must find the head where this node left it before its lock is no longer taken first, and
/// must hold nobody who is refused before the next is taken for one in which nobody is.
const UNDISTURBED_BATCHES: u32 = 16;
/// How often a batch is tried anew before it is given up.
const ATTEMPTS_MAX: u32 = 5;
/// How often other tasks are let run before a batch is taken, after one that held several appends.
const GATHERING_TURNS: u32 = 3;

pub(crate) type Reply = oneshot::Sender<Result<Appended, AppendError>>;

/// An append in the queue.
pub(crate) struct Waiting {
    pub(crate) append: Append,
    pub(crate) reply: Reply,
}

impl Waiting {
    /// Whether its caller is still there. One who has given up is not to learn later that it was done after all.
    fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }
}

/// The task's state.
pub(crate) struct Appender {
    connect_options: Arc<PgConnectOptions>,
    options: LedgerOptions,
    flusher: FlusherHandle,
    connection: Option<PgConnection>,
    /// The head as this node left it; forgotten at every conflict, error and reconnect.
    head: Option<Head>,
    /// Other nodes write too: take the head's lock first, for this many undisturbed batches more.
    lock_first: u32,
    /// Somebody was refused lately: decide one by one, for this many batches more.
    opposed: u32,
    /// The outcome of an earlier statement may still be open on a lost connection.
    fence_first: bool,
}

/// Why a batch was not recorded.
enum Failure {
    /// Another node moved the head.
    HeadMoved,
    /// Nothing was recorded.
    Undone(Verdict),
    /// Nobody knows.
    Open(String),
}

impl Appender {
    pub(crate) fn new(
        connect_options: Arc<PgConnectOptions>,
        options: LedgerOptions,
        flusher: FlusherHandle,
    ) -> Self {
        Self {
            connect_options,
            options,
            flusher,
            connection: None,
            head: None,
            lock_first: 0,
            opposed: 0,
            fence_first: false,
        }
    }

    /// Works until the queue is closed and empty.
    pub(crate) async fn run(mut self, mut queue: mpsc::Receiver<Waiting>, stop: CancellationToken) {
        let mut waiting = VecDeque::new();
        let mut company = 0;
        loop {
            if waiting.is_empty() {
                let next = tokio::select! {
                    biased;
                    next = queue.recv() => next,
                    () = stop.cancelled(), if !queue.is_closed() => { queue.close(); continue }
                };
                let Some(next) = next else { break };
                waiting.push_back(next);
            }
            // Those who were answered together mostly ask again together: let them, as far as they are ready to run. Of a
            // large company half is better sent ahead, and recorded while the other half is made durable.
            let gathers = (2..=self.options.immediate_appends_max).contains(&company);
            for _ in 0..if gathers { GATHERING_TURNS } else { 0 } {
                tokio::task::yield_now().await;
                self.drain(&mut queue, &mut waiting);
                if waiting.len() >= company {
                    break;
                }
            }
            self.drain(&mut queue, &mut waiting);
            waiting.retain(Waiting::is_awaited);
            let batch = Batch::take(&mut waiting, &self.options);
            company = batch.len();
            self.commit(batch).await;
        }
    }

    fn drain(&self, queue: &mut mpsc::Receiver<Waiting>, waiting: &mut VecDeque<Waiting>) {
        while waiting.len() < self.options.queue_appends_max
            && let Ok(next) = queue.try_recv()
        {
            waiting.push_back(next);
        }
    }

    /// Records a batch, whatever it takes, and sees that everyone in it gets an answer.
    async fn commit(&mut self, mut batch: Batch) {
        for _ in 0..ATTEMPTS_MAX {
            batch.appends.retain(Waiting::is_awaited);
            if batch.is_empty() {
                return;
            }
            match self.attempt(&batch).await {
                Ok((recorded, durability)) => return self.deliver(batch, &recorded, durability),
                Err(Failure::HeadMoved) => self.lock_first = UNDISTURBED_BATCHES,
                Err(Failure::Undone(Verdict::Refused(reason))) => return self.isolate(batch, reason).await,
                Err(Failure::Undone(Verdict::Undone(reason) | Verdict::Lost(reason))) => {
                    self.forget();
                    return batch.fail(&AppendError::Unavailable { reason });
                }
                Err(Failure::Open(reason)) => {
                    tracing::warn!(%reason, appends = batch.len(), "the append connection was lost; settling the batch");
                    batch = match self.settle(batch).await {
                        Some(open) => open,
                        None => return,
                    };
                }
            }
        }
        batch.fail(&AppendError::Unavailable {
            reason: "the batch met one obstacle after another".to_owned(),
        });
    }

    /// One batch, one transaction.
    async fn attempt(&mut self, batch: &Batch) -> Result<(Recorded, Durability), Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect_patiently(&self.connect_options, Purpose::Append, self.options.outage_max)
                .await
                .map_err(|error| Failure::Undone(Verdict::Undone(error.to_string())))?,
        };
        if self.fence_first {
            self.head = Some(
                statement::raise_fence(&mut connection)
                    .await
                    .map_err(|error| undone(&error))?,
            );
            self.fence_first = false;
        }
        let now = self.options.clock.now();
        let durability = self.durability(batch);
        let recorded = if self.lock_first > 0 {
            let (before, recorded) = statement::record_locked(&mut connection, batch, now)
                .await
                .map_err(open_or_undone)?;
            self.lock_first = if self.head == Some(before) {
                self.lock_first - 1
            } else {
                UNDISTURBED_BATCHES
            };
            recorded
        } else {
            let head = match self.head {
                Some(head) => head,
                None => statement::read_head(&mut connection)
                    .await
                    .map_err(|error| undone(&error))?,
            };
            let recorded = self
                .record(&mut connection, batch, head, now, durability)
                .await
                .map_err(open_or_undone)?;
            let Some(recorded) = recorded else {
                self.connection = Some(connection);
                self.head = None;
                return Err(Failure::HeadMoved);
            };
            recorded
        };
        self.connection = Some(connection);
        self.head = Some(recorded.head);
        Ok((recorded, durability))
    }

    /// Tries the cheaper statements where they may do, and the full one otherwise: a batch with somebody in it who is
    /// refused costs all in it one more round trip, and those behind it none.
    async fn record(
        &mut self,
        connection: &mut PgConnection,
        batch: &Batch,
        head: Head,
        now: DateTime<Utc>,
        durability: Durability,
    ) -> Result<Option<Recorded>, sqlx::Error> {
        let unopposed = match batch.lone() {
            Some(lone) if durability == Durability::Immediate => {
                statement::record_lone(connection, &lone, head, now).await?
            }
            _ if self.opposed == 0 && batch.names_revisions() => {
                unopposed::record(connection, batch, head, now, durability).await?
            }
            _ => None,
        };
        if unopposed.is_some() {
            return Ok(unopposed);
        }
        let recorded = statement::record(connection, batch, head, now, durability).await?;
        self.opposed = match &recorded {
            Some(recorded) if !recorded.refused.is_empty() && batch.len() > 1 => UNDISTURBED_BATCHES,
            Some(_) | None => self.opposed.saturating_sub(1),
        };
        Ok(recorded)
    }

    fn deliver(&self, batch: Batch, recorded: &Recorded, durability: Durability) {
        let answers = batch.into_answers(recorded, self.flusher.recent().is_kept());
        match durability {
            Durability::Immediate => {
                self.flusher
                    .reached(Position::new(recorded.head.position), answers);
            }
            Durability::Deferred => self.flusher.hand_over(answers),
        }
    }

    /// A small batch that nothing is waiting before or behind is made durable by its own commit: that is one round
    /// trip instead of two. With other writers about, the head is not to be kept locked while the disk works.
    fn durability(&self, batch: &Batch) -> Durability {
        let alone = batch.len() <= self.options.immediate_appends_max
            && self.lock_first == 0
            && self.flusher.is_idle();
        if alone {
            Durability::Immediate
        } else {
            Durability::Deferred
        }
    }

    /// The database refused the values of somebody in the batch: each append stands alone now.
    async fn isolate(&mut self, batch: Batch, reason: String) {
        if batch.len() == 1 {
            return batch.fail(&AppendError::Invalid(InvalidAppend::Refused { reason }));
        }
        for single in batch.into_singles() {
            Box::pin(self.commit(single)).await;
        }
    }

    /// Finds out what became of a batch whose connection was lost. What is in the ledger is answered; what is not
    /// can no longer get there, because the fence was raised, and is handed back to be tried again.
    async fn settle(&mut self, batch: Batch) -> Option<Batch> {
        self.forget();
        self.fence_first = true;
        let found = async {
            let mut connection =
                connect_patiently(&self.connect_options, Purpose::Append, self.options.outage_max).await?;
            let head = statement::raise_fence(&mut connection).await?;
            let looked_up_after = Instant::now();
            let found = statement::look_up(&mut connection, &batch.event_ids()).await?;
            Ok::<_, sqlx::Error>((connection, head, found, looked_up_after))
        };
        match found.await {
            Ok((connection, head, found, looked_up_after)) => {
                self.connection = Some(connection);
                self.head = Some(head);
                self.fence_first = false;
                let (answers, open) = batch.split_found(&found, looked_up_after);
                self.flusher.hand_over(answers);
                Some(open)
            }
            Err(error) => {
                tracing::error!(%error, appends = batch.len(), "the outcome of a batch could not be settled");
                batch.fail(&AppendError::OutcomeUnknown);
                None
            }
        }
    }

    fn forget(&mut self) {
        self.connection = None;
        self.head = None;
        self.flusher.recent().clear();
    }
}

fn undone(error: &sqlx::Error) -> Failure {
    match verdict(error) {
        Verdict::Lost(reason) | Verdict::Undone(reason) | Verdict::Refused(reason) => {
            Failure::Undone(Verdict::Undone(reason))
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used in map_err")]
fn open_or_undone(error: sqlx::Error) -> Failure {
    match verdict(&error) {
        Verdict::Lost(reason) => Failure::Open(reason),
        other @ (Verdict::Refused(_) | Verdict::Undone(_)) => Failure::Undone(other),
    }
}

/// Fails early, with a clear message, where the database cannot be reached at all.
pub(crate) async fn probe(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = connect(options, Purpose::Append).await?;
    statement::read_head(&mut connection).await.map(drop)
}
