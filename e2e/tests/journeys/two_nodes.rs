//! Two engines on one database: each sees all, nothing happens twice, and one is enough.

use serde_json::Value;

use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, id};
use crate::world::{World, eventually};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_node_for_requests_only_leaves_the_work_to_others() {
    let mut world = World::new().await;
    let worker = std::mem::replace(
        &mut world.node,
        world.binary.serve_as(&["serve", "--requests-only"]).await,
    );
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let position = world.count_all_events().await;
    let path = format!("/products/{}?min_position={position}", on_sale.product);
    world.get(&buyer, &path).await.expect(200);
    one_more_sale(&world, &buyer, &on_sale).await;
    drop(worker);

    // Without the others nothing is done, and nothing is lost.
    let placed = world.place(&buyer, &on_sale).await;
    world.pay(&placed, GOOD_CARD).await;
    eventually("the webhook is kept", async || {
        (world.count_events("webhook.received").await == 2).then_some(())
    })
    .await;
    assert_eq!(world.count_events("order.paid").await, 1);
    world.node = world.binary.serve().await;
    world.paid_with_licences(&buyer, &id(&placed), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_another_master_key_does_not_start() {
    let world = World::new().await;
    let other = [(
        "COMPTOIR_MASTER_KEY",
        "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItb3Q=",
    )];
    let refused = world.binary.clone().with(&other).run(&["serve"]).await;
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("master key"), "{said}");
}

async fn one_more_sale(world: &World, buyer: &Person, on_sale: &OnSale) -> Value {
    world.send_webhooks_to(&world.node);
    let placed = world.place(buyer, on_sale).await;
    world.pay(&placed, GOOD_CARD).await;
    world.paid_with_licences(buyer, &id(&placed), 1).await
}
