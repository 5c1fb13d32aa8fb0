//! A licence is upgraded to a bigger one for the difference, and comes back when that is refunded.

use serde_json::{Value, json};

use crate::world::World;
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, PRICE, id};

const BIGGER_PRICE: i64 = 9_900;
const DIFFERENCE: i64 = BIGGER_PRICE - PRICE;

async fn bigger_offer(world: &World, seller: &Person, on_sale: &OnSale) -> OnSale {
    let offer = json!({
        "kind": "premium", "price": { "amount": BIGGER_PRICE, "currency": "EUR" },
        "terms": { "version": "2026-01", "text": "The buyer may use the recording, and more of it." },
    });
    let path = format!("/products/{}/offers", on_sale.product);
    let offer = world.post(seller, &path, &offer).await.expect(201);
    OnSale {
        offer: id(&offer.body),
        ..on_sale.clone()
    }
}

fn upgrade_to(bigger: &OnSale, licence: &str) -> Value {
    let mut order = bigger.order(1);
    order["lines"][0]["expected_unit_price"] = json!(BIGGER_PRICE);
    order["lines"][0]["upgrade_of"] = json!(licence);
    order
}

/// The licence of an order that was paid, and its key.
async fn bought(world: &World, buyer: &Person, order: &Value) -> (String, String) {
    world.pay(order, GOOD_CARD).await;
    let paid = world.paid_with_licences(buyer, &id(order), 1).await;
    let licence = id(&paid["licences"][0]);
    let read = world
        .get(buyer, &format!("/licences/{licence}"))
        .await
        .expect(200);
    let key = read.body["key"].as_str().expect("its holder sees the key");
    (licence, key.to_owned())
}

/// What a program is told of a key.
async fn said(world: &World, key: &str, product: &str) -> String {
    let ask = json!({ "key": key, "product_id": product });
    let said = world.ask("/licences/validate", &ask).await.expect(200).body;
    said["code"].as_str().expect("a code").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_pays_the_difference_and_has_the_smaller_licence_back_after_a_refund() {
    let world = World::new().await;
    let (seller, buyer) = (world.seller().await, world.buyer().await);
    let basic = world.on_sale_by(&seller, "basic").await;
    let bigger = bigger_offer(&world, &seller, &basic).await;
    let placed = world.place(&buyer, &basic).await;
    let (small, small_key) = bought(&world, &buyer, &placed).await;

    let order = upgrade_to(&bigger, &small);
    let quote = json!({ "currency": "EUR", "lines": order["lines"], "billing": { "country": "FR" } });
    let quoted = world.post(&buyer, "/quotes", &quote).await.expect(200).body;
    assert_eq!(quoted["lines"][0]["credit"], PRICE);
    assert_eq!(quoted["totals"]["total"], DIFFERENCE);
    let placed = world.post(&buyer, "/orders", &order).await.expect(201).body;
    assert_eq!(
        (&placed["lines"][0], &placed["totals"]),
        (&quoted["lines"][0], &quoted["totals"])
    );
    let refused = world.post(&buyer, "/orders", &order).await.expect(409);
    assert_eq!(refused.body["errors"][0]["code"], "licence_being_upgraded");
    assert_eq!(said(&world, &small_key, &basic.product).await, "valid");

    let (big, big_key) = bought(&world, &buyer, &placed).await;
    assert_eq!(said(&world, &small_key, &basic.product).await, "superseded");
    assert_eq!(said(&world, &big_key, &basic.product).await, "valid");
    let read = async |licence: &str| {
        let position = world.count_all_events().await;
        let path = format!("/licences/{licence}?min_position={position}");
        world.get(&buyer, &path).await.expect(200).body
    };
    let (ended, new) = (read(&small).await, read(&big).await);
    assert_eq!(
        (&ended["status"], &ended["superseded_by"]),
        (&json!("superseded"), &json!(big))
    );
    assert_eq!(
        (&new["status"], &new["upgrade_of"]),
        (&json!("issued"), &json!(small))
    );

    let refund = format!("/orders/{}/refund", id(&placed));
    let reason = json!({ "reason": "customer_request" });
    world.post(&seller, &refund, &reason).await.expect(201);
    world
        .order_until(&buyer, &id(&placed), "the upgrade is refunded", |order| {
            order["refund_status"] == "refunded" && order["licences"][0]["status"] == "revoked"
        })
        .await;
    assert_eq!(said(&world, &big_key, &basic.product).await, "revoked");
    assert_eq!(said(&world, &small_key, &basic.product).await, "valid");
    let back = read(&small).await;
    assert_eq!(
        (&back["status"], &back["superseded_by"]),
        (&json!("issued"), &Value::Null)
    );
    world.assert_ledger_is_dense().await;
}
