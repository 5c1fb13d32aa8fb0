//! Promotion codes: caps that hold whatever happens at once, and what becomes of them with their orders.

use std::num::NonZeroU32;

use chrono::TimeDelta;
use comptoir_domain::order::{CancelReason, OrderStatus, PlaceError};
use comptoir_domain::promo::{Benefit, Promo, PromoError, PromoRefusal, PromoScope, UseCount, UseStanding};
use comptoir_domain::values::{
    Currency, LicenceKind, Money, OfferId, OrderId, ProductId, PromoCode, PromoId, Role,
};
use comptoir_engine::worker::Sweep;
use comptoir_engine::{CreatePromotion, Engine, OrderPlaced, PlaceOrder, RequestContext, UseCaseError};
use comptoir_sandbox::hyperswitch::{PaymentStatus, RefundStatus};
use tokio::task::JoinSet;

use crate::after_sale::{ask, deliver};
use crate::given::{buyer, keyed, order_id, payment_id, person, place, refusal, seller};
use crate::world::World;

pub(crate) fn admin() -> RequestContext {
    person(2, Role::Admin)
}

fn code(text: &str) -> PromoCode {
    PromoCode::try_new(text).unwrap()
}

/// Ten euros off everything, for so many orders.
pub(crate) fn promotion(uses_max: u32) -> CreatePromotion {
    CreatePromotion {
        code: code("SPRING"),
        benefit: Benefit::Fixed {
            amount: Money::new(1000, Currency::EUR),
        },
        starts_at: None,
        ends_at: None,
        uses_max: NonZeroU32::new(uses_max),
        uses_per_buyer_max: None,
        minimum: None,
        scope: PromoScope::Everything,
    }
}

pub(crate) fn with_code(product: (ProductId, OfferId)) -> PlaceOrder {
    PlaceOrder {
        promotion_code: Some(code("spring")),
        ..place(&[product])
    }
}

pub(crate) fn promo_refusal(error: &UseCaseError) -> PromoRefusal {
    if let UseCaseError::Place(PlaceError::Promotion(refusal)) = error {
        return *refusal;
    }
    panic!("a refused code was expected, got {error}")
}

pub(crate) async fn order(engine: &Engine, number: u128, product: (ProductId, OfferId)) -> OrderPlaced {
    let placed = engine.place_order(&buyer(number), with_code(product)).await;
    placed.unwrap().answer
}

pub(crate) struct Seen {
    pub(crate) counted: u32,
    pub(crate) standing: Option<UseStanding>,
}

pub(crate) async fn seen(world: &World, order_id: OrderId) -> Seen {
    let id = PromoId::of_code(&code("SPRING")).as_uuid();
    let promo = world.ledger.load::<Promo>(id).await.unwrap();
    let facts = promo.state.facts().unwrap();
    Seen {
        counted: facts.counted(),
        standing: facts.uses.get(&order_id).map(|held| held.standing),
    }
}

pub(crate) async fn names(world: &World) -> Vec<String> {
    let id = PromoId::of_code(&code("SPRING")).as_uuid();
    world.names::<Promo>(id).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cap_holds_exactly_under_a_hundred_checkouts_at_once() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    world
        .engine
        .create_promotion(&admin(), promotion(37))
        .await
        .unwrap();
    // Two nodes, which know nothing of each other.
    let nodes = [world.engine.clone(), world.another_node(2).await];
    let mut buyers = JoinSet::new();
    for number in 0..100_u128 {
        let engine = nodes[usize::try_from(number % 2).unwrap()].clone();
        buyers.spawn(async move { engine.place_order(&buyer(number), with_code(product)).await });
    }
    let (won, lost): (Vec<_>, Vec<_>) = buyers.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (37, 63));
    for refused in lost {
        assert_eq!(promo_refusal(&refusal(refused)), PromoRefusal::Exhausted);
    }
    let reserved = names(&world).await;
    let reserved = reserved.iter().filter(|name| *name == "promo.reserved");
    assert_eq!(reserved.count(), 37);
    for placed in won {
        let facts = placed.unwrap().answer.order.state.facts().cloned().unwrap();
        assert_eq!(facts.total, Money::new(1990, Currency::EUR));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_cap_nobody_is_turned_away_however_many_come_at_once() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let unlimited = CreatePromotion {
        uses_max: None,
        ..promotion(1)
    };
    world.engine.create_promotion(&admin(), unlimited).await.unwrap();
    let nodes = [world.engine.clone(), world.another_node(2).await];
    let mut buyers = JoinSet::new();
    for number in 0..100_u128 {
        let engine = nodes[usize::try_from(number % 2).unwrap()].clone();
        buyers.spawn(async move { engine.place_order(&buyer(number), with_code(product)).await });
    }
    for placed in buyers.join_all().await {
        placed.unwrap();
    }
    assert_eq!(names(&world).await.len(), 101);
}

