use comptoir_domain::order::{CancelReason, OrderEvent, OrderStatus, RefundStanding};
use comptoir_domain::product::SaleStatus;
use comptoir_domain::refund::RefundEvent;
use comptoir_domain::values::{LicenceKind, RefundId};
use comptoir_sandbox::hyperswitch::PaymentStatus;

use crate::given::{buyer, order_id, payment_id, seller};
use crate::world::World;

async fn deliver_all_webhooks(world: &World) {
    for delivery in world.stand_in.deliveries() {
        let (body, signature) = world.stand_in.signed_webhook(&delivery.event_id).unwrap();
        world
            .engine
            .receive_webhook(&body, Some(&signature), None)
            .await
            .unwrap();
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
        world
            .engine
            .cancel_order(&buyer(1), order_id(&placed), CancelReason::BuyerRequest)
            .await
            .unwrap();
        world
            .engine
            .receive_webhook(&webhook.0, Some(&webhook.1), None)
            .await
            .unwrap();
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

#[tokio::test]
async fn money_for_what_somebody_else_has_by_now_goes_back() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Exclusive, 99_900).await;
    let late = world.order(&buyer(1), product).await;
    world
        .engine
        .cancel_order(&buyer(1), order_id(&late), CancelReason::BuyerRequest)
        .await
        .unwrap();
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
    let product = world.product(LicenceKind::Basic, 2990).await;
    let placed = world.order(&buyer(1), product).await;
    world
        .engine
        .cancel_order(&buyer(1), order_id(&placed), CancelReason::Mistake)
        .await
        .unwrap();
    world.engine.withdraw_product(&seller(), product.0).await.unwrap();
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    deliver_all_webhooks(&world).await;
    sqlx::query("UPDATE subscription_checkpoints SET position = 0")
        .execute(world.ledger.pool())
        .await
        .unwrap();
    world.work().await;
    assert_eq!(world.stand_in.counts(), (1, 1));
    let refund = world
        .refund_events(RefundId::of_late_payment(order_id(&placed)))
        .await;
    assert_eq!(refund.len(), 3, "{refund:?}");
}
