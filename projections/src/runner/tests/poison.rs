//! An event that cannot be handled stops its own projection only, and is never skipped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use comptoir_ledger::RecordedEvent;
use sqlx::PgConnection;

use super::start;
use crate::orders::{self, Orders};
use crate::products::Products;
use crate::runner::{ApplyError, Projection};
use crate::testing::{append_poison, events_for, fill, fixture, order_number};

/// The order projection of a program that learns, one day, to read the events it could not read before.
#[derive(Debug, Clone)]
struct Learning {
    has_learnt: Arc<AtomicBool>,
}

impl Projection for Learning {
    const NAME: &'static str = Orders::NAME;
    const VERSION: i32 = Orders::VERSION;
    const SCHEMA: &'static str = Orders::SCHEMA;

    fn event_types(&self) -> Vec<&'static str> {
        Orders.event_types()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let has_learnt = self.has_learnt.load(Ordering::SeqCst);
        let readable = |event: &&RecordedEvent| !has_learnt || event.schema_version != 99;
        let events: Vec<_> = events.iter().filter(readable).cloned().collect();
        Orders.apply(connection, &events).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_event_stops_its_projection_until_it_can_be_handled() {
    let fixture = fixture().await;
    let has_learnt = Arc::new(AtomicBool::new(false));
    let learning = Learning {
        has_learnt: Arc::clone(&has_learnt),
    };
    fill(&fixture.ledger, 0..3).await;
    let poison = append_poison(&fixture.ledger, "order.placed").await;
    let last = fill(&fixture.ledger, 3..5).await;

    let orders = start(&fixture.ledger, learning);
    let products = start(&fixture.ledger, Products);
    products.reaches(Products::NAME, last).await;
    let standing = orders
        .stands(Orders::NAME, |standing| standing.stuck_at.is_some())
        .await;
    assert_eq!(standing.stuck_at, Some(poison));
    assert_eq!(standing.position.get(), poison.get() - 1);
    let reported = fixture.ledger.checkpoint(Orders::NAME).await.unwrap().unwrap();
    let failure = reported.failure.unwrap();
    assert!(
        failure.contains("version 99") || failure.contains("99"),
        "{failure}"
    );
    assert!(
        orders::query::get(&fixture.pool, order_number(2))
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        orders::query::get(&fixture.pool, order_number(4))
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(products.progress.standing(Products::NAME).stuck_at, None);

    has_learnt.store(true, Ordering::SeqCst);
    orders.reaches(Orders::NAME, last).await;
    let standing = orders
        .stands(Orders::NAME, |standing| standing.stuck_at.is_none())
        .await;
    assert_eq!(
        standing.changed.position,
        events_for(&fixture.ledger, &Orders)
            .await
            .last()
            .unwrap()
            .position
    );
    assert!(
        orders::query::get(&fixture.pool, order_number(4))
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_does_not_fit_is_reported_as_such() {
    let fixture = fixture().await;
    let stray = comptoir_domain::order::OrderExpired {
        at: comptoir_domain::testing::samples::at(20),
    };
    let id = order_number(1).as_uuid();
    let poison = fixture
        .append::<comptoir_domain::order::Order>(id, &[stray.into()])
        .await;
    let orders = start(&fixture.ledger, Orders);
    let standing = orders
        .stands(Orders::NAME, |standing| standing.stuck_at.is_some())
        .await;
    assert_eq!(standing.stuck_at, Some(poison));
    let reported = fixture.ledger.checkpoint(Orders::NAME).await.unwrap().unwrap();
    assert!(reported.failure.unwrap().contains("never placed"));
}