#[tokio::test]
async fn placing_reserves_and_payment_redeems_in_the_orders_own_append() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    world
        .engine
        .create_promotion(&admin(), promotion(1))
        .await
        .unwrap();
    let placed = order(&world.engine, 1, product).await;
    let held = seen(&world, order_id(&placed)).await;
    assert_eq!((held.counted, held.standing), (1, Some(UseStanding::Reserved)));
    let refused = refusal(world.engine.place_order(&buyer(2), with_code(product)).await);
    assert_eq!(promo_refusal(&refused), PromoRefusal::Exhausted);

    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    let held = seen(&world, order_id(&placed)).await;
    let redeemed = Some(UseStanding::Redeemed(UseCount::WithinCaps));
    assert_eq!((held.counted, held.standing), (1, redeemed));
    let (promo, orders) = (world.category("promo").await, world.category("order").await);
    let of_one_append = |of_promo: &str, of_order: &str| {
        let find = |events: &[comptoir_ledger::RecordedEvent], name: &str| {
            let event = events.iter().find(|event| event.event_type == name).unwrap();
            (event.position.get(), event.recorded_at)
        };
        let (left, right) = (find(&promo, of_promo), find(&orders, of_order));
        // Only what belongs to the order as well, such as its licence, may stand between.
        assert!(
            (1..=2).contains(&(left.0 - right.0)),
            "{of_promo} stands behind {of_order}"
        );
        assert_eq!(left.1, right.1);
    };
    of_one_append("promo.reserved", "order.placed");
    of_one_append("promo.redeemed", "order.paid");
}

#[tokio::test]
async fn expiry_and_cancellation_free_the_use() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    world
        .engine
        .create_promotion(&admin(), promotion(1))
        .await
        .unwrap();
    let cancelled = order(&world.engine, 1, product).await;
    world
        .engine
        .cancel_order(&buyer(1), order_id(&cancelled), CancelReason::BuyerRequest)
        .await
        .unwrap();
    let expired = order(&world.engine, 2, product).await;
    world.advance(TimeDelta::minutes(16));
    world.sweep(Sweep::Expiry).await;
    assert_eq!(world.status(order_id(&expired)).await, Some(OrderStatus::Expired));
    let held = seen(&world, order_id(&expired)).await;
    assert_eq!((held.counted, held.standing), (0, None));
    order(&world.engine, 3, product).await;
}

#[tokio::test]
async fn late_money_is_taken_at_the_agreed_price_though_the_cap_is_full() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    world
        .engine
        .create_promotion(&admin(), promotion(1))
        .await
        .unwrap();
    let late = order(&world.engine, 1, product).await;
    world.advance(TimeDelta::minutes(16));
    world.sweep(Sweep::Expiry).await;
    let taken = order(&world.engine, 2, product).await;
    world
        .payment_becomes(payment_id(&late), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    assert_eq!(world.status(order_id(&late)).await, Some(OrderStatus::Paid));
    let beyond = Some(UseStanding::Redeemed(UseCount::BeyondCaps));
    let held = seen(&world, order_id(&late)).await;
    assert_eq!((held.counted, held.standing), (1, beyond));
    let held = seen(&world, order_id(&taken)).await;
    assert_eq!(held.standing, Some(UseStanding::Reserved));
}

