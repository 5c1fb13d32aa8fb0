//! `kill -9` of PostgreSQL itself.

use std::time::Duration;

use comptoir_ledger::{
    Append, AppendError, Appended, ExpectedRevision, HandlerError, Ledger, MIGRATOR, Metadata, Position,
    RecordedEvent, TransactionalHandler,
};
use comptoir_sandbox::postgres::{Durability, Server, ServerOptions, TestDatabase};
use sqlx::{PgConnection, PgPool};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Witness, node, recorded};
use crate::common::hammer::{Hammer, all_are_there, work_on};
use crate::common::sessions::{ConnectionLimit, allow_connections, blocked, hold, superuser};
use crate::common::{eventually, id, new_stream, note_with_id, verify};

const HORIZON_LOCK: &str = "SELECT FROM ledger_horizon FOR UPDATE";

/// Nothing acknowledged is lost, and nothing that anybody has seen becomes something else. Who writes in the transaction of
/// the checkpoint has each position once and in order, whatever a crash took back of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_or_seen_outlives_crashes_of_the_database() {
    let mut server = start(&[]).await;
    let database = TestDatabase::create_on(&server, &MIGRATOR).await.unwrap();
    let ledger = node(database.url()).await;
    let stop = CancellationToken::new();
    let witness = Witness::follow(&ledger, &stop);
    Scribe::follow(&ledger, &stop).await;
    let hammers: Vec<Hammer> = (11..=12)
        .map(|seed| Hammer::start(database.url(), seed))
        .collect();
    for _ in 0..4 {
        work_on(&hammers, 60).await;
        server.kill_hard();
        server.start_again().await.unwrap();
    }
    work_on(&hammers, 60).await;
    let acks: Vec<_> = hammers.into_iter().flat_map(Hammer::finish).collect();
    verify::ledger_is_sound(&ledger).await;
    all_are_there(&ledger, &acks).await;
    let recorded = recorded(&ledger).await;
    eventually("the witness has seen all", async || {
        witness.seen().last() == recorded.last()
    })
    .await;
    let end = recorded.last().map(|(position, _)| Position::new(*position));
    eventually("the scribe has written all", async || {
        let checkpoint = ledger.checkpoint(Scribe::NAME).await.unwrap();
        checkpoint.map(|checkpoint| checkpoint.position) == end
    })
    .await;
    assert_eq!(Scribe::written(&ledger).await, recorded, "once and in order");
    stop.cancel();
    let mut seen = witness.seen();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, recorded, "whatever was seen is still there");
}

/// Nothing else would bring the log to the disk: an answer means that somebody has waited for it, whichever of its ways
/// an append went.
#[tokio::test]
async fn what_was_acknowledged_a_moment_ago_is_on_disk() {
    let mut crashing = Crashing::start().await;
    let alone = noting(id());
    crashing.ledger.append(alone).await.unwrap();
    crashing.crash().await;
    assert_eq!(count(&crashing.admin).await, 2, "one event alone");

    crashing.connect_and_stop_wal_writer().await;
    let several = noting(id()).write_raw(new_stream(), ExpectedRevision::Any, vec![note_with_id(id(), "x")]);
    crashing.ledger.append(several).await.unwrap();
    crashing.crash().await;
    assert_eq!(count(&crashing.admin).await, 5, "one append of two events");

    crashing.connect_and_stop_wal_writer().await;
    let named = noting(id()).write_raw(
        new_stream(),
        ExpectedRevision::NoStream,
        vec![note_with_id(id(), "x")],
    );
    crashing.ledger.append(named).await.unwrap();
    crashing.crash().await;
    assert_eq!(
        count(&crashing.admin).await,
        8,
        "one append of two events that names its revisions"
    );

    crashing.connect_and_stop_wal_writer().await;
    for appended in join(&crashing.ledger, vec![id(), id(), id()]).await.unwrap() {
        appended.unwrap();
    }
    crashing.crash().await;
    assert_eq!(count(&crashing.admin).await, 12, "a batch");
    verify::ledger_is_sound(&crashing.ledger).await;
}

