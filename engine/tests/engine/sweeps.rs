//! The workers that look for what is due, by the clock.

use std::time::Duration;

use chrono::TimeDelta;
use comptoir_domain::order::{OrderEvent, OrderStatus, PaymentSource};
use comptoir_domain::product::SaleStatus;
use comptoir_domain::refund::RefundEvent;
use comptoir_domain::values::{LicenceKind, RefundId};
use comptoir_engine::worker::{Sweep, SweepReport};
use comptoir_engine::{Checkout, EngineConfig};
use comptoir_sandbox::hyperswitch::{Down, Faults, PaymentStatus};

use crate::given::{buyer, keyed, order_id, payment_id, tax};
use crate::world::World;

const NOTHING: SweepReport = SweepReport {
    taken_up: 0,
    failed: 0,
};
const DONE: SweepReport = SweepReport {
    taken_up: 1,
    failed: 0,
};
const FAILED: SweepReport = SweepReport {
    taken_up: 1,
    failed: 1,
};

fn down() -> Faults {
    Faults {
        down: Down::Unavailable,
        ..Faults::default()
    }
}

#[tokio::test]
async fn a_payment_that_could_not_be_made_is_tried_again_with_growing_pauses() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    world.stand_in.set_faults(down());
    let placed = world.order(&buyer(1), product).await;
    assert_eq!(world.sweep(Sweep::Payments).await, NOTHING);
    // Due 15 seconds after the order, then after pauses of 15 and of 30.
    for (wait_seconds, expected) in [(15, FAILED), (14, NOTHING), (1, FAILED), (29, NOTHING)] {
        world.advance(TimeDelta::seconds(wait_seconds));
        assert_eq!(
            world.sweep(Sweep::Payments).await,
            expected,
            "after {wait_seconds}"
        );
    }
    world.stand_in.set_faults(Faults::default());
    world.advance(TimeDelta::seconds(1));
    assert_eq!(world.sweep(Sweep::Payments).await, DONE);
    assert_eq!(world.sweep(Sweep::Payments).await, NOTHING);

    let names = world.order_names(order_id(&placed)).await;
    assert_eq!(names, ["order.placed", "order.payment_initiated"]);
    assert_eq!(world.stand_in.counts(), (1, 0));
    let asked = world
        .engine
        .ask_payment(&buyer(1), order_id(&placed))
        .await
        .unwrap()
        .answer;
    assert!(matches!(asked.checkout, Checkout::Ready { .. }));
}

#[tokio::test]
async fn an_order_that_is_not_paid_in_time_expires_and_gives_back_what_it_had() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Exclusive, 99_900).await;
    let placed = world.order(&buyer(1), product).await;
    world.advance(TimeDelta::seconds(899));
    assert_eq!(world.sweep(Sweep::Expiry).await, NOTHING);
    world.advance(TimeDelta::seconds(1));
    assert_eq!(world.sweep(Sweep::Expiry).await, DONE);
    assert_eq!(world.sweep(Sweep::Expiry).await, NOTHING);

    assert_eq!(world.status(order_id(&placed)).await, Some(OrderStatus::Expired));
    assert_eq!(
        world.product_state(product.0).await.sale_status(),
        Some(SaleStatus::OnSale)
    );
    assert_eq!(world.calls("POST /payments/{payment_id}/cancel"), 1);
}

#[tokio::test]
async fn an_order_whose_payment_is_being_processed_does_not_expire() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Processing)
        .await;
    world.work().await;
    world.advance(TimeDelta::days(1));
    assert_eq!(world.sweep(Sweep::Expiry).await, NOTHING);
    assert_eq!(
        world.status(order_id(&placed)).await,
        Some(OrderStatus::Processing)
    );
}

/// Veza 4: a lost webhook left an order pending for ever.
#[tokio::test]
async fn a_success_whose_webhook_was_lost_is_found_by_asking() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    let webhook = world.webhook_of(payment_id(&placed), PaymentStatus::Succeeded, None);
    assert_eq!(world.sweep(Sweep::Reconciler).await, NOTHING);
    world.advance(TimeDelta::seconds(301));
    assert_eq!(world.sweep(Sweep::Reconciler).await, DONE);
    assert_eq!(world.sweep(Sweep::Reconciler).await, NOTHING);
    let events = world.order_events(order_id(&placed)).await;
    assert!(
        matches!(events.last(), Some(OrderEvent::Paid(paid)) if paid.source == PaymentSource::Reconciler)
    );

    // The webhook that comes after all finds nothing left to do.
    world.deliver(&webhook.0, &webhook.1).await;
    world.work().await;
    assert_eq!(world.order_events(order_id(&placed)).await.len(), events.len());
    assert_eq!(world.licences().await.len(), 1);
}