#[tokio::test]
async fn a_repeated_checkout_takes_one_use() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    world
        .engine
        .create_promotion(&admin(), promotion(1))
        .await
        .unwrap();
    let first = keyed(buyer(1), "checkout", 1);
    let placed = world
        .engine
        .place_order(&first, with_code(product))
        .await
        .unwrap();
    let again = world
        .engine
        .place_order(&first, with_code(product))
        .await
        .unwrap();
    assert_eq!(order_id(&placed.answer), order_id(&again.answer));
    assert_eq!(seen(&world, order_id(&placed.answer)).await.counted, 1);
}

#[tokio::test]
async fn each_refusal_says_why_and_stores_nothing() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let before = world.ledger.horizon();
    let refused = refusal(world.engine.place_order(&buyer(1), with_code(product)).await);
    assert_eq!(promo_refusal(&refused), PromoRefusal::Unknown);
    assert_eq!(world.ledger.horizon(), before);
    let promo_id = world
        .engine
        .create_promotion(&admin(), promotion(5))
        .await
        .unwrap()
        .answer
        .promo_id;
    let stranger = world.engine.deactivate_promotion(&seller(), promo_id).await;
    assert!(matches!(
        refusal(stranger),
        UseCaseError::Promo(PromoError::NotFound)
    ));
    world
        .engine
        .deactivate_promotion(&admin(), promo_id)
        .await
        .unwrap();
    let before = world.ledger.horizon();
    let refused = refusal(world.engine.place_order(&buyer(1), with_code(product)).await);
    assert_eq!(promo_refusal(&refused), PromoRefusal::Deactivated);
    assert_eq!(world.ledger.horizon(), before);
    let again = world.engine.create_promotion(&admin(), promotion(5)).await;
    assert!(matches!(
        refusal(again),
        UseCaseError::Promo(PromoError::AlreadyExists)
    ));
}

#[tokio::test]
async fn a_seller_may_name_their_own_products_only() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let own = |product_id| CreatePromotion {
        scope: PromoScope::Products {
            product_ids: [product_id].into(),
        },
        ..promotion(5)
    };
    let other = person(77, Role::Seller);
    let refused = world.engine.create_promotion(&other, own(product.0)).await;
    assert!(matches!(
        refusal(refused),
        UseCaseError::Promo(PromoError::NotYours)
    ));
    let unknown = ProductId::from_uuid(uuid::Uuid::from_u128(9));
    let refused = world.engine.create_promotion(&seller(), own(unknown)).await;
    assert!(matches!(
        refusal(refused),
        UseCaseError::Promo(PromoError::UnknownProduct(_))
    ));
    world
        .engine
        .create_promotion(&seller(), own(product.0))
        .await
        .unwrap();
}

/// A slot that a refunded order kept for ever.
#[tokio::test]
async fn a_full_refund_frees_the_use_and_its_failure_takes_it_again() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    world
        .engine
        .create_promotion(&admin(), promotion(1))
        .await
        .unwrap();
    let placed = order(&world.engine, 1, product).await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    let refund = async |minor| {
        let refund_id = ask(&world, order_id(&placed), minor).await;
        world.work().await;
        deliver(&world).await;
        refund_id
    };
    refund(990).await;
    assert_eq!(
        seen(&world, order_id(&placed)).await.counted,
        1,
        "a part keeps it"
    );
    let last = refund(1000).await;
    let free = seen(&world, order_id(&placed)).await;
    assert_eq!((free.counted, free.standing), (0, None));
    order(&world.engine, 2, product).await;
    world
        .stand_in
        .settle_refund(&last.to_string(), RefundStatus::Failed)
        .unwrap();
    deliver(&world).await;
    let beyond = Some(UseStanding::Redeemed(UseCount::BeyondCaps));
    assert_eq!(seen(&world, order_id(&placed)).await.standing, beyond);
}