/// The event was committed, the flush had not come through, and the crash took it back: its caller hears of it, and
/// the position is given out anew.
#[tokio::test]
async fn an_append_that_a_crash_takes_back_is_not_acknowledged() {
    let mut crashing = Crashing::start().await;
    let (first, second) = (id(), id());
    let lost = crashing.append_two(first, second).await;
    crashing.crash().await;
    for appended in lost.await.unwrap() {
        assert!(
            matches!(appended, Err(AppendError::Unavailable { .. })),
            "{appended:?}"
        );
    }
    assert_eq!(count(&crashing.admin).await, 1);
    let anew = crashing.ledger.append(noting(id())).await.unwrap();
    assert_eq!(anew.position, Position::new(2));
    let again = crashing.ledger.append(noting(first)).await.unwrap();
    assert_eq!(again.position, Position::new(3), "its id is free again");
    verify::ledger_is_sound(&crashing.ledger).await;
}

/// While a flush hangs, further batches are committed, and a repeat of an event in them is refused. The crash takes all
/// of it back; when the flush comes through at last, the appender has long recorded others at the same positions. Those
/// must not be taken for the lost ones.
#[tokio::test]
async fn lost_appends_are_not_acknowledged_for_others_that_took_their_positions() {
    let mut crashing = Crashing::start().await;
    allow_connections(&crashing.admin, ConnectionLimit::NoNewOnes).await;
    let repeated = id();
    let mut lost = vec![crashing.append_two(id(), id()).await];
    lost.push(crashing.append_two(id(), repeated).await);
    // A refusal beside an append that is made, and a refusal alone.
    lost.push(crashing.batch(vec![repeated, id()]).await);
    lost.push(crashing.batch(vec![repeated]).await);
    crashing.crash().await;

    let flush_gate = hold(&crashing.admin, HORIZON_LOCK).await;
    another_node_commits_at(&crashing.admin, 2).await;
    let others = join(&crashing.ledger, (0..6).map(|_| id()).collect());
    allow_connections(&crashing.admin, ConnectionLimit::None).await;
    blocked(&crashing.admin, "comptoir flush", 1).await;
    eventually("others have taken the positions", async || {
        count(&crashing.admin).await == 8
    })
    .await;
    flush_gate.rollback().await.unwrap();

    for lost in lost {
        for answer in lost.await.unwrap() {
            assert!(
                matches!(answer, Err(AppendError::Unavailable { .. })),
                "{answer:?}"
            );
        }
    }
    for appended in others.await.unwrap() {
        appended.unwrap();
    }
    verify::ledger_is_sound(&crashing.ledger).await;
}

/// Writes down what it is handed, in the order in which it is. Nothing in its table refuses a second copy.
struct Scribe;

impl Scribe {
    const NAME: &'static str = "scribe";

    async fn follow(ledger: &Ledger, stop: &CancellationToken) {
        sqlx::query(
            "CREATE TABLE written (number bigserial, position bigint NOT NULL, event_id uuid NOT NULL)",
        )
        .execute(ledger.pool())
        .await
        .unwrap();
        let subscription = ledger
            .subscription(Self::NAME)
            .batch_events_max(20)
            .lock_retry(Duration::from_millis(10))
            .failure_retry(Duration::from_millis(10));
        tokio::spawn(subscription.run_transactional(Self, stop.clone()));
    }

    async fn written(ledger: &Ledger) -> Vec<(i64, Uuid)> {
        sqlx::query_as("SELECT position, event_id FROM written ORDER BY number")
            .fetch_all(ledger.pool())
            .await
            .unwrap()
    }
}

impl TransactionalHandler for Scribe {
    async fn handle(
        &mut self,
        transaction: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), HandlerError> {
        for event in events {
            sqlx::query("INSERT INTO written (position, event_id) VALUES ($1, $2)")
                .bind(event.position.get())
                .bind(event.event_id)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(())
    }
}

/// A server whose crash takes back whatever was committed without waiting for the disk. The ledger holds one event,
/// and all its connections are open.
struct Crashing {
    server: Server,
    _database: TestDatabase,
    admin: PgPool,
    ledger: Ledger,
}

impl Crashing {
    async fn start() -> Self {
        let server = start(&[("bgwriter_lru_maxpages", "0"), ("autovacuum", "off")]).await;
        let database = TestDatabase::create_on(&server, &MIGRATOR).await.unwrap();
        let admin = superuser(database.superuser_url()).await;
        let ledger = node(database.url()).await;
        let crashing = Self {
            server,
            _database: database,
            admin,
            ledger,
        };
        crashing.connect_and_stop_wal_writer().await;
        crashing
    }

