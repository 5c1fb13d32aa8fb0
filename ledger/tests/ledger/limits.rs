//! What happens at the limits: a full queue, a ledger that stops, a database that stays away.

use std::time::Duration;

use comptoir_ledger::{AppendError, ExpectedRevision, Ledger, LedgerOptions, MIGRATOR, Position};
use comptoir_sandbox::postgres::{Server, ServerOptions, TestDatabase};
use futures::future::join_all;

use crate::common::sessions::{blocked, hold, superuser};
use crate::common::{append, fixture, new_stream, options, verify};

/// While nothing can be recorded, only so many appends may wait; the others hear at once that they are too many.
#[tokio::test]
async fn a_full_queue_refuses_and_those_that_wait_are_appended() {
    const QUEUE: usize = 3;
    let fixture = fixture().await;
    let admin = superuser(fixture.database.superuser_url()).await;
    let small = LedgerOptions {
        // The one under way counts as well.
        queue_appends_max: QUEUE + 1,
        ..options()
    };
    let ledger = Ledger::start(fixture.database.pool().await, small).await.unwrap();
    let head = hold(&admin, "SELECT FROM ledger_head FOR UPDATE").await;
    let one = |ledger: &Ledger| {
        let ledger = ledger.clone();
        tokio::spawn(async move {
            ledger
                .append(append(&new_stream(), ExpectedRevision::NoStream, "x"))
                .await
        })
    };
    let under_way = one(&ledger);
    blocked(&admin, "comptoir append", 1).await;
    let mut waiting: Vec<_> = (0..QUEUE + 2).map(|_| one(&ledger)).collect();
    for too_many in waiting.split_off(QUEUE) {
        assert_eq!(too_many.await.unwrap(), Err(AppendError::Overloaded));
    }
    head.rollback().await.unwrap();
    under_way.await.unwrap().unwrap();
    for appended in waiting {
        appended.await.unwrap().unwrap();
    }
    assert_eq!(ledger.horizon(), Position::new(4));
}

#[tokio::test]
async fn a_ledger_that_stops_finishes_what_waits_and_takes_nothing_more() {
    let fixture = fixture().await;
    let appends = (0..100).map(|_| {
        fixture
            .ledger
            .append(append(&new_stream(), ExpectedRevision::NoStream, "x"))
    });
    let (results, ()) = tokio::join!(join_all(appends), fixture.ledger.stop());
    for appended in results {
        appended.unwrap();
    }
    let late = fixture
        .ledger
        .append(append(&new_stream(), ExpectedRevision::NoStream, "late"))
        .await;
    assert!(matches!(late, Err(AppendError::Unavailable { .. })), "{late:?}");
    verify::ledger_is_sound(&fixture.ledger).await;
}

/// More than one batch may hold, in events and in bytes: it takes several, and each append stays whole.
#[tokio::test]
async fn what_is_too_much_for_one_batch_is_recorded_in_several() {
    let fixture = fixture().await;
    let tight = LedgerOptions {
        batch_events_max: 4,
        batch_bytes_max: 2_000,
        ..options()
    };
    let ledger = Ledger::start(fixture.database.pool().await, tight).await.unwrap();
    let large = "x".repeat(1_500);
    let appends = (0..30).map(|n| {
        let text = if n % 3 == 0 { large.as_str() } else { "small" };
        ledger.append(append(&new_stream(), ExpectedRevision::NoStream, text))
    });
    for appended in join_all(appends).await {
        appended.unwrap();
    }
    verify::ledger_is_sound(&ledger).await;
    let batches: i64 = sqlx::query_scalar("SELECT count(DISTINCT xmin::text) FROM events")
        .fetch_one(ledger.pool())
        .await
        .unwrap();
    assert!((8..30).contains(&batches), "{batches} transactions");
}

/// The second one's turn never comes, since the first one waits for the head: when it could come its caller is gone, and
/// it is not recorded behind their back.
#[tokio::test]
async fn no_caller_is_kept_waiting_for_longer_than_was_set_whatever_holds_the_append_up() {
    let fixture = fixture().await;
    let admin = superuser(fixture.database.superuser_url()).await;
    let impatient = LedgerOptions {
        append_time_max: Duration::from_millis(200),
        ..options()
    };
    let ledger = Ledger::start(fixture.database.pool().await, impatient)
        .await
        .unwrap();
    let head = hold(&admin, "SELECT FROM ledger_head FOR UPDATE").await;
    let write = || ledger.append(append(&new_stream(), ExpectedRevision::NoStream, "x"));
    let first = write();
    let second = async {
        blocked(&admin, "comptoir append", 1).await;
        write().await
    };
    let unknown = Err(AppendError::OutcomeUnknown);
    assert_eq!(tokio::join!(first, second), (unknown.clone(), unknown));
    head.rollback().await.unwrap();
    assert!(ledger.wait_for(Position::new(1), Duration::from_secs(30)).await);
    assert_eq!(
        write().await.unwrap().position,
        Position::new(2),
        "nothing came between"
    );
    verify::ledger_is_sound(&ledger).await;
}

/// Nobody waits for ever: after the patience that was set, appends fail, and they work again when the database is back.
#[tokio::test]
async fn a_database_that_stays_away_fails_appends_until_it_is_back() {
    let mut server = Server::start(ServerOptions::default()).await.unwrap();
    let database = TestDatabase::create_on(&server, &MIGRATOR).await.unwrap();
    let impatient = LedgerOptions {
        outage_max: Duration::from_millis(100),
        ..options()
    };
    let ledger = Ledger::start(database.pool().await, impatient).await.unwrap();
    let write = async || {
        ledger
            .append(append(&new_stream(), ExpectedRevision::NoStream, "x"))
            .await
    };
    write().await.unwrap();
    server.kill_hard();
    // The first may have been under way when the connection broke; with the second there was no connection.
    let lost = write().await;
    assert!(
        matches!(
            lost,
            Err(AppendError::OutcomeUnknown | AppendError::Unavailable { .. })
        ),
        "{lost:?}"
    );
    let refused = write().await;
    assert!(
        matches!(refused, Err(AppendError::Unavailable { .. })),
        "{refused:?}"
    );
    server.start_again().await.unwrap();
    assert_eq!(write().await.unwrap().position, Position::new(2));
    verify::ledger_is_sound(&ledger).await;
}
