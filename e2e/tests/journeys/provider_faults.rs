//! Hyperswitch is down, or slow, or answers after it has done its work: the order stands, and there is one payment.

use comptoir_sandbox::hyperswitch::{Down, Faults};
use serde_json::json;

use crate::world::World;
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, id};

const CREATE: &str = "POST /payments";

#[tokio::test(flavor = "multi_thread")]
async fn while_hyperswitch_is_down_orders_are_placed_and_paid_later() {
    let world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    for down in [Down::Unavailable, Down::Drop] {
        world.set_faults(Faults {
            down,
            ..Faults::default()
        });
        let placed = world.place(&buyer, &on_sale).await;
        assert_eq!(placed["payment"]["status"], "pending");
        assert!(placed["payment"].get("client_secret").is_none(), "{placed}");
        world.set_faults(Faults::default());
        pay_when_ready(&world, &buyer, &id(&placed)).await;
    }
    assert_eq!(world.stand_in.counts(), (2, 0), "one payment for each order");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_was_made_behind_a_time_out_is_found_again() {
    let world = World::with(&[
        ("HYPERSWITCH_TIMEOUT_MS", "300"),
        ("COMPTOIR_PAYMENT_PATIENCE_MS", "2000"),
    ])
    .await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let route = Some(CREATE.to_owned());
    world.set_faults(Faults {
        late_ms: 1_500,
        route,
        calls: Some(1),
        ..Faults::default()
    });
    let placed = world.place(&buyer, &on_sale).await;
    pay_when_ready(&world, &buyer, &id(&placed)).await;
    let calls = world.stand_in.calls();
    assert_eq!(world.stand_in.counts(), (1, 0), "{calls:?}");
    assert_eq!(world.count_events("order.payment_initiated").await, 1);
    assert!(
        calls.contains_key("GET /payments/{payment_id}"),
        "it must be looked for: {calls:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_repeats_itself_gets_the_same_order_and_payment() {
    let world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let token = format!("Bearer {}", buyer.token);
    let headers = [
        ("authorization", &*token),
        ("content-type", "application/json"),
        ("idempotency-key", "once"),
    ];
    let url = world.node.url("/orders");
    let send = |quantity| {
        world.client.send(
            hyper::Method::POST,
            &url,
            &headers,
            on_sale.order(quantity).to_string().into(),
        )
    };
    let first = send(1).await.expect(201);
    let again = send(1).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(id(&again.body), id(&first.body));
    assert_eq!(
        again.body["payment"]["client_secret"],
        first.body["payment"]["client_secret"]
    );
    assert_eq!(send(2).await.expect(422).code(), "idempotency_key_reused");
    assert_eq!(world.count_events("order.placed").await, 1);
    assert_eq!(world.stand_in.counts(), (1, 0));
}

/// The worker tries again by itself; then the browser asks for its secret, and pays.
async fn pay_when_ready(world: &World, buyer: &Person, order: &str) {
    world
        .order_until(buyer, order, "the payment exists", |order| {
            order["payment"]["status"] == "ready"
        })
        .await;
    let asked = world
        .post(buyer, &format!("/orders/{order}/payment"), &json!({}))
        .await
        .expect(200)
        .body;
    assert!(asked["payment"]["client_secret"].is_string(), "{asked}");
    world.pay(&asked, GOOD_CARD).await;
    world.paid_with_licences(buyer, order, 1).await;
}
