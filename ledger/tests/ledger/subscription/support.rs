//! What the tests of subscriptions share: handlers that remember what they saw, and ways to look at checkpoints.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use comptoir_ledger::clock::ManualClock;
use comptoir_ledger::{
    AtLeastOnceHandler, Checkpoint, ExpectedRevision, HandlerError, Ledger, LedgerOptions, Position,
    RecordedEvent, TransactionalHandler,
};
use sqlx::{PgConnection, PgPool};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::common::sessions::terminate;
use crate::common::{Fixture, append, eventually, fixture, new_stream};

/// Positions that were handled, in the table `handled`, in the order of handling.
pub(crate) struct Inserter {
    pub(crate) name: &'static str,
    pub(crate) fails_at: Option<i64>,
    pub(crate) cured: Arc<AtomicBool>,
}

impl Inserter {
    pub(crate) fn named(name: &'static str) -> Self {
        Self {
            name,
            fails_at: None,
            cured: Arc::default(),
        }
    }
}

impl TransactionalHandler for Inserter {
    async fn handle(
        &mut self,
        transaction: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), HandlerError> {
        for event in events {
            let position = event.position.get();
            sqlx::query("INSERT INTO handled (position, handler) VALUES ($1, $2)")
                .bind(position)
                .bind(self.name)
                .execute(&mut *transaction)
                .await?;
            if self.fails_at == Some(position) && !self.cured.load(Ordering::Relaxed) {
                return Err(format!("no room for position {position}").into());
            }
        }
        Ok(())
    }
}

/// Remembers what it saw; may kill its own subscription's connection once, after its work is done.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) seen: Arc<Mutex<Vec<i64>>>,
    pub(crate) kills_once: Arc<Mutex<Option<PgPool>>>,
}

impl AtLeastOnceHandler for Recorder {
    async fn handle(&mut self, events: &[RecordedEvent]) -> Result<(), HandlerError> {
        self.seen
            .lock()
            .unwrap()
            .extend(events.iter().map(|event| event.position.get()));
        let admin = self.kills_once.lock().unwrap().take();
        if let Some(admin) = admin {
            assert_eq!(terminate(&admin, "comptoir subscription").await, 1);
        }
        Ok(())
    }
}

/// A subscription at work.
pub(crate) struct Running {
    stop: DropGuard,
    token: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    pub(crate) async fn stop(self) {
        drop(self.stop);
        self.task.await.unwrap();
    }
}

pub(crate) fn follow(ledger: &Ledger, name: &str, handler: Inserter) -> Running {
    let token = CancellationToken::new();
    let subscription = ledger
        .subscription(name)
        .batch_events_max(7)
        .lock_retry(Duration::from_millis(5))
        .failure_retry(Duration::from_millis(5));
    let task = tokio::spawn(subscription.run_transactional(handler, token.clone()));
    Running {
        stop: token.clone().drop_guard(),
        token,
        task,
    }
}

/// A ledger with a table for what was handled.
pub(crate) async fn followed() -> Fixture {
    let fixture = fixture().await;
    sqlx::query(
        "CREATE TABLE handled (number bigserial, position bigint PRIMARY KEY, handler text NOT NULL)",
    )
    .execute(fixture.ledger.pool())
    .await
    .unwrap();
    fixture
}

pub(crate) async fn start_with_tick(fixture: &Fixture, tick: Duration) -> Ledger {
    let options = LedgerOptions {
        clock: Arc::<ManualClock>::clone(&fixture.clock),
        tick,
        ..LedgerOptions::default()
    };
    Ledger::start(fixture.database.pool().await, options)
        .await
        .unwrap()
}

pub(crate) async fn write(ledger: &Ledger, events: usize) {
    for _ in 0..events {
        ledger
            .append(append(&new_stream(), ExpectedRevision::NoStream, "x"))
            .await
            .unwrap();
    }
}

pub(crate) async fn reached(ledger: &Ledger, name: &str, position: i64) {
    eventually("the checkpoint gets there", async || {
        let checkpoint = ledger.checkpoint(name).await.unwrap();
        checkpoint.is_some_and(|checkpoint| checkpoint.position == Position::new(position))
    })
    .await;
}

/// The same over a connection that is there already.
pub(crate) async fn reached_as(admin: &PgPool, name: &str, position: i64) {
    eventually("the checkpoint gets there", async || {
        let reached: Option<i64> =
            sqlx::query_scalar("SELECT position FROM subscription_checkpoints WHERE name = $1")
                .bind(name)
                .fetch_optional(admin)
                .await
                .unwrap();
        reached == Some(position)
    })
    .await;
}

pub(crate) async fn failed(ledger: &Ledger, name: &str) -> Checkpoint {
    eventually("the failure is reported", async || {
        let checkpoint = ledger.checkpoint(name).await.unwrap();
        checkpoint.is_some_and(|checkpoint| checkpoint.failed_position.is_some())
    })
    .await;
    ledger.checkpoint(name).await.unwrap().unwrap()
}

/// In the order in which they were handled.
pub(crate) async fn handled(pool: &PgPool) -> Vec<i64> {
    sqlx::query_scalar("SELECT position FROM handled ORDER BY number")
        .fetch_all(pool)
        .await
        .unwrap()
}

pub(crate) async fn handled_by(pool: &PgPool, handler: &str) -> Vec<i64> {
    sqlx::query_scalar("SELECT position FROM handled WHERE handler = $1 ORDER BY number")
        .bind(handler)
        .fetch_all(pool)
        .await
        .unwrap()
}

/// The server process that holds the subscription's lock.
pub(crate) async fn lock_holder(admin: &PgPool) -> Option<i32> {
    sqlx::query_scalar(
        "SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'comptoir subscription'
             AND a.datname = current_database()",
    )
    .fetch_optional(admin)
    .await
    .unwrap()
}
