//! `kill -9` of the engine: what was acknowledged is done, once.

use comptoir_sandbox::hyperswitch::{EventType, PaymentStatus};

use crate::world::World;
use crate::world::shop::{id, payment_id};

const ORDERS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_payments_survive_the_death_of_the_engine() {
    let mut world = World::new().await;
    world.hold_webhooks();
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let mut orders = Vec::new();
    let mut acknowledged = 0;
    for _ in 0..ORDERS {
        let placed = world.place(&buyer, &on_sale).await;
        let payment = payment_id(&placed);
        world
            .stand_in
            .settle_payment(&payment, PaymentStatus::Succeeded, None)
            .expect("it exists");
        orders.push((
            id(&placed),
            world.webhook_about(&payment, EventType::PaymentSucceeded).await,
        ));
    }
    // Two at a time: acknowledged, and dead before anything can follow from the second.
    for pair in orders.chunks(2) {
        for (_, event_id) in pair {
            let (body, signature) = world.signed(event_id);
            world
                .deliver(&world.node, body, Some(&signature))
                .await
                .expect(200);
            acknowledged += 1;
        }
        world.node.kill_hard().await;
        assert_eq!(world.count_events("webhook.received").await, acknowledged);
        world.node = world.binary.serve().await;
    }
    for (order, _) in &orders {
        world.paid_with_licences(&buyer, order, 1).await;
    }
    for (_, event_id) in &orders {
        let (body, signature) = world.signed(event_id);
        let again = world
            .deliver(&world.node, body, Some(&signature))
            .await
            .expect(200);
        assert_eq!(again.body["status"], "repeated");
    }
    let once_each = i64::try_from(ORDERS).expect("a small number");
    for event_type in ["webhook.received", "order.paid", "licence.issued"] {
        assert_eq!(world.count_events(event_type).await, once_each, "{event_type}");
    }
    world.assert_ledger_is_dense().await;
}
