//! Orders that nobody pays. Hyperswitch's shortest session is a minute, so this is the longest of the journeys: it only waits.

use std::time::Duration;

use comptoir_sandbox::hyperswitch::PaymentStatus;
use serde_json::json;

use crate::world::shop::{id, payment_id};
use crate::world::{World, eventually_within};

/// A session, and some.
const PATIENCE: Duration = Duration::from_secs(80);

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_expires_and_late_money_revives_it_or_goes_back() {
    let world = World::with(&[("COMPTOIR_ORDER_SESSION_EXPIRY_S", "60")]).await;
    let buyer = world.buyer().await;
    let (revivable, gone) = (world.on_sale("exclusive").await, world.on_sale("exclusive").await);
    let to_revive = world.place(&buyer, &revivable).await;
    let to_refund = world.place(&buyer, &gone).await;
    let taken = world.post(&buyer, "/orders", &gone.order(1)).await.expect(409);
    assert_eq!(taken.body["errors"][0]["code"], "exclusive_reserved");

    eventually_within(PATIENCE, "both orders have expired", async || {
        (world.count_events("order.expired").await == 2).then_some(())
    })
    .await;
    let refundable = id(&to_refund);
    let expired = world
        .order_until(&buyer, &refundable, "it is expired", |order| {
            order["status"] == "expired"
        })
        .await;
    assert_eq!(expired["payment"]["status"], "closed");
    // What had been reserved is free again.
    let other = world.buyer().await;
    world.place(&other, &gone).await;

    for placed in [&to_revive, &to_refund] {
        world
            .stand_in
            .settle_payment(&payment_id(placed), PaymentStatus::Succeeded, None)
            .expect("it exists");
    }
    world.paid_with_licences(&buyer, &id(&to_revive), 1).await;
    let refunded = world
        .order_until(&buyer, &refundable, "the money has gone back", |order| {
            order["refunds"][0]["status"] == "settled"
        })
        .await;
    assert_eq!(refunded["status"], "expired");
    assert_eq!(refunded["licences"], json!([]));
}
