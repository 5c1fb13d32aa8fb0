//! Exclusive rights: reserved, released and sold together with their order.

use comptoir_domain::licence::Device;
use comptoir_domain::order::{CancelReason, LineRefusal, PlaceError};
use comptoir_domain::product::{ExclusiveRight, OfferUnavailable, Product, SaleStatus};
use comptoir_domain::values::{LicenceId, LicenceKind};
use comptoir_engine::UseCaseError;
use comptoir_sandbox::hyperswitch::PaymentStatus;

use crate::given::{buyer, order_id, payment_id, place, refusal};
use crate::licences::{activate, shown};
use crate::world::World;

fn unavailable(error: UseCaseError) -> OfferUnavailable {
    let UseCaseError::Place(PlaceError::Lines(problems)) = error else {
        panic!("{error:?}")
    };
    let LineRefusal::Unavailable(reason) = problems[0].refusal else {
        panic!("{problems:?}")
    };
    reason
}

#[tokio::test]
async fn of_many_buyers_at_once_one_wins() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Exclusive, 99_900).await;
    let other_node = world.another_node(2).await;
    let mut buyers = tokio::task::JoinSet::new();
    for number in 0..12 {
        let engine = if number % 2 == 0 {
            world.engine.clone()
        } else {
            other_node.clone()
        };
        buyers.spawn(async move { engine.place_order(&buyer(number), place(&[product])).await });
    }
    let (won, lost): (Vec<_>, Vec<_>) = buyers.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for refused in lost {
        assert_eq!(unavailable(refusal(refused)), OfferUnavailable::ExclusiveReserved);
    }
    let names = world.names::<Product>(product.0.as_uuid()).await;
    assert_eq!(
        names
            .iter()
            .filter(|name| *name == "product.exclusive_reserved")
            .count(),
        1
    );
    assert_eq!(world.stand_in.counts(), (1, 0));
}

#[tokio::test]
async fn a_reservation_keeps_out_the_other_licences_too_and_a_cancellation_gives_it_back() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Exclusive, 99_900).await;
    let basic = (product.0, world.offer(product.0, LicenceKind::Basic, 2990).await);
    let reserved = world.order(&buyer(1), product).await;
    let refused = refusal(world.engine.place_order(&buyer(2), place(&[basic])).await);
    assert_eq!(unavailable(refused), OfferUnavailable::ExclusiveReserved);

    world
        .engine
        .cancel_order(&buyer(1), order_id(&reserved), CancelReason::BuyerRequest)
        .await
        .unwrap();
    world.order(&buyer(2), basic).await;
    let again = world.order(&buyer(3), product).await;
    let facts = world.product_state(product.0).await.facts().cloned().unwrap();
    let expected = ExclusiveRight::Reserved {
        offer_id: product.1,
        order_id: order_id(&again),
    };
    assert_eq!(facts.exclusive, expected);
}

/// Who bought the track before keeps what they have: an exclusive sale ends the sales, and no licence.
#[tokio::test]
async fn licences_that_were_sold_before_stay_valid_after_an_exclusive_sale() {
    let world = World::new().await;
    let basic = world.product(LicenceKind::Basic, 2990).await;
    let exclusive = world.offer(basic.0, LicenceKind::Exclusive, 99_900).await;
    let before = world.order(&buyer(1), basic).await;
    world
        .payment_becomes(payment_id(&before), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    let sold = world.order(&buyer(2), (basic.0, exclusive)).await;
    world
        .payment_becomes(payment_id(&sold), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    assert_eq!(
        world.product_state(basic.0).await.sale_status(),
        Some(SaleStatus::Sold)
    );
    for placed in [before, sold] {
        let key = shown(&world, LicenceId::of_unit(order_id(&placed), 0, 0)).await;
        let used = world.engine.validate_licence(key, Device::Any).await.unwrap();
        assert_eq!(used.outcome, Ok(None));
        activate(&world.engine, key, "a").await.unwrap();
    }
    let refused = refusal(world.engine.place_order(&buyer(3), place(&[basic])).await);
    assert_eq!(unavailable(refused), OfferUnavailable::ExclusiveSold);
}

#[tokio::test]
async fn payment_sells_it_for_good() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Exclusive, 99_900).await;
    let placed = world.order(&buyer(1), product).await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    assert_eq!(
        world.product_state(product.0).await.sale_status(),
        Some(SaleStatus::Sold)
    );
    let refused = refusal(world.engine.place_order(&buyer(2), place(&[product])).await);
    assert_eq!(unavailable(refused), OfferUnavailable::ExclusiveSold);
    assert_eq!(world.licences().await.len(), 1);
}