/// Each node remembers on its own what it has asked about lately; so each of these asks for the first time.
#[tokio::test]
async fn the_payment_of_a_closed_order_is_asked_about_for_so_long_and_no_longer() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    world.advance(TimeDelta::seconds(900));
    assert_eq!(world.sweep(Sweep::Expiry).await, DONE);
    let mut config = EngineConfig::new(tax());
    config.workers.reconcile_closed_until = Duration::from_hours(2);
    let before = world.another_node_with(2, config.clone()).await;
    let after = world.another_node_with(3, config).await;
    world.advance(TimeDelta::hours(2) - TimeDelta::seconds(1));
    // The read models come up to date with the first one.
    assert_eq!(world.sweep(Sweep::Retention).await, NOTHING);
    assert_eq!(before.sweep(Sweep::Reconciler).await.unwrap(), DONE);
    world.advance(TimeDelta::seconds(1));
    assert_eq!(after.sweep(Sweep::Reconciler).await.unwrap(), NOTHING);

    // Who is told nothing else asks for two days.
    world.advance(TimeDelta::hours(46) - TimeDelta::seconds(1));
    assert_eq!(world.sweep(Sweep::Reconciler).await, DONE);
    world.advance(TimeDelta::seconds(1));
    let usual = world.another_node(4).await;
    assert_eq!(usual.sweep(Sweep::Reconciler).await.unwrap(), NOTHING);
    assert_eq!(world.status(order_id(&placed)).await, Some(OrderStatus::Expired));
}

/// Veza 25: a sweep took fifty at most, and a backlog would have waited for days behind those that stayed due.
#[tokio::test]
async fn a_backlog_is_worked_off_a_stretch_at_a_time_and_nobody_waits_behind_those_that_stay() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let mut orders = Vec::new();
    for number in 0..5 {
        orders.push(world.order(&buyer(number), product).await);
    }
    // The first two stay as they are; the webhooks of the others are lost.
    for placed in &orders[2..] {
        world.webhook_of(payment_id(placed), PaymentStatus::Succeeded, None);
    }
    let mut config = EngineConfig::new(tax());
    config.workers.sweep_orders_max = 2;
    let engine = world.another_node_with(2, config).await;
    world.advance(TimeDelta::seconds(301));
    // The read models come up to date with the first one.
    assert_eq!(world.sweep(Sweep::Retention).await, NOTHING);
    for _ in 0..3 {
        engine.sweep(Sweep::Reconciler).await.unwrap();
    }
    for placed in &orders[2..] {
        assert_eq!(world.status(order_id(placed)).await, Some(OrderStatus::Paid));
    }
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_leaves_the_order_as_it_is() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    world.stand_in.set_faults(down());
    world.advance(TimeDelta::seconds(301));
    assert_eq!(world.sweep(Sweep::Reconciler).await, FAILED);
    assert_eq!(
        world.status(order_id(&placed)).await,
        Some(OrderStatus::AwaitingPayment)
    );
}

#[tokio::test]
async fn an_order_that_expires_although_it_was_paid_is_paid_when_its_payment_is_to_be_closed() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    // The webhook of the success is lost, and the order expires before anybody asked.
    world.webhook_of(payment_id(&placed), PaymentStatus::Succeeded, None);
    world.advance(TimeDelta::seconds(900));
    assert_eq!(world.sweep(Sweep::Expiry).await, DONE);
    let events = world.order_events(order_id(&placed)).await;
    assert!(
        matches!(events.last(), Some(OrderEvent::Paid(paid)) if paid.revived),
        "{events:?}"
    );
}

/// Veza 3: a crash between our commit and the call left a refund that nobody asked for.
#[tokio::test]
async fn a_refund_that_could_not_be_asked_for_is_asked_for_again_and_settled_by_asking() {
    let world = World::new().await;
    let placed = world.order_beyond_revival().await;
    world.stand_in.set_faults(down());
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    let refund_id = RefundId::of_late_payment(order_id(&placed));
    assert_eq!(world.refund_events(refund_id).await.len(), 1);

    world.advance(TimeDelta::seconds(300));
    assert_eq!(world.sweep(Sweep::Reconciler).await, FAILED);
    world.stand_in.set_faults(Faults::default());
    world.advance(TimeDelta::seconds(300));
    assert_eq!(world.sweep(Sweep::Reconciler).await, DONE);
    let refund = world.refund_events(refund_id).await;
    assert!(
        matches!(refund[..], [RefundEvent::Requested(_), RefundEvent::Submitted(_)]),
        "{refund:?}"
    );
    assert_eq!(world.stand_in.counts(), (1, 1));

    // Its webhook never comes.
    world.advance(TimeDelta::seconds(300));
    assert_eq!(world.sweep(Sweep::Reconciler).await, DONE);
    assert!(matches!(
        world.refund_events(refund_id).await.last(),
        Some(RefundEvent::Succeeded(_))
    ));
    world.work().await;
    let events = world.order_events(order_id(&placed)).await;
    assert!(
        matches!(events.last(), Some(OrderEvent::RefundSettled(_))),
        "{events:?}"
    );
    world.advance(TimeDelta::seconds(600));
    assert_eq!(world.sweep(Sweep::Reconciler).await, NOTHING);
}

#[tokio::test]
async fn an_idempotency_key_is_new_again_when_its_answer_is_no_longer_kept() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let request = keyed(buyer(1), "checkout-1", 1);
    let first = order_id(&world.order(&request, product).await);
    world.advance(TimeDelta::days(30));
    assert_eq!(world.sweep(Sweep::Retention).await, NOTHING);
    assert_eq!(order_id(&world.order(&request, product).await), first);
    world.advance(TimeDelta::seconds(1));
    assert_eq!(world.sweep(Sweep::Retention).await, DONE);
    assert_ne!(order_id(&world.order(&request, product).await), first);
}
