//! Webhooks come twice, in another order, before our own call has returned: the end is the same.

use comptoir_sandbox::hyperswitch::{EventType, Faults, PaymentStatus, WebhookMode, WebhookSettings};
use serde_json::{Value, json};

use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, id, payment_id};
use crate::world::{World, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn the_end_is_the_same_however_webhooks_come() {
    let world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let mut ends = Vec::new();
    for mode in [WebhookMode::On, WebhookMode::Twice, WebhookMode::Reordered] {
        world.stand_in.set_webhooks(WebhookSettings {
            mode,
            ..WebhookSettings::default()
        });
        let placed = world.place(&buyer, &on_sale).await;
        // The bank takes a moment, so that there is a webhook about that too.
        world
            .stand_in
            .settle_payment(&payment_id(&placed), PaymentStatus::Processing, None)
            .expect("it exists");
        world
            .stand_in
            .settle_payment(&payment_id(&placed), PaymentStatus::Succeeded, None)
            .expect("it exists");
        ends.push((format!("{mode:?}"), end(&world, &buyer, &id(&placed)).await));
    }
    world.hold_webhooks();
    ends.push((
        "backwards, thrice".to_owned(),
        backwards(&world, &buyer, &on_sale).await,
    ));
    ends.push((
        "before our answer".to_owned(),
        before_our_answer(&world, &buyer, &on_sale).await,
    ));

    world.webhooks_are_worked_off().await;
    let (_, first) = &ends[0];
    for (how, end) in &ends {
        assert_eq!(end, first, "{how}");
    }
    assert_eq!(world.count_events("order.paid").await, 5);
    assert_eq!(world.count_events("licence.issued").await, 5);
    assert_eq!(world.count_events("order.flagged_for_review").await, 0);
    assert_eq!(world.stand_in.counts(), (5, 0));
    world.assert_ledger_is_dense().await;
}

/// The success comes first, then what was before it, then everything again.
async fn backwards(world: &World, buyer: &Person, on_sale: &OnSale) -> Value {
    let placed = world.place(buyer, on_sale).await;
    let payment = payment_id(&placed);
    world
        .stand_in
        .settle_payment(&payment, PaymentStatus::Processing, None)
        .expect("it exists");
    world.pay_held_back(&payment);
    let succeeded = world.webhook_about(&payment, EventType::PaymentSucceeded).await;
    let processing = world.webhook_about(&payment, EventType::PaymentProcessing).await;
    for event_id in [&succeeded, &processing, &processing, &succeeded, &processing] {
        let (body, signature) = world.signed(event_id);
        world
            .deliver(&world.node, body, Some(&signature))
            .await
            .expect(200);
    }
    end(world, buyer, &id(&placed)).await
}

/// The buyer pays while our call that makes the payment still waits for its answer.
async fn before_our_answer(world: &World, buyer: &Person, on_sale: &OnSale) -> Value {
    let known = world.count_events("order.placed").await;
    let route = Some("POST /payments".to_owned());
    world.set_faults(Faults {
        late_ms: 1_000,
        route,
        calls: Some(1),
        ..Faults::default()
    });
    let at_the_provider = async {
        let payment = eventually("the order stands in the ledger", async || {
            let placed = world.events("order.placed").await;
            let newest = placed.get(usize::try_from(known).ok()?)?;
            newest["payment_id"].as_str().map(str::to_owned)
        })
        .await;
        eventually("the payment exists", async || {
            world
                .stand_in
                .settle_payment(&payment, PaymentStatus::Succeeded, None)
                .ok()
        })
        .await;
        let event_id = world.webhook_about(&payment, EventType::PaymentSucceeded).await;
        let (body, signature) = world.signed(&event_id);
        world
            .deliver(&world.node, body, Some(&signature))
            .await
            .expect(200);
        eventually("the order is paid before our call returns", async || {
            (world.count_events("order.paid").await > known).then_some(())
        })
        .await;
        assert_eq!(
            world.count_events("order.payment_initiated").await,
            known,
            "our call has returned already"
        );
    };
    let ((), placed) = tokio::join!(at_the_provider, world.place(buyer, on_sale));
    assert_eq!(placed["payment"]["status"], "closed", "{placed}");
    end(world, buyer, &id(&placed)).await
}

/// What is left of an order once it is paid, without what differs from order to order.
async fn end(world: &World, buyer: &Person, order: &str) -> Value {
    let paid = world.paid_with_licences(buyer, order, 1).await;
    json!({
        "status": paid["status"], "payment": paid["payment"]["status"], "totals": paid["totals"],
        "refunds": paid["refunds"], "needs_review": paid["needs_review"],
        "licence": paid["licences"][0]["status"],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_leaves_the_order_open_for_another_try() {
    let world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let placed = world.place(&buyer, &on_sale).await;
    world.pay(&placed, "4000000000000002").await;
    let order = id(&placed);
    world
        .order_until(&buyer, &order, "the attempt failed", |order| {
            order["status"] == "payment_failed"
        })
        .await;
    world
        .stand_in
        .settle_payment(&payment_id(&placed), PaymentStatus::RequiresPaymentMethod, None)
        .expect("it exists");
    world.pay(&placed, GOOD_CARD).await;
    world.paid_with_licences(&buyer, &order, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_amount_never_pays_an_order() {
    let world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let placed = world.place(&buyer, &on_sale).await;
    let paid = Some((1, "EUR"));
    world
        .stand_in
        .settle_payment(&payment_id(&placed), PaymentStatus::Succeeded, paid)
        .expect("it exists");
    let flagged = world
        .order_until(&buyer, &id(&placed), "a human looks at it", |order| {
            order["needs_review"] == true
        })
        .await;
    assert_ne!(flagged["status"], "paid");
    assert_eq!(world.count_events("order.paid").await, 0);
    assert_eq!(world.count_events("licence.issued").await, 0);
}

impl World {
    fn pay_held_back(&self, payment: &str) {
        self.stand_in
            .settle_payment(payment, PaymentStatus::Succeeded, None)
            .expect("it exists");
    }
}
