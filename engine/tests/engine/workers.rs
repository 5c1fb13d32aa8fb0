//! The workers that follow the ledger.

use comptoir_domain::order::OrderStatus;
use comptoir_domain::values::{LicenceKind, OrderId};
use comptoir_engine::OrderPlaced;
use comptoir_sandbox::hyperswitch::PaymentStatus;
use tokio_util::sync::CancellationToken;

use crate::given::{buyer, order_id, payment_id};
use crate::world::World;

async fn paid_order(world: &World, number: u128) -> OrderId {
    let product = world.product(LicenceKind::Basic, 2990).await;
    let placed: OrderPlaced = world.order(&buyer(number), product).await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    order_id(&placed)
}

#[tokio::test]
async fn running_workers_carry_a_sale_to_its_licence_and_stop_when_told() {
    let world = World::new().await;
    let workers = world.engine.start_workers(CancellationToken::new());
    let order_id = paid_order(&world, 1).await;
    world.until_licences(1).await;
    assert_eq!(world.status(order_id).await, Some(OrderStatus::Paid));
    workers.stop().await;
}

#[tokio::test]
async fn of_two_nodes_one_works_and_the_other_takes_over() {
    let world = World::new().await;
    let other_node = world.another_node(2).await;
    let first = world.engine.start_workers(CancellationToken::new());
    paid_order(&world, 1).await;
    world.until_licences(1).await;

    let second = other_node.start_workers(CancellationToken::new());
    paid_order(&world, 2).await;
    world.until_licences(2).await;
    first.stop().await;
    paid_order(&world, 3).await;
    world.until_licences(3).await;
    second.stop().await;
    assert_eq!(world.licences().await.len(), 3);
}
