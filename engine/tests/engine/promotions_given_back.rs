//! Uses of a promotion code that come back, many at once.

use comptoir_domain::order::CancelReason;
use comptoir_domain::promo::PromoRefusal;
use comptoir_domain::values::LicenceKind;
use comptoir_sandbox::hyperswitch::PaymentStatus;
use tokio::task::JoinSet;

use crate::after_sale::amount;
use crate::given::{buyer, order_id, payment_id, refusal, seller};
use crate::promotions::{admin, names, order, promo_refusal, promotion, seen, with_code};
use crate::world::World;

/// Counts that were taken back without a lock were lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn uses_that_are_given_back_at_once_on_two_nodes_are_all_free_again() {
    const CAP: u32 = 37;
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let capped = promotion(CAP);
    world.engine.create_promotion(&admin(), capped).await.unwrap();
    let nodes = [world.engine.clone(), world.another_node(2).await];
    let node = |number: u128| nodes[usize::try_from(number % 2).unwrap()].clone();
    let mut placed = Vec::new();
    for number in 0..u128::from(CAP) {
        placed.push((number, order(&world.engine, number, product).await));
    }
    assert_eq!(
        promo_refusal(&refusal(
            world.engine.place_order(&buyer(99), with_code(product)).await
        )),
        PromoRefusal::Exhausted
    );
    let mut cancelling = JoinSet::new();
    for (number, placed) in &placed {
        let (engine, id, number) = (node(*number), order_id(placed), *number);
        cancelling.spawn(async move {
            let reason = CancelReason::BuyerRequest;
            engine.cancel_order(&buyer(number), id, reason).await
        });
    }
    for cancelled in cancelling.join_all().await {
        cancelled.unwrap();
    }
    let released = async || {
        let names = names(&world).await;
        names.iter().filter(|name| *name == "promo.released").count()
    };
    let cap = usize::try_from(CAP).unwrap();
    assert_eq!(released().await, cap);
    assert_eq!(seen(&world, order_id(&placed[0].1)).await.counted, 0);

    // All of them are to be had again, and come back from refunds as they did from cancellations.
    let mut again = Vec::new();
    for number in 0..u128::from(CAP) {
        let placed = order(&world.engine, number, product).await;
        world
            .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
            .await;
        again.push(order_id(&placed));
    }
    world.work().await;
    let mut refunding = JoinSet::new();
    for (number, id) in (0..).zip(&again) {
        let (engine, id) = (node(number), *id);
        refunding.spawn(async move { engine.refund_order(&seller(), id, amount(1990)).await });
    }
    for asked in refunding.join_all().await {
        asked.unwrap();
    }
    world.work().await;
    let mut settling = JoinSet::new();
    for (number, delivery) in (0..).zip(world.stand_in.deliveries()) {
        let (body, signature) = world.stand_in.signed_webhook(&delivery.event_id).unwrap();
        let engine = node(number);
        settling.spawn(async move { engine.receive_webhook(&body, Some(&signature), None).await });
    }
    for received in settling.join_all().await {
        received.unwrap();
    }
    world.work().await;
    assert_eq!(released().await, 2 * cap);
    assert_eq!(seen(&world, again[0]).await.counted, 0);
}
