//! Two engines on one database: each sees all, nothing happens twice, and one is enough.

use serde_json::Value;

use crate::world::World;
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, id};

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_work_as_one_and_either_can_die() {
    let mut world = World::new().await;
    let second = world.binary.serve().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let mut orders = Vec::new();
    for number in 0..6 {
        let node = if number % 2 == 0 { &world.node } else { &second };
        let placed = world
            .post_at(node, &buyer, "/orders", &on_sale.order(2))
            .await
            .expect(201);
        let position = placed.position();
        for node in [&world.node, &second] {
            let path = format!("/orders/{}?min_position={position}", id(&placed.body));
            let read = world.get_at(node, &buyer, &path).await.expect(200);
            assert_eq!(read.body["status"], "awaiting_payment");
        }
        world.send_webhooks_to(node);
        world.pay(&placed.body, GOOD_CARD).await;
        orders.push(placed.body);
    }
    for order in &orders {
        world.paid_with_licences(&buyer, &id(order), 2).await;
    }
    assert_eq!(world.count_events("licence.issued").await, 12);

    // The first node runs the subscriptions, as it was there first. The second takes over.
    world.node.kill_hard().await;
    world.node = second;
    one_more_sale(&world, &buyer, &on_sale).await;
    assert_eq!(world.count_events("order.paid").await, 7);
    assert_eq!(world.count_events("licence.issued").await, 13);
    world.assert_ledger_is_dense().await;
}

async fn one_more_sale(world: &World, buyer: &Person, on_sale: &OnSale) -> Value {
    world.send_webhooks_to(&world.node);
    let placed = world.place(buyer, on_sale).await;
    world.pay(&placed, GOOD_CARD).await;
    world.paid_with_licences(buyer, &id(&placed), 1).await
}
