//! Many at once, on two nodes: what is single stays single.

use std::collections::BTreeSet;

use hyper::Method;

use crate::world::World;
use crate::world::client::Answer;
use crate::world::node::Node;
use crate::world::people::Person;
use crate::world::shop::{OnSale, id};

const ROUNDS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn an_exclusive_is_reserved_once_however_many_ask_wherever() {
    let world = World::new().await;
    let other = world.binary.serve().await;
    let buyers = [
        world.buyer().await,
        world.buyer().await,
        world.buyer().await,
        world.buyer().await,
    ];
    for _ in 0..ROUNDS {
        let on_sale = world.on_sale("exclusive").await;
        let ask = async |buyer: &Person, node: &Node| {
            world.post_at(node, buyer, "/orders", &on_sale.order(1)).await
        };
        let [ada, bob, eve, joe] = &buyers;
        let (first, second, third, fourth) = tokio::join!(
            ask(ada, &world.node),
            ask(bob, &other),
            ask(eve, &world.node),
            ask(joe, &other)
        );
        let answers = [first, second, third, fourth];
        let won = answers.iter().filter(|answer| answer.status == 201).count();
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(won, 1, "{statuses:?}");
        for lost in answers.into_iter().filter(|answer| answer.status != 201) {
            assert_eq!(lost.expect(409).code(), "order_unavailable");
        }
    }
    assert_eq!(world.count_events("order.placed").await, 6);
    world.assert_ledger_is_dense().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_idempotency_key_makes_one_order_on_two_nodes_at_once() {
    let world = World::new().await;
    let other = world.binary.serve().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    for round in 0..ROUNDS {
        let key = format!("round-{round}");
        let send = async |node: &Node| place_with_key(&world, node, &buyer, &on_sale, &key).await;
        let (first, second, third, fourth) =
            tokio::join!(send(&world.node), send(&other), send(&world.node), send(&other));
        let mut orders = BTreeSet::new();
        for answer in [first, second, third, fourth] {
            match answer.status {
                201 => drop(orders.insert(id(&answer.body))),
                _ => assert_eq!(answer.expect(409).code(), "idempotency_key_in_use"),
            }
        }
        assert_eq!(orders.len(), 1, "{orders:?}");
        let again = place_with_key(&world, &other, &buyer, &on_sale, &key)
            .await
            .expect(201);
        assert_eq!(Some(&id(&again.body)), orders.first());
    }
    assert_eq!(world.count_events("order.placed").await, 6);
    assert_eq!(world.stand_in.counts(), (6, 0));
}

async fn place_with_key(world: &World, node: &Node, buyer: &Person, on_sale: &OnSale, key: &str) -> Answer {
    let token = format!("Bearer {}", buyer.token);
    let headers = [
        ("authorization", &*token),
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    world
        .client
        .send(
            Method::POST,
            &node.url("/orders"),
            &headers,
            on_sale.order(1).to_string().into(),
        )
        .await
}
