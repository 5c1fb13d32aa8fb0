//! Read models are built anew from events alone while the engine serves: nobody notices, and the result is the same.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::world::World;
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, id};

const MODELS: [&str; 3] = ["products", "orders", "licences"];

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_gives_the_same_answers_and_is_not_noticed() {
    let world = World::new().await;
    let buyer = world.buyer().await;
    for kind in ["basic", "exclusive", "basic"] {
        let on_sale = world.on_sale(kind).await;
        let placed = world.place(&buyer, &on_sale).await;
        world.pay(&placed, GOOD_CARD).await;
        world.paid_with_licences(&buyer, &id(&placed), 1).await;
        world.place(&buyer, &world.on_sale("premium").await).await;
    }
    let before = everything(&world, &buyer).await;
    assert!(
        before
            .iter()
            .all(|page| page["data"].as_array().is_some_and(|rows| !rows.is_empty())),
        "{before:?}"
    );

    let finished = AtomicBool::new(false);
    let reads = async {
        while !finished.load(Ordering::Relaxed) {
            assert_eq!(
                everything(&world, &buyer).await,
                before,
                "a read during the rebuild"
            );
        }
    };
    let rebuilds = async {
        for model in MODELS {
            world.binary.run_well(&["rebuild", model]).await;
        }
        finished.store(true, Ordering::Relaxed);
    };
    tokio::join!(reads, rebuilds);
    assert_eq!(everything(&world, &buyer).await, before, "after the rebuild");

    // The models that were switched in are followed on.
    let on_sale = world.on_sale("basic").await;
    let placed = world.place(&buyer, &on_sale).await;
    world.pay(&placed, GOOD_CARD).await;
    world.paid_with_licences(&buyer, &id(&placed), 1).await;
    let unknown = world.binary.run(&["rebuild", "nothing"]).await;
    assert!(!unknown.status.success());
}

async fn everything(world: &World, buyer: &Person) -> Vec<Value> {
    let position = world.count_all_events().await;
    let mut pages = Vec::new();
    for model in MODELS {
        let path = format!("/{model}?limit=100&min_position={position}");
        pages.push(world.get(buyer, &path).await.expect(200).body);
    }
    pages
}
