//! Disputes, and buyers who withdraw.

use comptoir_domain::Decider;
use comptoir_domain::licence::Bearing;
use comptoir_domain::order::{OrderError, RefundStanding};
use comptoir_domain::refund::Refund;
use comptoir_domain::values::{LicenceKind, OrderId, PaymentId, RefundId};
use comptoir_engine::UseCaseError;
use comptoir_sandbox::hyperswitch::{DisputeStatus, DisputeWord, PaymentStatus};

use crate::after_sale::{PRICE, amount, ask, bearing, deliver, paid, standing};
use crate::given::{buyer, order_id, payment_id, seller};
use crate::world::World;

pub(crate) async fn dispute(world: &World, order_id: OrderId, status: DisputeStatus) {
    let payment_id = PaymentId::of(order_id).to_string();
    world
        .stand_in
        .dispute_payment(&payment_id, DisputeWord::of(status))
        .unwrap();
    deliver(world).await;
}

#[tokio::test]
async fn a_dispute_suspends_and_forbids_refunds_and_ends_either_way() {
    for (end, expected) in [
        (DisputeStatus::DisputeWon, None),
        (DisputeStatus::DisputeCancelled, None),
        (DisputeStatus::DisputeExpired, None),
        (DisputeStatus::DisputeLost, Some(Bearing::Revokes)),
        (DisputeStatus::DisputeAccepted, Some(Bearing::Revokes)),
    ] {
        let world = World::new().await;
        let order = paid(&world).await;
        dispute(&world, order, DisputeStatus::DisputeOpened).await;
        assert_eq!(bearing(&world, order).await, Some(Bearing::Suspends));
        let refused = world.engine.refund_order(&seller(), order, amount(1)).await;
        assert!(
            matches!(refused, Err(UseCaseError::Order(OrderError::Disputed))),
            "{refused:?}"
        );
        dispute(&world, order, DisputeStatus::DisputeChallenged).await;
        assert_eq!(bearing(&world, order).await, Some(Bearing::Suspends));
        dispute(&world, order, end).await;
        assert_eq!(bearing(&world, order).await, expected, "{end:?}");
    }
}

/// A refund that waits when a dispute opens is not sent; after a lost dispute the provider refuses it, and nothing is
/// counted twice.
#[tokio::test]
async fn a_refund_waits_for_the_end_of_a_dispute() {
    for (end, expected, kept) in [
        (DisputeStatus::DisputeWon, RefundStanding::Settled, 0),
        (DisputeStatus::DisputeLost, RefundStanding::Declined, 0),
    ] {
        let world = World::new().await;
        let order = paid(&world).await;
        let payment_id = PaymentId::of(order).to_string();
        let refund_id = ask(&world, order, PRICE).await;
        world
            .stand_in
            .dispute_payment(&payment_id, DisputeWord::of(DisputeStatus::DisputeOpened))
            .unwrap();
        let opened = world.stand_in.deliveries().pop().unwrap();
        let (body, signature) = world.stand_in.signed_webhook(&opened.event_id).unwrap();
        world
            .engine
            .receive_webhook(&body, Some(&signature), None)
            .await
            .unwrap();
        // The dispute is known to the order before the refund is sent.
        run_only(&world, comptoir_engine::worker::PolicyWorker::Webhooks).await;
        world.work().await;
        assert_eq!(world.calls("POST /refunds"), 0);
        dispute(&world, order, end).await;
        deliver(&world).await;
        assert_eq!(standing(&world, order, refund_id).await, expected, "{end:?}");
        let facts = world.order_state(order).await.facts().unwrap().clone();
        assert_eq!(facts.refundable().unwrap().amount, kept);
        assert_eq!(bearing(&world, order).await, Some(Bearing::Revokes));
    }
}

/// Runs one worker to the end of the ledger.
async fn run_only(world: &World, worker: comptoir_engine::worker::PolicyWorker) {
    let stop = tokio_util::sync::CancellationToken::new();
    let (engine, until) = (world.engine.clone(), stop.clone());
    let running = tokio::spawn(async move { engine.run_policy_worker(worker, until).await });
    let mut horizon = world.ledger.watch_horizon();
    while !world
        .category("order")
        .await
        .iter()
        .any(|event| event.event_type == "order.disputed")
    {
        horizon.changed().await.unwrap();
    }
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn a_buyer_withdraws_and_gets_the_money_back() {
    let world = World::new().await;
    let order = paid(&world).await;
    world
        .engine
        .declare_withdrawal(&buyer(1), order, None)
        .await
        .unwrap();
    assert_eq!(bearing(&world, order).await, None);
    world.engine.confirm_withdrawal(&buyer(1), order).await.unwrap();
    world.work().await;
    assert_eq!(bearing(&world, order).await, Some(Bearing::Revokes));
    deliver(&world).await;
    let refund_id = RefundId::of_withdrawal(order, 0);
    assert_eq!(standing(&world, order, refund_id).await, RefundStanding::Settled);
    assert_eq!(
        world.names::<Refund>(refund_id.as_uuid()).await.len(),
        3,
        "{}",
        Refund::NAME
    );
}

/// A dispute may come before the payment's own webhook: what is then issued is suspended at once.
#[tokio::test]
async fn a_dispute_before_the_payment_suspends_what_is_issued() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, PRICE).await;
    let placed = world.order(&buyer(1), product).await;
    let payment = world.webhook_of(payment_id(&placed), PaymentStatus::Succeeded, None);
    let payment_id = payment_id(&placed).to_string();
    world
        .stand_in
        .dispute_payment(&payment_id, DisputeWord::of(DisputeStatus::DisputeOpened))
        .unwrap();
    let opened = world.stand_in.deliveries().pop().unwrap();
    let dispute = world.stand_in.signed_webhook(&opened.event_id).unwrap();
    for (body, signature) in [dispute, payment] {
        world
            .engine
            .receive_webhook(&body, Some(&signature), None)
            .await
            .unwrap();
        world.work().await;
    }
    assert_eq!(bearing(&world, order_id(&placed)).await, Some(Bearing::Suspends));
}
