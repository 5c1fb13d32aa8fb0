//! A rebuild that was interrupted goes on where it was, if what it has left still fits.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use comptoir_ledger::Position;
use sqlx::{AssertSqlSafe, PgPool};

use super::{OrdersOf, start};
use crate::orders::Orders;
use crate::runner::{
    Beginning, Lanes, Misfit, Projection, RebuildError, RebuildOptions, RebuildStage, rebuild, rebuild_with,
};
use crate::testing::{Fixture, append_poison, fill, fixture, live_rows};

fn small_steps() -> RebuildOptions {
    RebuildOptions {
        lanes: Lanes::Exactly(2),
        piece_events: 5,
        ..RebuildOptions::default()
    }
}

/// Orders that are in use, and a rebuild of them that broke off on the way.
async fn interrupted() -> (Fixture, Vec<String>, Position) {
    let fixture = fixture().await;
    fill(&fixture.ledger, 0..12).await;
    fixture.apply(Orders).await.unwrap();
    let rows = live_rows::<Orders>(&fixture.pool).await;
    // An event that cannot be applied interrupts it for sure, and in the middle.
    let poison = append_poison(&fixture.ledger, "order.paid").await;
    let error = rebuild_with(&fixture.ledger, Orders, &small_steps(), |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, RebuildError::Poison { .. }), "{error}");
    let lanes: Vec<i64> = sqlx::query_scalar(
        "SELECT position FROM projection_rebuild_lanes WHERE name = 'orders@next' ORDER BY lane",
    )
    .fetch_all(&fixture.pool)
    .await
    .unwrap();
    let from = Position::new(lanes.into_iter().min().unwrap());
    assert!(from.get() > 0 && from < poison);
    (fixture, rows, from)
}

/// A projection to which the poison of these tests is nothing.
#[derive(Debug, Clone, Copy)]
struct Tolerant;

impl Projection for Tolerant {
    const NAME: &'static str = Orders::NAME;
    const VERSION: i32 = Orders::VERSION;
    const SCHEMA: &'static str = Orders::SCHEMA;
    const ROWS: crate::runner::Rows = Orders::ROWS;

