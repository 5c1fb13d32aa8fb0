//! Sales that go another way than the first: nothing to pay, a slow bank, a challenge, a webhook that never comes.

use bytes::Bytes;
use hyper::Method;
use serde_json::json;

use crate::world::World;
use crate::world::shop::{GOOD_CARD, OnSale, id, payment_id};

const SLOW_BANK: &str = "4000000000000077";
const CHALLENGED: &str = "4000003800000446";

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_nothing_is_paid_at_once() {
    let world = World::new().await;
    let seller = world.seller().await;
    let product = id(&world
        .post(&seller, "/products", &json!({ "title": "Gift" }))
        .await
        .expect(201)
        .body);
    let offer = json!({
        "kind": "basic", "price": { "amount": 0, "currency": "EUR" }, "terms": { "version": "1", "text": "Enjoy." },
    });
    let offer = world
        .post(&seller, &format!("/products/{product}/offers"), &offer)
        .await
        .expect(201);
    world
        .post(&seller, &format!("/products/{product}/publish"), &json!({}))
        .await
        .expect(200);
    let buyer = world.buyer().await;
    let mut order = OnSale {
        product,
        offer: id(&offer.body),
    }
    .order(1);
    order["lines"][0]["expected_unit_price"] = json!(0);
    let placed = world.post(&buyer, "/orders", &order).await.expect(201).body;
    assert_eq!(
        (&placed["status"], &placed["payment"]["status"]),
        (&json!("paid"), &json!("closed"))
    );
    world.paid_with_licences(&buyer, &id(&placed), 1).await;
    assert_eq!(
        world.stand_in.counts(),
        (0, 0),
        "Hyperswitch has nothing to do with it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_bank_works_an_order_cannot_be_called_off() {
    let world = World::new().await;
    world.hold_webhooks();
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let placed = world.place(&buyer, &on_sale).await;
    let (order, payment) = (id(&placed), payment_id(&placed));
    world.pay(&placed, SLOW_BANK).await;
    world.deliver_webhook_about(&payment, "payment_processing").await;
    world
        .order_until(&buyer, &order, "the bank works", |order| {
            order["status"] == "processing"
        })
        .await;
    let refused = world
        .post(&buyer, &format!("/orders/{order}/cancel"), &json!({}))
        .await
        .expect(409);
    assert_eq!(refused.code(), "order_conflict");
    world.deliver_webhook_about(&payment, "payment_succeeded").await;
    world.paid_with_licences(&buyer, &order, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_who_passes_the_challenge_of_the_bank_has_paid() {
    let world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let placed = world.place(&buyer, &on_sale).await;
    let confirmed = world.pay(&placed, CHALLENGED).await;
    let challenge = confirmed.body["next_action"]["redirect_to_url"]
        .as_str()
        .expect("there is a challenge")
        .to_owned();
    world
        .client
        .send(Method::GET, &challenge, &[], Bytes::new())
        .await;
    world.paid_with_licences(&buyer, &id(&placed), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_webhook_tells_the_reconciler_asks() {
    let quick = [
        ("COMPTOIR_RECONCILER_INTERVAL_MS", "100"),
        ("COMPTOIR_RECONCILER_AGE_MIN_MS", "0"),
    ];
    let world = World::with(&quick).await;
    world.hold_webhooks();
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let placed = world.place(&buyer, &on_sale).await;
    world.pay(&placed, GOOD_CARD).await;
    world.paid_with_licences(&buyer, &id(&placed), 1).await;
    assert_eq!(world.events("order.paid").await[0]["source"], "reconciler");
    assert_eq!(world.count_events("webhook.received").await, 0);
    // The webhook comes after all.
    world
        .deliver_webhook_about(&payment_id(&placed), "payment_succeeded")
        .await;
    world.webhooks_are_worked_off().await;
    assert_eq!(world.count_events("order.paid").await, 1);
    assert_eq!(world.count_events("licence.issued").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_from_two_sellers_shows_each_of_them_their_own_lines() {
    let world = World::new().await;
    let sellers = [world.seller().await, world.seller().await];
    let shops = [
        world.on_sale_by(&sellers[0], "basic").await,
        world.on_sale_by(&sellers[1], "premium").await,
    ];
    let buyer = world.buyer().await;
    let mut order = shops[0].order(2);
    order["lines"] = json!([order["lines"][0], shops[1].order(1)["lines"][0]]);
    let placed = world.post(&buyer, "/orders", &order).await.expect(201).body;
    world.pay(&placed, GOOD_CARD).await;
    let paid = world.paid_with_licences(&buyer, &id(&placed), 3).await;
    assert_eq!(paid["totals"]["total"], 8_970);
    for (seller, shop, total, licences) in [
        (&sellers[0], &shops[0], 5_980, 2),
        (&sellers[1], &shops[1], 2_990, 1),
    ] {
        let seen = world
            .get(seller, &format!("/orders/{}", id(&placed)))
            .await
            .expect(200)
            .body;
        assert_eq!(seen["totals"]["total"], total);
        assert_eq!(seen["lines"].as_array().map(Vec::len), Some(1));
        assert_eq!(seen["lines"][0]["product_id"], *shop.product);
        assert_eq!(seen["licences"].as_array().map(Vec::len), Some(licences));
    }
}
