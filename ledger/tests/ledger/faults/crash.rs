//! `kill -9` of PostgreSQL itself.

use std::time::Duration;

use comptoir_ledger::{Append, AppendError, Appended, ExpectedRevision, Ledger, MIGRATOR, Metadata, Position};
use comptoir_sandbox::postgres::{Durability, Server, ServerOptions, TestDatabase};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Witness, node, recorded};
use crate::common::hammer::{Hammer, all_are_there, work_on};
use crate::common::sessions::{ConnectionLimit, allow_connections, blocked, hold, superuser};
use crate::common::{eventually, id, new_stream, note_with_id, verify};

const HORIZON_LOCK: &str = "SELECT FROM ledger_horizon FOR UPDATE";

/// Nothing acknowledged is lost, and nothing that anybody has seen becomes something else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_or_seen_outlives_crashes_of_the_database() {
    let mut server = start(&[]).await;
    let database = TestDatabase::create_on(&server, &MIGRATOR).await.unwrap();
    let ledger = node(database.url()).await;
    let stop = CancellationToken::new();
    let witness = Witness::follow(&ledger, &stop);
    let hammers: Vec<Hammer> = (11..=12).map(|seed| Hammer::start(database.url(), seed)).collect();
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
    eventually("the witness has seen all", async || witness.seen().last() == recorded.last()).await;
    stop.cancel();
    let mut seen = witness.seen();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, recorded, "whatever was seen is still there");
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
        assert!(matches!(appended, Err(AppendError::Unavailable { .. })), "{appended:?}");
    }
    assert_eq!(recorded(&crashing.ledger).await, []);
    let anew = crashing.ledger.append(noting(id())).await.unwrap();
    assert_eq!(anew.position, Position::new(1));
    let again = crashing.ledger.append(noting(first)).await.unwrap();
    assert_eq!(again.position, Position::new(2), "its id is free again");
    verify::ledger_is_sound(&crashing.ledger).await;
}

/// While a flush hangs, a second batch is committed and a repeat of it refused. The crash takes both batches back; when
/// the flush comes through at last, the appender has long recorded others at the same positions. Those must not be
/// taken for the lost ones.
#[tokio::test]
async fn lost_appends_are_not_acknowledged_for_others_that_took_their_positions() {
    let mut crashing = Crashing::start().await;
    let repeated = id();
    let flushing = crashing.append_two(id(), id()).await;
    let waiting = crashing.append_two(id(), repeated).await;
    let repeat = spawn(&crashing.ledger, noting(repeated));
    // Nothing shows that the repeat was refused before this one was recorded, but it is: the queue is in order.
    let behind = spawn(&crashing.ledger, noting(id()));
    eventually("five events are committed", async || count(&crashing.admin).await == 5).await;
    allow_connections(&crashing.without_flush, ConnectionLimit::NoNewOnes).await;
    crashing.server.kill_hard();
    crashing.server.start_again().await.unwrap();
    let flush_gate = hold(&crashing.admin, HORIZON_LOCK).await;
    let newcomers: Vec<Uuid> = (0..6).map(|_| id()).collect();
    let others = join(&crashing.ledger, newcomers.clone());
    allow_connections(&crashing.without_flush, ConnectionLimit::None).await;
    eventually("others have taken the positions", async || count(&crashing.admin).await == 6).await;
    flush_gate.rollback().await.unwrap();

    for lost in [flushing, waiting] {
        for appended in lost.await.unwrap() {
            assert!(matches!(appended, Err(AppendError::Unavailable { .. })), "{appended:?}");
        }
    }
    assert!(matches!(behind.await.unwrap(), Err(AppendError::Unavailable { .. })));
    let repeated = repeat.await.unwrap();
    assert!(
        matches!(repeated, Err(AppendError::Unavailable { .. })),
        "a repeat of what was lost was refused as if it were there: {repeated:?}"
    );
    for appended in others.await.unwrap() {
        appended.unwrap();
    }
    verify::ledger_is_sound(&crashing.ledger).await;
}

/// A server whose crash takes back whatever was committed without waiting for the disk, and a flush that hangs.
struct Crashing {
    server: Server,
    _database: TestDatabase,
    admin: PgPool,
    /// Writes that do not bring the ledger's commits to the disk.
    without_flush: PgPool,
    ledger: Ledger,
}

impl Crashing {
    async fn start() -> Self {
        let server = start(&[("wal_writer_delay", "10s"), ("autovacuum", "off")]).await;
        let database = TestDatabase::create_on(&server, &MIGRATOR).await.unwrap();
        let admin = superuser(database.superuser_url()).await;
        let options: sqlx::postgres::PgConnectOptions = database.superuser_url().parse().unwrap();
        let without_flush = PgPoolOptions::new()
            .max_connections(1)
            .connect_lazy_with(options.options([("synchronous_commit", "off")]));
        let ledger = node(database.url()).await;
        Self {
            server,
            _database: database,
            admin,
            without_flush,
            ledger,
        }
    }

    /// Two appends in one batch; returns when they are committed and their flush hangs.
    async fn append_two(&self, first: Uuid, second: Uuid) -> JoinHandle<Vec<Result<Appended, AppendError>>> {
        let before = count(&self.admin).await;
        if before == 0 {
            let gate = hold(&self.admin, HORIZON_LOCK).await;
            // Never released: it dies with the server.
            tokio::spawn(async move {
                let _gate = gate;
                std::future::pending::<()>().await;
            });
        }
        let appending = join(&self.ledger, vec![first, second]);
        eventually("the batch is committed", async || count(&self.admin).await == before + 2).await;
        blocked(&self.admin, "comptoir flush", 1).await;
        appending
    }

    async fn crash(&mut self) {
        self.server.kill_hard();
        self.server.start_again().await.unwrap();
    }
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

fn spawn(ledger: &Ledger, append: Append) -> JoinHandle<Result<Appended, AppendError>> {
    let ledger = ledger.clone();
    tokio::spawn(async move { ledger.append(append).await })
}

/// Several appends at once; on one thread they wait together before the appender comes to take them, in one batch.
fn join(ledger: &Ledger, event_ids: Vec<Uuid>) -> JoinHandle<Vec<Result<Appended, AppendError>>> {
    let ledger = ledger.clone();
    tokio::spawn(async move {
        let appends = event_ids.into_iter().map(|event_id| ledger.append(noting(event_id)));
        futures::future::join_all(appends).await
    })
}

async fn count(admin: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM events")
        .fetch_one(admin)
        .await
        .unwrap()
}
