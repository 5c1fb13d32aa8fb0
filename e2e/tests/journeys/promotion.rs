//! A sale with a promotion code, from the quote to the licence, and what becomes of the code.

use serde_json::{Value, json};

use crate::world::World;
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, id};

fn with_code(mut order: Value) -> Value {
    order["promotion_code"] = json!("launch-20");
    order
}

async fn uses(world: &World, admin: &Person, promotion: &str) -> Value {
    let position = world.count_all_events().await;
    let path = format!("/promotions/{promotion}?min_position={position}");
    world.get(admin, &path).await.expect(200).body["uses"].clone()
}

async fn launch(world: &World, admin: &Person) -> String {
    let promotion = json!({ "code": "LAUNCH-20", "percent_off_basis_points": 2_000, "uses_max": 1 });
    id(&world
        .post(admin, "/promotions", &promotion)
        .await
        .expect(201)
        .body)
}

fn quote_of(on_sale: &OnSale) -> Value {
    let order = with_code(on_sale.order(1));
    json!({
        "currency": "EUR", "lines": order["lines"], "promotion_code": order["promotion_code"],
        "billing": { "country": "FR", "postal_code": "75002" },
        "location_evidence": [{ "kind": "card_country", "country": "FR" }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_with_a_code_pays_less_and_the_next_one_finds_it_used_up() {
    let world = World::new().await;
    let admin = Person::new(&world.binary, "admin").await;
    let (on_sale, promotion) = (world.on_sale("basic").await, launch(&world, &admin).await);
    let (ada, bob) = (world.buyer().await, world.buyer().await);

    let before = world.stored().await;
    let quote = world
        .post(&ada, "/quotes", &quote_of(&on_sale))
        .await
        .expect(200)
        .body;
    assert_eq!(world.stored().await, before, "a quote was stored");
    assert_eq!(
        quote["promotion"],
        json!({ "code": "LAUNCH-20", "applied": true })
    );
    let totals = json!({ "discount": 598, "net": 1_993, "tax": 399, "total": 2_392 });
    assert_eq!(quote["totals"], totals);

    // Called off, the use is free again; paid, it is taken.
    let order = with_code(on_sale.order(1));
    let placed = world.post(&ada, "/orders", &order).await.expect(201).body;
    assert_eq!(placed["totals"], totals);
    let refused = world.post(&bob, "/orders", &order).await.expect(409);
    assert_eq!(refused.code(), "promotion_refused");
    assert_eq!(refused.body["errors"][0]["code"], "promotion_exhausted");
    let cancel = format!("/orders/{}/cancel", id(&placed));
    world.post(&ada, &cancel, &json!({})).await.expect(200);
    let placed = world.post(&bob, "/orders", &order).await.expect(201).body;
    world.pay(&placed, GOOD_CARD).await;
    let paid = world.paid_with_licences(&bob, &id(&placed), 1).await;
    assert_eq!(paid["lines"][0]["total"], 2_392);
    assert_eq!(paid["promotion"]["code"], "LAUNCH-20");
    let redeemed = json!({ "reserved": 0, "redeemed": 1, "beyond_caps": 0 });
    assert_eq!(uses(&world, &admin, &promotion).await, redeemed);

    let again = world
        .post(&ada, "/quotes", &quote_of(&on_sale))
        .await
        .expect(200)
        .body;
    assert_eq!(again["promotion"]["refusal"]["code"], "promotion_exhausted");
    assert_eq!(again["totals"]["total"], 2_990);
    world.assert_ledger_is_dense().await;
}