    /// One append, so that all connections are open; from now on nothing but a synchronous commit brings the log to the
    /// disk.
    async fn connect_and_stop_wal_writer(&self) {
        self.ledger.append(noting(id())).await.unwrap();
        eventually("the flusher is connected", async || {
            let flushers: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'comptoir flush' AND state = 'idle'",
            )
            .fetch_one(&self.admin)
            .await
            .unwrap();
            flushers == 1
        })
        .await;
        stop_wal_writer(&self.admin).await;
    }

    /// Two appends in one batch; returns when they are committed and a flush hangs.
    async fn append_two(&self, first: Uuid, second: Uuid) -> Appending {
        let before = count(&self.admin).await;
        if before == 1 {
            let gate = hold(&self.admin, HORIZON_LOCK).await;
            // Held until the server dies.
            tokio::spawn(async move {
                let _gate = gate;
                std::future::pending::<()>().await;
            });
        }
        let appending = self.batch(vec![first, second]).await;
        assert_eq!(count(&self.admin).await, before + 2);
        blocked(&self.admin, "comptoir flush", 1).await;
        appending
    }

    /// Appends in one batch; returns when it is committed, whatever was decided on each of them.
    async fn batch(&self, event_ids: Vec<Uuid>) -> Appending {
        let before = head_version(&self.admin).await;
        let appending = join(&self.ledger, event_ids);
        eventually("the batch is committed", async || {
            head_version(&self.admin).await != before
        })
        .await;
        appending
    }

    async fn crash(&mut self) {
        self.server.kill_hard();
        self.server.start_again().await.unwrap();
    }
}

async fn stop_wal_writer(admin: &PgPool) {
    let writer: i32 = sqlx::query_scalar("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
        .fetch_one(admin)
        .await
        .unwrap();
    let stopped = std::process::Command::new("kill")
        .args(["-STOP", &writer.to_string()])
        .status()
        .expect("`kill` runs");
    assert!(stopped.success());
}

/// Every batch writes the head's row anew.
async fn head_version(admin: &PgPool) -> String {
    sqlx::query_scalar("SELECT xmin::text FROM ledger_head")
        .fetch_one(admin)
        .await
        .unwrap()
}

async fn another_node_commits_at(admin: &PgPool, position: i64) {
    sqlx::query(
        "WITH head AS (UPDATE ledger_head SET position = $1)
         INSERT INTO events SELECT $1, 'note-other', 0, x.id, 'note.taken', 1, x.now, '{}', '{}',
             ledger_leaf_hash($1, 'note-other', 0, x.id, 'note.taken', 1, x.now, '{}', '{}')
         FROM (SELECT gen_random_uuid() AS id, recorded_at AS now FROM ledger_head) x",
    )
    .bind(position)
    .execute(admin)
    .await
    .unwrap();
}

async fn start(settings: &[(&str, &str)]) -> Server {
    let settings = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let options = ServerOptions {
        durability: Durability::Full,
        settings,
        ..ServerOptions::default()
    };
    Server::start(options).await.expect("a server")
}

fn noting(event_id: Uuid) -> Append {
    Append::new(&Metadata::default()).write_raw(
        new_stream(),
        ExpectedRevision::NoStream,
        vec![note_with_id(event_id, "x")],
    )
}

type Appending = JoinHandle<Vec<Result<Appended, AppendError>>>;

/// Several appends at once; on one thread they wait together before the appender comes to take them, in one batch.
fn join(ledger: &Ledger, event_ids: Vec<Uuid>) -> Appending {
    let ledger = ledger.clone();
    tokio::spawn(async move {
        let appends = event_ids
            .into_iter()
            .map(|event_id| ledger.append(noting(event_id)));
        futures::future::join_all(appends).await
    })
}

async fn count(admin: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM events")
        .fetch_one(admin)
        .await
        .unwrap()
}
