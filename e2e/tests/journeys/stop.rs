//! SIGTERM under load: what was taken in hand is finished and answered.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use hyper::Method;

use crate::world::people::Person;
use crate::world::shop::{OnSale, id};
use crate::world::{World, eventually, run_together};

const CLIENTS: usize = 8;
/// So many orders are placed before the signal.
const ORDERS_BEFORE: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_told_to_stop_finishes_what_it_has_in_hand() {
    let mut world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let (answered, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let load = (0..CLIENTS).map(|_| place_until_it_stops(&world, &buyer, &on_sale, &answered, &stopped));
    let signal = async {
        eventually("the load runs", async || {
            (answered.load(Ordering::Relaxed) >= ORDERS_BEFORE).then_some(())
        })
        .await;
        world.node.terminate();
        stopped.store(true, Ordering::Relaxed);
    };
    let (placed, ()) = tokio::join!(run_together(load), signal);
    let status = world.node.ended().await;
    assert!(status.success(), "{status}; its log:\n{}", world.node.log());

    let stored = world.events("order.placed").await;
    let stored: BTreeSet<String> = stored
        .iter()
        .filter_map(|event| event["order_id"].as_str())
        .map(str::to_owned)
        .collect();
    let placed: BTreeSet<String> = placed.into_iter().flatten().collect();
    assert!(placed.len() >= ORDERS_BEFORE);
    assert_eq!(placed, stored, "left: answered with 201; right: in the ledger");

    // And the next one goes on where this one left off.
    world.node = world.binary.serve().await;
    world.send_webhooks_to(&world.node);
    let newest = stored.last().expect("there are some");
    world
        .order_until(&buyer, newest, "its payment exists", |order| {
            order["payment"]["status"] == "ready"
        })
        .await;
}

/// Places orders one after the other; the ids of those that were answered with 201.
async fn place_until_it_stops(
    world: &World,
    buyer: &Person,
    on_sale: &OnSale,
    answered: &AtomicUsize,
    stopped: &AtomicBool,
) -> Vec<String> {
    let token = format!("Bearer {}", buyer.token);
    let headers = [("authorization", &*token), ("content-type", "application/json")];
    let (url, body) = (world.node.url("/orders"), on_sale.order(1).to_string());
    let mut placed = Vec::new();
    loop {
        let answer = world
            .client
            .try_send(Method::POST, &url, &headers, body.clone().into())
            .await;
        match answer {
            Ok(answer) if answer.status == 201 => {
                placed.push(id(&answer.body));
                answered.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            // No connection any more: the node is stopping.
            Err(error) => {
                assert!(stopped.load(Ordering::Relaxed), "{error}");
                return placed;
            }
        }
    }
}
