//! Subscriptions: once and in order, checkpoints, wake-up, fail-over, events that cannot be handled.

mod recent;
mod rewound;
mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use comptoir_ledger::{ExpectedRevision, Filter, Ledger, Position, StreamName};
use futures::future::join_all;
use sqlx::postgres::PgPoolOptions;
use tokio_util::sync::CancellationToken;

use crate::common::sessions::{ConnectionLimit, allow_connections, listening, superuser, terminate};
use crate::common::{self, append, eventually, new_stream};

use self::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_position_is_handed_over_once_and_in_order_while_nodes_write() {
    let fixture = followed().await;
    let second = common::start(&fixture.database, &fixture.clock).await;
    let running = follow(&fixture.ledger, "all", Inserter::named("one"));
    for _ in 0..20 {
        let both = [&fixture.ledger, &second];
        let appends =
            (0..20).map(|n| both[n % 2].append(append(&new_stream(), ExpectedRevision::NoStream, "x")));
        for appended in join_all(appends).await {
            appended.unwrap();
        }
    }
    reached(&fixture.ledger, "all", 400).await;
    assert_eq!(
        handled(fixture.ledger.pool()).await,
        (1..=400).collect::<Vec<_>>()
    );
    running.stop().await;
}

#[tokio::test]
async fn a_handler_that_fails_takes_its_writes_and_the_checkpoint_back() {
    let fixture = followed().await;
    write(&fixture.ledger, 5).await;
    let cured = Arc::<AtomicBool>::default();
    let handler = Inserter {
        fails_at: Some(3),
        cured: Arc::clone(&cured),
        ..Inserter::named("one")
    };
    let running = follow(&fixture.ledger, "sick", handler);
    let healthy = fixture
        .ledger
        .subscription("healthy")
        .run_at_least_once(Recorder::default(), running.token());
    let healthy = tokio::spawn(healthy);
    let stuck = failed(&fixture.ledger, "sick").await;
    assert_eq!(stuck.position, Position::new(2), "those before it are done");
    assert_eq!(stuck.failed_position, Some(Position::new(3)));
    assert_eq!(stuck.failure.as_deref(), Some("no room for position 3"));
    assert_eq!(stuck.failed_at, Some(common::noon()));
    assert_eq!(handled(fixture.ledger.pool()).await, [1, 2]);
    reached(&fixture.ledger, "healthy", 5).await;

    cured.store(true, Ordering::Relaxed);
    reached(&fixture.ledger, "sick", 5).await;
    let well = fixture.ledger.checkpoint("sick").await.unwrap().unwrap();
    assert_eq!(
        (well.failed_position, well.failure, well.failed_at),
        (None, None, None)
    );
    assert_eq!(handled(fixture.ledger.pool()).await, [1, 2, 3, 4, 5]);
    running.stop().await;
    healthy.await.unwrap();
}

/// The first event of all cannot be handled, and pages hold one event: no path leads around the report.
#[tokio::test]
async fn an_event_alone_in_its_page_is_reported_as_well() {
    let fixture = followed().await;
    write(&fixture.ledger, 2).await;
    let handler = Inserter {
        fails_at: Some(1),
        ..Inserter::named("one")
    };
    let stop = CancellationToken::new();
    let subscription = fixture.ledger.subscription("sick").batch_events_max(1);
    let running = tokio::spawn(subscription.run_transactional(handler, stop.clone()));
    let stuck = failed(&fixture.ledger, "sick").await;
    assert_eq!(
        (stuck.position, stuck.failed_position),
        (Position::START, Some(Position::new(1)))
    );
    stop.cancel();
    running.await.unwrap();
}

