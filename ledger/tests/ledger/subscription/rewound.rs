//! A subscription notices that the ledger has lost its end, and does not go on over other events as if they followed.

use comptoir_ledger::{Ledger, Position, RewindError};

use super::support::*;
use crate::common::sessions::superuser;

/// What a fail-over to a standby that was behind leaves: fewer events, and checkpoints that know of more.
async fn lose_tail(database_superuser_url: &str, through: i64) {
    let admin = superuser(database_superuser_url).await;
    let lost = format!(
        "ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events WHERE position > {through};
         ALTER TABLE events ENABLE TRIGGER ALL;
         UPDATE ledger_head SET position = {through}; UPDATE ledger_horizon SET position = {through}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(lost))
        .execute(&admin)
        .await
        .unwrap();
}

#[tokio::test]
async fn after_a_lost_tail_it_refuses_says_so_and_goes_on_when_somebody_decides() {
    let fixture = followed().await;
    write(&fixture.ledger, 10).await;
    let running = follow(&fixture.ledger, "all", Inserter::named("one"));
    reached(&fixture.ledger, "all", 10).await;
    running.stop().await;
    fixture.ledger.stop().await;
    lose_tail(fixture.database.superuser_url(), 6).await;

    let restored = crate::common::start(&fixture.database, &fixture.clock).await;
    let running = follow(&restored, "all", Inserter::named("two"));
    let refused = failed(&restored, "all").await;
    assert_eq!(
        (refused.position, refused.failed_position),
        (Position::new(10), Some(Position::new(10)))
    );
    let why = refused.failure.unwrap();
    assert!(
        why.starts_with("the ledger no longer holds the event at position 10"),
        "{why}"
    );
    // Others were recorded in the place of the lost ones: that makes no difference.
    write(&restored, 8).await;
    assert_eq!(restored.rewound_subscriptions().await.unwrap(), ["all"]);
    assert_eq!(
        handled(restored.pool()).await,
        (1..=10).collect::<Vec<_>>(),
        "nothing is handled"
    );

    for (to, most) in [(11, 10), (15, 10)] {
        let refused = restored
            .rewind_subscription("all", Position::new(to))
            .await
            .unwrap_err();
        assert!(
            matches!(refused, RewindError::OutOfRange { most: at, .. } if at == Position::new(most)),
            "{refused}"
        );
    }
    forget_from(&restored, 7).await;
    restored
        .rewind_subscription("all", Position::new(6))
        .await
        .unwrap();
    reached(&restored, "all", 14).await;
    assert_eq!(handled(restored.pool()).await, (1..=14).collect::<Vec<_>>());
    assert_eq!(
        restored.rewound_subscriptions().await.unwrap(),
        Vec::<String>::new()
    );
    let sound = restored
        .rewind_subscription("all", Position::new(6))
        .await
        .unwrap_err();
    assert!(matches!(sound, RewindError::Sound { .. }), "{sound}");
    let unknown = restored
        .rewind_subscription("nobody", Position::START)
        .await
        .unwrap_err();
    assert!(matches!(unknown, RewindError::Unknown { .. }), "{unknown}");
    running.stop().await;
}

/// What the handler wrote of events that are gone is for the operator to clear up.
async fn forget_from(ledger: &Ledger, position: i64) {
    sqlx::query("DELETE FROM handled WHERE position >= $1")
        .bind(position)
        .execute(ledger.pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_subscription_that_only_passes_events_by_notices_as_well() {
    let fixture = followed().await;
    write(&fixture.ledger, 5).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let filter = comptoir_ledger::Filter::types(["other.kind"]);
    let run = |ledger: &Ledger| {
        let subscription = ledger.subscription("others").filter(filter.clone());
        tokio::spawn(subscription.run_at_least_once(Recorder::default(), stop.clone()))
    };
    let running = run(&fixture.ledger);
    crate::common::eventually("it has passed them by", async || {
        let checkpoint = fixture.ledger.checkpoint("others").await.unwrap();
        checkpoint.is_some_and(|checkpoint| checkpoint.position == Position::new(5))
    })
    .await;
    stop.cancel();
    running.await.unwrap();
    fixture.ledger.stop().await;
    lose_tail(fixture.database.superuser_url(), 4).await;
    let restored = crate::common::start(&fixture.database, &fixture.clock).await;
    assert_eq!(restored.rewound_subscriptions().await.unwrap(), ["others"]);
}
