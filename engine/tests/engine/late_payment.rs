//! Money that comes after its order was closed.

use comptoir_domain::order::{CancelReason, OrderEvent, OrderStatus, RefundStanding};
use comptoir_domain::product::SaleStatus;
use comptoir_domain::refund::RefundEvent;
use comptoir_domain::tax::{TaxScheme, TaxSettings};
use comptoir_domain::values::{LicenceKind, RefundId};
use comptoir_engine::gateway::hyperswitch::sign;
use comptoir_engine::{EngineConfig, Secret};
use comptoir_sandbox::hyperswitch::{PaymentStatus, StandInOptions};

use crate::given::{buyer, order_id, payment_id, place, tax};
use crate::world::World;

async fn deliver_all_webhooks(world: &World) {
    for delivery in world.stand_in.deliveries() {
        let (body, signature) = world.stand_in.signed_webhook(&delivery.event_id).unwrap();
        world.deliver(&body, &signature).await;
    }
    world.work().await;
}

#[tokio::test]
async fn money_for_a_cancelled_order_revives_it_if_all_can_still_be_had() {
    for kind in [LicenceKind::Basic, LicenceKind::Exclusive] {
        let world = World::new().await;
        let product = world.product(kind, 2990).await;
        let placed = world.order(&buyer(1), product).await;
        let webhook = world.webhook_of(payment_id(&placed), PaymentStatus::Succeeded, None);
        world.cancel(&placed, CancelReason::BuyerRequest).await;
        world.deliver(&webhook.0, &webhook.1).await;
        world.work().await;

        let events = world.order_events(order_id(&placed)).await;
        assert!(
            matches!(events.last(), Some(OrderEvent::Paid(paid)) if paid.revived),
            "{events:?}"
        );
        assert_eq!(world.licences().await.len(), 1);
        if kind == LicenceKind::Exclusive {
            assert_eq!(
                world.product_state(product.0).await.sale_status(),
                Some(SaleStatus::Sold)
            );
        }
    }
}

/// Editing the address of a paid order broke its VAT. Here nothing does: neither the time that has passed, nor what the platform
/// is taxed by since.
#[tokio::test]
async fn late_money_keeps_the_price_and_the_tax_of_its_order() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let placed = world.order(&buyer(1), product).await;
    let (body, signature) = world.webhook_of(payment_id(&placed), PaymentStatus::Succeeded, None);
    world.cancel(&placed, CancelReason::BuyerRequest).await;
    let before = world
        .order_state(order_id(&placed))
        .await
        .facts()
        .unwrap()
        .clone();
    assert_eq!(before.lines[0].tax_amount.amount, 498);
    let exempt = TaxSettings {
        scheme: TaxScheme::SmallSeller,
        ..tax()
    };
    let restarted = world.another_node_with(2, EngineConfig::new(exempt)).await;
    let received = restarted.receive_webhook(&body, Some(&signature), None).await;
    received.unwrap();
    crate::world::work(&restarted).await;
    let state = world.order_state(order_id(&placed)).await;
    assert_eq!(state.status(), Some(OrderStatus::Paid));
    let after = state.facts().unwrap();
    assert_eq!((&after.lines, &after.tax), (&before.lines, &before.tax));
    assert_eq!((after.total, after.received), (before.total, before.total));
    let now = restarted.place_order(&buyer(2), place(&[product])).await.unwrap();
    let now = now.answer.order.state.facts().unwrap().clone();
    assert_eq!(
        now.lines[0].tax_amount.amount, 0,
        "who orders now is taxed otherwise"
    );
}

/// The first platform told buyers "refunded" inside the request, while the bank had nothing (Veza 1).
#[tokio::test]
async fn money_for_what_somebody_else_has_by_now_goes_back() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Exclusive, 99_900).await;
    let late = world.order(&buyer(1), product).await;
    world.cancel(&late, CancelReason::BuyerRequest).await;
    world.called("POST /payments/{payment_id}/cancel").await;
    let winner = world.order(&buyer(2), product).await;
    world
        .payment_becomes(payment_id(&late), PaymentStatus::Succeeded)
        .await;
    world.work().await;

    let refund_id = RefundId::of_late_payment(order_id(&late));
    let refund = world.refund_events(refund_id).await;
    assert!(
        matches!(refund[..], [RefundEvent::Requested(_), RefundEvent::Submitted(_)]),
        "{refund:?}"
    );
    assert_eq!(world.stand_in.counts(), (2, 1));
    // The provider's answer to our call says nothing about the end; its webhook does.
    let standing =
        |state: comptoir_domain::order::OrderState| state.facts().unwrap().refunds[&refund_id].standing;
    assert_eq!(
        standing(world.order_state(order_id(&late)).await),
        RefundStanding::Open
    );
    deliver_all_webhooks(&world).await;
    assert_eq!(
        standing(world.order_state(order_id(&late)).await),
        RefundStanding::Settled
    );
    assert_eq!(world.status(order_id(&late)).await, Some(OrderStatus::Cancelled));
    assert_eq!(
        world.status(order_id(&winner)).await,
        Some(OrderStatus::AwaitingPayment)
    );
    assert!(world.licences().await.is_empty());
}

#[tokio::test]
async fn late_money_goes_back_once_however_often_it_is_reported() {
    let world = World::new().await;
    let placed = world.order_beyond_revival().await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    deliver_all_webhooks(&world).await;
    world.begin_again().await;
    world.work().await;
    assert_eq!(world.stand_in.counts(), (1, 1));
    let refund = world
        .refund_events(RefundId::of_late_payment(order_id(&placed)))
        .await;
    assert_eq!(refund.len(), 3, "{refund:?}");
}

/// A refund webhook as the provider words it.
fn refund_webhook(refund_id: RefundId, status: &str, second: u32) -> (String, String) {
    let body = format!(
        r#"{{"event_id":"evt_{status}","event_type":"refund_{status}","content":{{"type":"refund_details","object":{{
            "refund_id":"{refund_id}","payment_id":"pay_1","amount":2990,"currency":"EUR","status":"{status}",
            "error_code":"expired_or_canceled_card","updated_at":"2099-06-25T08:15:{second:02}.094Z"}}}}}}"#
    );
    let signature = sign(
        &Secret::new(StandInOptions::default().webhook_secret),
        body.as_bytes(),
    );
    (body, signature)
}

/// Veza 7: a refund is what the provider says last, and nothing that was written here on our own word.
#[tokio::test]
async fn a_refund_that_seemed_to_succeed_may_still_fail_in_whatever_order_we_hear_of_it() {
    for statuses in [["succeeded", "failed"], ["failed", "succeeded"]] {
        let world = World::new().await;
        let placed = world.order_beyond_revival().await;
        world
            .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
            .await;
        world.work().await;
        let refund_id = RefundId::of_late_payment(order_id(&placed));
        for status in statuses {
            // The provider failed it a second after it had reported a success.
            let second = if status == "succeeded" { 2 } else { 3 };
            let (body, signature) = refund_webhook(refund_id, status, second);
            world.deliver(&body, &signature).await;
            world.work().await;
        }
        let refunds = world
            .order_state(order_id(&placed))
            .await
            .facts()
            .unwrap()
            .refunds
            .clone();
        assert_eq!(
            refunds[&refund_id].standing,
            RefundStanding::Declined,
            "{statuses:?}"
        );
        assert!(matches!(
            world.refund_events(refund_id).await.last(),
            Some(RefundEvent::Failed(_))
        ));
    }
}
