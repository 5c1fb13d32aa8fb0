//! An exclusive licence is sold once.

use serde_json::json;

use crate::world::World;
use crate::world::shop::{GOOD_CARD, id};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_buyers_at_once_one_wins_and_the_other_is_told_why() {
    let world = World::new().await;
    let on_sale = world.on_sale("exclusive").await;
    let (ada, bob) = (world.buyer().await, world.buyer().await);
    let order = on_sale.order(1);
    let (ada_got, bob_got) = tokio::join!(
        world.post(&ada, "/orders", &order),
        world.post(&bob, "/orders", &order)
    );
    let (winner, won, loser, lost) = if ada_got.status == 201 {
        (&ada, ada_got, &bob, bob_got)
    } else {
        (&bob, bob_got, &ada, ada_got)
    };

    let won = won.expect(201).body;
    let lost = lost.expect(409);
    assert_eq!(lost.code(), "order_unavailable");
    assert_eq!(lost.body["errors"][0]["code"], "exclusive_reserved");
    assert_eq!(lost.body["errors"][0]["pointer"], "/lines/0/product_id");
    assert_eq!(world.count_events("order.placed").await, 1);

    // Called off, it is to be had again: this time the other one pays.
    world
        .post(winner, &format!("/orders/{}/cancel", id(&won)), &json!({}))
        .await
        .expect(200);
    let placed = world.place(loser, &on_sale).await;
    world.pay(&placed, GOOD_CARD).await;
    world.paid_with_licences(loser, &id(&placed), 1).await;
    let sold = world.post(winner, "/orders", &order).await.expect(409);
    assert_eq!(sold.body["errors"][0]["code"], "exclusive_sold");
    let product = world
        .get(winner, &format!("/products/{}", on_sale.product))
        .await
        .expect(200);
    assert_eq!(product.body["status"], "sold");
}

/// Refunded, and yet off sale for ever.
#[tokio::test(flavor = "multi_thread")]
async fn an_exclusive_licence_that_was_refunded_is_sold_to_somebody_else() {
    let world = World::new().await;
    let (seller, ada, bob) = (world.seller().await, world.buyer().await, world.buyer().await);
    let on_sale = world.on_sale_by(&seller, "exclusive").await;
    let sell = async |buyer| {
        let placed = world.place(buyer, &on_sale).await;
        world.pay(&placed, GOOD_CARD).await;
        world.paid_with_licences(buyer, &id(&placed), 1).await;
        id(&placed)
    };
    let first = sell(&ada).await;
    let reason = json!({ "reason": "customer_request" });
    let refund = world
        .post(&seller, &format!("/orders/{first}/refund"), &reason)
        .await;
    refund.expect(201);
    let is_over = |order: &serde_json::Value| order["licences"][0]["status"] == "revoked";
    world.order_until(&ada, &first, "it is refunded", is_over).await;
    sell(&bob).await;
    let lost = world.get(&ada, &format!("/orders/{first}")).await.expect(200);
    assert_eq!(lost.body["licences"][0]["causes"], json!(["refund"]));
    assert_eq!(world.count_events("product.exclusive_sold").await, 2);
    world.assert_ledger_is_dense().await;
}