    fn event_types(&self) -> Vec<&'static str> {
        Orders.event_types()
    }

    async fn apply(
        &mut self,
        connection: &mut sqlx::PgConnection,
        events: &[comptoir_ledger::RecordedEvent],
    ) -> Result<(), crate::runner::ApplyError> {
        let readable: Vec<_> = events
            .iter()
            .filter(|event| event.schema_version != 99)
            .cloned()
            .collect();
        Orders.apply(connection, &readable).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_from_where_its_lanes_are_and_ends_with_the_same_rows() {
    let (fixture, rows, from) = interrupted().await;
    let mut told = Vec::new();
    let report = rebuild_with(&fixture.ledger, Tolerant, &small_steps(), |progress| {
        told.push(progress);
    })
    .await
    .unwrap();
    assert_eq!(report.beginning, Beginning::Continued(from));
    assert_eq!(
        (told[0].position, told[0].beginning),
        (from, Beginning::Continued(from))
    );
    assert_eq!(told.last().unwrap().stage, RebuildStage::Switching);
    let all = crate::testing::events_for(&fixture.ledger, &Orders).await.len() as u64;
    assert!(
        report.events < all,
        "{} of {all} events were still to be applied",
        report.events
    );
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM projection_rebuilds")
        .fetch_one(&fixture.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_begins_anew_where_what_was_left_fits_no_longer_and_says_why() {
    let changes = [
        (
            "UPDATE projection_rebuilds SET version = version + 1",
            Misfit::OtherProgram,
        ),
        (
            "ALTER TABLE read_orders.orders ADD COLUMN odd integer",
            Misfit::OtherTables,
        ),
        (
            "UPDATE projection_rebuild_lanes SET leaf_hash = decode(repeat('00', 32), 'hex') WHERE lane = 1",
            Misfit::OtherLedger,
        ),
        (
            "UPDATE projection_rebuild_lanes SET position = 1000000000 WHERE lane = 0",
            Misfit::OtherLedger,
        ),
    ];
    for (change, misfit) in changes {
        let (fixture, _, _) = interrupted().await;
        sqlx::raw_sql(change).execute(&fixture.pool).await.unwrap();
        let report = rebuild_with(&fixture.ledger, Tolerant, &small_steps(), |_| {})
            .await
            .unwrap();
        assert_eq!(report.beginning, Beginning::AnewBecause(misfit), "{change}");
        assert_eq!(live_rows::<Orders>(&fixture.pool).await.len(), 24);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_are_gone_are_begun_anew() {
    let (fixture, rows, _) = interrupted().await;
    sqlx::raw_sql("DROP TABLE read_orders_next.order_lines")
        .execute(&fixture.pool)
        .await
        .unwrap();
    let report = rebuild_with(&fixture.ledger, Tolerant, &small_steps(), |_| {})
        .await
        .unwrap();
    assert_eq!(report.beginning, Beginning::Anew);
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_program_does_not_go_on_with_what_an_older_one_began() {
    let (fixture, _, _) = interrupted().await;
    let refused = rebuild(&fixture.ledger, OrdersOf::<77>, |_| {})
        .await
        .unwrap_err();
    assert!(matches!(refused, RebuildError::Poison { .. }), "{refused}");
    let version: i32 = sqlx::query_scalar("SELECT version FROM projection_rebuilds")
        .fetch_one(&fixture.pool)
        .await
        .unwrap();
    assert_eq!(version, 77);
}

/// A program of `examples/`.
pub(super) fn example(name: &str) -> PathBuf {
    // Cargo builds examples with the tests, beside the folder that this test runs from.
    let this = std::env::current_exe().expect("this test has a path");
    let folder = this.parent().and_then(Path::parent);
    let program = folder
        .expect("it stands in target/<profile>/deps")
        .join("examples")
        .join(name);
    assert!(
        program.exists(),
        "build the examples first: cargo test --workspace does"
    );
    program
}

/// `examples/rebuilder.rs` on this database.
fn rebuilder(url: &str) -> Child {
    Command::new(example("rebuilder"))
        .args([url, "10"])
        .stdin(Stdio::null())
        .spawn()
        .expect("the example starts")
}

async fn slowest_lane(pool: &PgPool) -> i64 {
    let slowest: Option<i64> =
        sqlx::query_scalar("SELECT min(position) FROM projection_rebuild_lanes WHERE name = 'orders@next'")
            .fetch_one(pool)
            .await
            .unwrap();
    slowest.unwrap_or(0)
}

/// Lanes that come past this position wait, until the lock is let go.
async fn halt_behind(pool: &PgPool, position: i64) -> sqlx::pool::PoolConnection<sqlx::Postgres> {
    let statement = format!(
        "CREATE OR REPLACE FUNCTION halt() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF NEW.position > {position} THEN PERFORM pg_advisory_xact_lock_shared(4242); END IF;
             RETURN NEW;
         END $$;
         CREATE OR REPLACE TRIGGER halt BEFORE UPDATE ON projection_rebuild_lanes
             FOR EACH ROW EXECUTE FUNCTION halt()"
    );
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(pool)
        .await
        .unwrap();
    let mut holder = pool.acquire().await.unwrap();
    sqlx::query("SELECT pg_advisory_lock(4242)")
        .execute(&mut *holder)
        .await
        .unwrap();
    holder
}

#[tokio::test(flavor = "multi_thread")]
async fn it_survives_kill_9_and_goes_on() {
    let fixture = fixture().await;
    let last = fill(&fixture.ledger, 0..20).await;
    let orders = start(&fixture.ledger, Orders);
    orders.reaches(Orders::NAME, last).await;
    let rows = live_rows::<Orders>(&fixture.pool).await;
    let mut killed_at = 0;
    for limit in [last.get() / 3, last.get() * 2 / 3] {
        let mut holder = halt_behind(&fixture.pool, limit).await;
        let mut process = rebuilder(fixture.database.url());
        let all_wait =
            "SELECT count(*) = (SELECT count(*) FROM projection_rebuild_lanes WHERE name = 'orders@next')
                 AND count(*) > 0
             FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'";
        tokio::time::timeout(super::PATIENCE, async {
            while !sqlx::query_scalar::<_, bool>(all_wait)
                .fetch_one(&fixture.pool)
                .await
                .unwrap()
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .expect("it comes to where it must wait");
        process.kill().unwrap();
        assert!(!process.wait().unwrap().success(), "it was killed on the way");
        let reached = slowest_lane(&fixture.pool).await;
        assert!(
            reached > killed_at && reached <= limit,
            "{reached} of {limit}, before {killed_at}"
        );
        killed_at = reached;
        sqlx::query("SELECT pg_advisory_unlock(4242)")
            .execute(&mut *holder)
            .await
            .unwrap();
    }
    sqlx::raw_sql("DROP TRIGGER halt ON projection_rebuild_lanes")
        .execute(&fixture.pool)
        .await
        .unwrap();
    // PostgreSQL notices that the process is gone, and lets go of its lock.
    let report = tokio::time::timeout(super::PATIENCE, async {
        loop {
            match rebuild(&fixture.ledger, Orders, |_| {}).await {
                Err(RebuildError::AlreadyRunning) => tokio::time::sleep(Duration::from_millis(20)).await,
                other => break other.unwrap(),
            }
        }
    })
    .await
    .unwrap();
    assert_eq!(report.beginning, Beginning::Continued(Position::new(killed_at)));
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);
}
