//! Refunds of one order beside what belongs to another: neither is in the other's way.

use chrono::TimeDelta;
use comptoir_domain::licence::Bearing;
use comptoir_domain::order::{RefundGrounds, RefundScope, RefundStanding};
use comptoir_domain::values::LicenceKind;
use comptoir_engine::RefundOrder;
use comptoir_engine::worker::Sweep;
use comptoir_sandbox::http_client::{HttpClient, Method};
use comptoir_sandbox::hyperswitch::{Down, Faults, PaymentStatus, StandInOptions};

use crate::after_sale::{PRICE, ask, bearing, deliver, paid, standing};
use crate::given::{buyer, order_id, payment_id, seller};
use crate::world::World;

/// Access went although another purchase gave the same right.
#[tokio::test]
async fn another_purchase_of_the_same_product_keeps_its_licence() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, PRICE).await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let placed = world.order(&buyer(1), product).await;
        world
            .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
            .await;
        orders.push(order_id(&placed));
    }
    world.work().await;
    ask(&world, orders[0], PRICE).await;
    world.work().await;
    deliver(&world).await;
    assert_eq!(bearing(&world, orders[0]).await, Some(Bearing::Revokes));
    assert_eq!(bearing(&world, orders[1]).await, None);
}

/// Veza 2: two refunds that the provider did not know yet were in each other's way, by an id that neither had.
#[tokio::test]
async fn refunds_of_two_orders_that_the_provider_does_not_know_yet_are_both_settled() {
    let world = World::new().await;
    let orders = [paid(&world).await, paid(&world).await];
    world.stand_in.set_faults(Faults {
        down: Down::Unavailable,
        ..Faults::default()
    });
    let refunds = [
        ask(&world, orders[0], PRICE).await,
        ask(&world, orders[1], PRICE).await,
    ];
    world.work().await;
    assert_eq!(world.stand_in.counts(), (2, 0));
    world.stand_in.set_faults(Faults::default());
    world.advance(TimeDelta::seconds(600));
    let report = world.sweep(Sweep::Reconciler).await;
    assert_eq!((report.taken_up, report.failed), (2, 0));
    deliver(&world).await;
    for (order, refund_id) in orders.into_iter().zip(refunds) {
        assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Settled);
    }
    assert_eq!(world.stand_in.counts(), (2, 2));
}

/// A processor blocks a customer whose payment is refunded as fraudulent: whatever our reason is, it is told a harmless one.
#[tokio::test]
async fn the_provider_is_never_told_that_a_refund_is_for_fraud() {
    let world = World::new().await;
    let order = paid(&world).await;
    let wish = RefundOrder {
        scope: RefundScope::Whole,
        grounds: RefundGrounds::Fraudulent,
        note: None,
    };
    let asked = world.engine.refund_order(&seller(), order, wish).await;
    let refund_id = asked.unwrap().answer.refund_id;
    world.work().await;
    let url = format!("{}/refunds/{refund_id}", world.stand_in.base_url());
    let key = StandInOptions::default().api_key;
    let headers = [("api-key", key.as_str())];
    let (_, told) = HttpClient::new()
        .call(Method::GET, &url, &headers, None)
        .await
        .unwrap();
    assert_eq!(told["reason"], "requested_by_customer");
}
