//! Several processes append at once while their connections, and one of them, are killed.

use std::time::Duration;

use comptoir_ledger::{HandlerError, Ledger, MIGRATOR, RecordedEvent, TransactionalHandler};
use comptoir_sandbox::postgres::TestDatabase;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use super::node;
use crate::common::hammer::{Hammer, all_are_there, work_on};
use crate::common::sessions::{superuser, terminate, terminate_one};
use crate::common::{eventually, verify};

const ROUNDS: i64 = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_lose_connections_and_lives_lose_no_event() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let admin = superuser(database.superuser_url()).await;
    let ledger = node(database.url()).await;
    let stop = CancellationToken::new();
    let follower = follow(&ledger, &stop).await;
    let mut hammers: Vec<Hammer> = (1..=3).map(|seed| Hammer::start(database.url(), seed)).collect();
    let mut acks = Vec::new();
    work_on(&hammers, 20).await;
    for round in 0..ROUNDS {
        // One session of any kind, by a stride that visits most of them; then all of one kind at the same time.
        terminate_one(&admin, round * 5).await;
        match round % 4 {
            1 => terminate(&admin, "comptoir append").await,
            2 => terminate(&admin, "comptoir flush").await,
            3 => terminate(&admin, "comptoir subscription").await,
            _ => 0,
        };
        if round == ROUNDS / 2 {
            let mut victim = hammers.remove(0);
            victim.kill();
            acks.extend(victim.finish());
        }
        work_on(&hammers, 20).await;
    }
    for hammer in hammers {
        acks.extend(hammer.finish());
    }
    verify::ledger_is_sound(&ledger).await;
    all_are_there(&ledger, &acks).await;
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM events")
        .fetch_one(&admin)
        .await
        .unwrap();
    eventually("the follower has seen all", async || {
        let position: i64 =
            sqlx::query_scalar("SELECT position FROM subscription_checkpoints WHERE name = 'follower'")
                .fetch_one(&admin)
                .await
                .unwrap();
        position == events
    })
    .await;
    let handled: Vec<i64> = sqlx::query_scalar("SELECT position FROM handled ORDER BY number")
        .fetch_all(&admin)
        .await
        .unwrap();
    assert!(
        handled.iter().copied().eq(1..=events),
        "each position once and in order"
    );
    stop.cancel();
    follower.await.unwrap();
}

/// Writes each position that it sees into a table, in the transaction of its checkpoint.
struct Follower;

impl TransactionalHandler for Follower {
    async fn handle(
        &mut self,
        transaction: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), HandlerError> {
        let positions: Vec<i64> = events.iter().map(|event| event.position.get()).collect();
        sqlx::query("INSERT INTO handled (position) SELECT unnest($1::bigint[])")
            .bind(positions)
            .execute(transaction)
            .await?;
        Ok(())
    }
}

async fn follow(ledger: &Ledger, stop: &CancellationToken) -> tokio::task::JoinHandle<()> {
    sqlx::query("CREATE TABLE handled (number bigserial, position bigint NOT NULL)")
        .execute(ledger.pool())
        .await
        .unwrap();
    let subscription = ledger
        .subscription("follower")
        .batch_events_max(50)
        .lock_retry(Duration::from_millis(10))
        .failure_retry(Duration::from_millis(10));
    let running = subscription.run_transactional(Follower, stop.clone());
    tokio::spawn(running)
}
