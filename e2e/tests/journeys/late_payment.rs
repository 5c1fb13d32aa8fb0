//! Money that comes after an order was called off is never ignored.

use comptoir_sandbox::hyperswitch::PaymentStatus;
use serde_json::json;

use crate::world::shop::{GOOD_CARD, id, payment_id};
use crate::world::{World, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn it_revives_the_order_if_everything_is_still_to_be_had() {
    let world = World::new().await;
    let buyer = world.buyer().await;
    for kind in ["basic", "exclusive"] {
        let on_sale = world.on_sale(kind).await;
        let placed = world.place(&buyer, &on_sale).await;
        let order = id(&placed);
        let cancelled = world
            .post(&buyer, &format!("/orders/{order}/cancel"), &json!({}))
            .await
            .expect(200);
        assert_eq!(cancelled.body["status"], "cancelled");
        world
            .stand_in
            .settle_payment(&payment_id(&placed), PaymentStatus::Succeeded, None)
            .expect("it exists");
        let paid = world.paid_with_licences(&buyer, &order, 1).await;
        assert_eq!(paid["refunds"], json!([]), "{kind}");
    }
    let paid = world.events("order.paid").await;
    assert!(paid.iter().all(|event| event["revived"] == true), "{paid:?}");
    assert_eq!(world.stand_in.counts(), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_back_by_itself_if_somebody_else_has_it_by_now() {
    let world = World::new().await;
    let on_sale = world.on_sale("exclusive").await;
    let (late, quick) = (world.buyer().await, world.buyer().await);
    let placed = world.place(&late, &on_sale).await;
    let order = id(&placed);
    world
        .post(&late, &format!("/orders/{order}/cancel"), &json!({}))
        .await
        .expect(200);
    let bought = world.place(&quick, &on_sale).await;
    world.pay(&bought, GOOD_CARD).await;
    world.paid_with_licences(&quick, &id(&bought), 1).await;
    // The engine closes the payment of a cancelled order; what follows is a bank that was quicker.
    eventually("the payment was closed", async || {
        world
            .stand_in
            .calls()
            .contains_key("POST /payments/{payment_id}/cancel")
            .then_some(())
    })
    .await;

    world
        .stand_in
        .settle_payment(&payment_id(&placed), PaymentStatus::Succeeded, None)
        .expect("it exists");
    let refunded = world
        .order_until(&late, &order, "the money has gone back", |order| {
            order["refunds"][0]["status"] == "settled"
        })
        .await;
    assert_eq!(refunded["status"], "cancelled");
    assert_eq!(refunded["refunds"][0]["amount"], placed["totals"]["total"]);
    assert_eq!(refunded["licences"], json!([]));
    assert_eq!(world.stand_in.counts(), (2, 1), "one refund");
    let opened = world.events("order.refund_opened").await;
    assert_eq!(opened.len(), 1);
    assert_eq!(opened[0]["reason"], "late_payment_unavailable");
    assert_eq!(world.count_events("licence.issued").await, 1);
}