/// The handler has done its work when the connection of the checkpoint dies: the same events come again.
#[tokio::test]
async fn a_crash_between_handling_and_checkpoint_repeats_the_events() {
    let fixture = followed().await;
    let admin = superuser(fixture.database.superuser_url()).await;
    write(&fixture.ledger, 3).await;
    let recorder = Recorder {
        kills_once: Arc::new(Mutex::new(Some(admin))),
        ..Recorder::default()
    };
    let seen = Arc::clone(&recorder.seen);
    let stop = CancellationToken::new();
    let subscription = fixture
        .ledger
        .subscription("repeated")
        .failure_retry(Duration::from_millis(1))
        .lock_retry(Duration::from_millis(5));
    let running = tokio::spawn(subscription.run_at_least_once(recorder, stop.clone()));
    reached(&fixture.ledger, "repeated", 3).await;
    assert_eq!(*seen.lock().unwrap(), [1, 2, 3, 1, 2, 3]);
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn the_checkpoint_moves_past_events_that_the_filter_leaves_out() {
    let fixture = followed().await;
    for (n, category) in ["note", "order", "note", "note"].into_iter().enumerate() {
        let stream = StreamName::from_name(format!("{category}-{n}"));
        fixture
            .ledger
            .append(append(&stream, ExpectedRevision::NoStream, "x"))
            .await
            .unwrap();
    }
    let stop = CancellationToken::new();
    let guard = stop.clone().drop_guard();
    let filters = [
        ("by_category", Filter::Category("order".to_owned()), vec![2]),
        ("by_type", Filter::types(["note.taken"]), vec![1, 2, 3, 4]),
        ("nothing", Filter::types(["note.lost"]), vec![]),
    ];
    for (name, filter, expected) in filters {
        let recorder = Recorder::default();
        let seen = Arc::clone(&recorder.seen);
        let subscription = fixture.ledger.subscription(name).filter(filter);
        tokio::spawn(subscription.run_at_least_once(recorder, stop.clone()));
        reached(&fixture.ledger, name, 4).await;
        assert_eq!(*seen.lock().unwrap(), expected, "{name}");
    }
    let names: Vec<_> = fixture
        .ledger
        .checkpoints()
        .await
        .unwrap()
        .into_iter()
        .map(|checkpoint| checkpoint.name)
        .collect();
    assert_eq!(names, ["by_category", "by_type", "nothing"]);
    drop(guard);
}

#[tokio::test]
async fn a_subscription_goes_on_where_its_last_run_stopped() {
    let fixture = followed().await;
    write(&fixture.ledger, 3).await;
    let first = follow(&fixture.ledger, "resumed", Inserter::named("first"));
    reached(&fixture.ledger, "resumed", 3).await;
    first.stop().await;
    write(&fixture.ledger, 2).await;
    let second = follow(&fixture.ledger, "resumed", Inserter::named("second"));
    reached(&fixture.ledger, "resumed", 5).await;
    second.stop().await;
    assert_eq!(handled_by(fixture.ledger.pool(), "second").await, [4, 5]);
}

/// As the switch of a rebuild does. Whoever took it for a lost connection would wait for an hour here.
#[tokio::test]
async fn a_checkpoint_that_somebody_else_moved_is_gone_on_from_at_once() {
    let fixture = followed().await;
    let pool = fixture.ledger.pool();
    write(&fixture.ledger, 3).await;
    let stop = CancellationToken::new();
    let subscription = fixture
        .ledger
        .subscription("moved")
        .lock_retry(Duration::from_hours(1))
        .failure_retry(Duration::from_hours(1));
    let running = subscription.run_transactional(Inserter::named("one"), stop.clone());
    let running = tokio::spawn(running);
    reached(&fixture.ledger, "moved", 3).await;
    sqlx::raw_sql(
        "BEGIN; DELETE FROM handled WHERE position > 1;
         UPDATE subscription_checkpoints SET position = 1 WHERE name = 'moved'; COMMIT",
    )
    .execute(pool)
    .await
    .unwrap();
    write(&fixture.ledger, 1).await;
    reached(&fixture.ledger, "moved", 4).await;
    assert_eq!(handled(pool).await, [1, 2, 3, 4]);
    stop.cancel();
    running.await.unwrap();
}

/// Nothing on the first node ticks within the hour: only the second node's notification can wake the follower.
#[tokio::test]
async fn a_notification_from_another_node_wakes_a_subscription() {
    let fixture = followed().await;
    let admin = superuser(fixture.database.superuser_url()).await;
    let quiet = start_with_tick(&fixture, Duration::from_hours(1)).await;
    listening(&admin, 2).await;
    let running = follow(&quiet, "woken", Inserter::named("quiet"));
    eventually("the follower is there", async || {
        quiet.checkpoint("woken").await.unwrap().is_some()
    })
    .await;
    for expected in 1..=3 {
        write(&fixture.ledger, 1).await;
        reached(&quiet, "woken", expected).await;
    }
    running.stop().await;
}

#[tokio::test]
async fn a_node_that_cannot_listen_polls() {
    let fixture = followed().await;
    let admin = superuser(fixture.database.superuser_url()).await;
    let writer = start_with_tick(&fixture, Duration::from_hours(1)).await;
    // One connection that is always there: a second one could not be had later.
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect(fixture.database.url())
        .await
        .unwrap();
    let reader = Ledger::start(pool, common::options()).await.unwrap();
    listening(&admin, 3).await;
    let running = follow(&reader, "polling", Inserter::named("deaf"));
    write(&writer, 1).await;
    reached_as(&admin, "polling", 1).await;
    allow_connections(&admin, ConnectionLimit::NoNewOnes).await;
    assert_eq!(terminate(&admin, "comptoir listen").await, 3);
    for expected in 2..=4 {
        write(&writer, 1).await;
        reached_as(&admin, "polling", expected).await;
    }
    listening(&admin, 0).await;
    allow_connections(&admin, ConnectionLimit::None).await;
    listening(&admin, 3).await;
    running.stop().await;
}

#[tokio::test]
async fn when_the_running_node_dies_another_goes_on_and_nothing_comes_twice() {
    let fixture = followed().await;
    let admin = superuser(fixture.database.superuser_url()).await;
    let second = common::start(&fixture.database, &fixture.clock).await;
    let first_running = follow(&fixture.ledger, "shared", Inserter::named("first"));
    write(&fixture.ledger, 10).await;
    reached(&fixture.ledger, "shared", 10).await;
    let second_running = follow(&second, "shared", Inserter::named("second"));
    let holder = lock_holder(&admin).await.expect("somebody holds the lock");
    sqlx::query("SELECT pg_terminate_backend($1)")
        .bind(holder)
        .execute(&admin)
        .await
        .unwrap();
    eventually("the other one takes over", async || {
        lock_holder(&admin).await.is_some_and(|now| now != holder)
    })
    .await;
    write(&fixture.ledger, 10).await;
    reached(&fixture.ledger, "shared", 20).await;
    assert_eq!(handled(fixture.ledger.pool()).await, (1..=20).collect::<Vec<_>>());
    assert_eq!(
        handled_by(fixture.ledger.pool(), "second").await,
        (11..=20).collect::<Vec<_>>()
    );
    first_running.stop().await;
    second_running.stop().await;
}
