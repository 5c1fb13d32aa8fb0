//! A bigger licence for the difference, on PostgreSQL: two that want it at once, what becomes of the smaller one, and exclusive
//! rights that come back.

use chrono::TimeDelta;
use comptoir_domain::licence::LicenceStanding::{self, Live, Revoked, Superseded, Suspended};
use comptoir_domain::licence::{Licence, LicenceCause, Succession};
use comptoir_domain::order::{CancelReason, LineRefusal, OrderStatus, PlaceError, UpgradeRefusal};
use comptoir_domain::product::SaleStatus;
use comptoir_domain::values::{LicenceId, LicenceKind, OfferId, OrderId, ProductId, RefundId};
use comptoir_engine::worker::Sweep;
use comptoir_engine::{OrderPlaced, PlaceOrder, UseCaseError};
use comptoir_sandbox::hyperswitch::{DisputeStatus, PaymentStatus, RefundStatus};

use crate::after_sale::{PRICE, ask, deliver, standing as refund_standing};
use crate::disputes::dispute;
use crate::given::{buyer, order_id, payment_id, place, refusal};
use crate::licences::held;
use crate::world::World;

const BIGGER_PRICE: i64 = 9_900;
const DIFFERENCE: i64 = BIGGER_PRICE - PRICE;

/// A product whose basic licence the first buyer has.
struct Shop {
    world: World,
    product: ProductId,
    bigger: OfferId,
    order: OrderId,
}

impl Shop {
    async fn open(kind: LicenceKind) -> Self {
        let world = World::new().await;
        let basic = world.product(LicenceKind::Basic, PRICE).await;
        let bigger = world.offer(basic.0, kind, BIGGER_PRICE).await;
        let placed = world.order(&buyer(1), basic).await;
        let shop = Self {
            world,
            product: basic.0,
            bigger,
            order: order_id(&placed),
        };
        shop.pay(&placed).await;
        shop
    }

    fn small(&self) -> LicenceId {
        LicenceId::of_unit(self.order, 0, 0)
    }

    fn wish(&self) -> PlaceOrder {
        let mut wish = place(&[(self.product, self.bigger)]);
        wish.lines[0].upgrade_of = Some(self.small());
        wish
    }

    async fn upgrade(&self) -> OrderPlaced {
        let placed = self.world.engine.place_order(&buyer(1), self.wish()).await;
        placed.unwrap().answer
    }

    async fn pay(&self, placed: &OrderPlaced) {
        self.world
            .payment_becomes(payment_id(placed), PaymentStatus::Succeeded)
            .await;
        self.world.work().await;
    }

    /// The order of the bigger licence, paid.
    async fn upgraded(&self) -> OrderId {
        let placed = self.upgrade().await;
        self.pay(&placed).await;
        order_id(&placed)
    }

    async fn standing(&self, licence_id: LicenceId) -> LicenceStanding {
        held(&self.world, licence_id)
            .await
            .standing(self.world.engine.now())
    }

    /// Of the smaller licence, and of the bigger one.
    async fn standings(&self, upgrade: OrderId) -> (LicenceStanding, LicenceStanding) {
        let bigger = LicenceId::of_unit(upgrade, 0, 0);
        (self.standing(self.small()).await, self.standing(bigger).await)
    }

    async fn refund(&self, order: OrderId, minor: i64) -> RefundId {
        let refund_id = ask(&self.world, order, minor).await;
        self.world.work().await;
        deliver(&self.world).await;
        refund_id
    }

    async fn undo(&self, refund_id: RefundId) {
        self.world
            .stand_in
            .settle_refund(&refund_id.to_string(), RefundStatus::Failed)
            .unwrap();
        deliver(&self.world).await;
    }

    async fn refused(&self) -> UpgradeRefusal {
        let refused = refusal(self.world.engine.place_order(&buyer(1), self.wish()).await);
        let UseCaseError::Place(PlaceError::Lines(problems)) = refused else {
            panic!("{refused:?}")
        };
        let LineRefusal::Upgrade(refusal) = problems[0].refusal else {
            panic!("{problems:?}")
        };
        refusal
    }
}

#[tokio::test]
async fn the_bigger_licence_is_issued_and_the_smaller_one_ends_in_one_append() {
    let shop = Shop::open(LicenceKind::Premium).await;
    let placed = shop.upgrade().await;
    let facts = placed.order.state.facts().unwrap();
    assert_eq!(facts.total.amount, DIFFERENCE);
    assert_eq!(shop.standing(shop.small()).await, Live);
    let (body, signature) = shop
        .world
        .webhook_of(payment_id(&placed), PaymentStatus::Succeeded, None);
    shop.world.deliver(&body, &signature).await;
    shop.world.work().await;
    assert_eq!(shop.standings(order_id(&placed)).await, (Superseded, Live));
    let events = shop.world.licences().await;
    let last = |name: &str| events.iter().rfind(|event| event.event_type == name).unwrap();
    let (issued, superseded) = (last("licence.issued"), last("licence.superseded"));
    assert_eq!(issued.recorded_at, superseded.recorded_at);
    assert_eq!(
        shop.world.names::<Licence>(shop.small().as_uuid()).await,
        ["licence.issued", "licence.upgrade_reserved", "licence.superseded"]
    );
    assert_eq!(shop.refused().await, UpgradeRefusal::NotLive(Superseded));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_orders_at_once_on_two_nodes_one_upgrades_the_licence() {
    let shop = Shop::open(LicenceKind::Premium).await;
    let nodes = [shop.world.engine.clone(), shop.world.another_node(2).await];
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..10 {
        let (engine, wish) = (nodes[number % 2].clone(), shop.wish());
        asking.spawn(async move { engine.place_order(&buyer(1), wish).await });
    }
    let outcomes = asking.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(shop.refused().await, UpgradeRefusal::BeingUpgraded);
}

#[tokio::test]
async fn an_upgrade_that_is_not_paid_lets_the_licence_go() {
    let shop = Shop::open(LicenceKind::Premium).await;
    let first = shop.upgrade().await;
    shop.world.cancel(&first, CancelReason::BuyerRequest).await;
    let second = shop.upgrade().await;
    shop.world.advance(TimeDelta::minutes(16));
    shop.world.sweep(Sweep::Expiry).await;
    assert_eq!(
        shop.world.status(order_id(&second)).await,
        Some(OrderStatus::Expired)
    );
    assert_eq!(held(&shop.world, shop.small()).await.succession, Succession::Open);
    // Late money revives the upgrade, since nobody else has the licence.
    shop.pay(&second).await;
    assert_eq!(shop.standings(order_id(&second)).await, (Superseded, Live));
    // The first one's does not.
    shop.pay(&first).await;
    let facts = shop.world.order_state(order_id(&first)).await;
    assert!(facts.facts().unwrap().refund_in_turn().is_some());
}

#[tokio::test]
async fn a_refund_of_the_upgrade_gives_the_smaller_licence_back_and_its_failure_takes_it_again() {
    let shop = Shop::open(LicenceKind::Premium).await;
    let before = held(&shop.world, shop.small()).await;
    let upgrade = shop.upgraded().await;
    shop.refund(upgrade, 1_000).await;
    assert_eq!(
        shop.standings(upgrade).await,
        (Superseded, Live),
        "a part keeps it"
    );
    let refund_id = shop.refund(upgrade, DIFFERENCE - 1_000).await;
    assert_eq!(shop.standings(upgrade).await, (Live, Revoked));
    assert_eq!(held(&shop.world, shop.small()).await, before, "the same licence");
    shop.undo(refund_id).await;
    assert_eq!(shop.standings(upgrade).await, (Superseded, Live));
}

#[tokio::test]
async fn a_refund_or_dispute_of_the_smaller_licence_bars_the_bigger_one() {
    let shop = Shop::open(LicenceKind::Premium).await;
    let upgrade = shop.upgraded().await;
    dispute(&shop.world, shop.order, DisputeStatus::DisputeOpened).await;
    assert_eq!(shop.standings(upgrade).await, (Superseded, Suspended));
    dispute(&shop.world, shop.order, DisputeStatus::DisputeWon).await;
    assert_eq!(shop.standings(upgrade).await, (Superseded, Live));
    let refund_id = shop.refund(shop.order, PRICE).await;
    assert_eq!(shop.standings(upgrade).await, (Revoked, Revoked));
    let bigger = held(&shop.world, LicenceId::of_unit(upgrade, 0, 0)).await;
    let licence_id = shop.small();
    assert!(bigger.causes.contains_key(&LicenceCause::Base { licence_id }));
    shop.undo(refund_id).await;
    assert_eq!(shop.standings(upgrade).await, (Superseded, Live));
}

#[tokio::test]
async fn money_for_an_upgrade_goes_back_if_the_smaller_licence_was_refunded_in_between() {
    let shop = Shop::open(LicenceKind::Premium).await;
    let placed = shop.upgrade().await;
    shop.refund(shop.order, PRICE).await;
    shop.pay(&placed).await;
    let refund_id = RefundId::of_late_payment(order_id(&placed));
    assert_eq!(
        shop.world.status(order_id(&placed)).await,
        Some(OrderStatus::Expired)
    );
    deliver(&shop.world).await;
    let settled = refund_standing(&shop.world, order_id(&placed), refund_id).await;
    assert_eq!(settled, comptoir_domain::order::RefundStanding::Settled);
    assert_eq!(shop.standing(shop.small()).await, Revoked);
    assert_eq!(shop.refused().await, UpgradeRefusal::NotLive(Revoked));
}

/// Refunded, and yet off sale for ever.
#[tokio::test]
async fn an_exclusive_right_is_for_sale_again_after_a_refund_and_never_had_twice() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Exclusive, PRICE).await;
    let sale = async || world.product_state(product.0).await.sale_status();
    let sell = async |number: u128| {
        let placed = world.order(&buyer(number), product).await;
        let paid = world.payment_becomes(payment_id(&placed), PaymentStatus::Succeeded);
        paid.await;
        world.work().await;
        order_id(&placed)
    };
    let refund = async |order: OrderId| {
        let refund_id = ask(&world, order, PRICE).await;
        world.work().await;
        deliver(&world).await;
        refund_id
    };
    let undo = async |refund_id: RefundId| {
        let failed = world
            .stand_in
            .settle_refund(&refund_id.to_string(), RefundStatus::Failed);
        failed.unwrap();
        deliver(&world).await;
    };
    let first = sell(1).await;
    assert_eq!(sale().await, Some(SaleStatus::Sold));
    let refunded = refund(first).await;
    assert_eq!(sale().await, Some(SaleStatus::OnSale));
    undo(refunded).await;
    assert_eq!(sale().await, Some(SaleStatus::Sold), "nobody had it in between");
    refund(first).await;
    let second = sell(2).await;
    let licence = async |order| held(&world, LicenceId::of_unit(order, 0, 0)).await;
    let now = world.engine.now();
    assert_eq!(licence(second).await.standing(now), Live);
    let last = world.order_state(first).await.facts().unwrap().refunds.clone();
    let (last, _) = last.iter().max_by_key(|(_, refund)| refund.number).unwrap();
    undo(*last).await;
    let first = licence(first).await;
    assert_eq!(
        first.causes.keys().copied().collect::<Vec<_>>(),
        [LicenceCause::Resold]
    );
    assert_eq!(licence(second).await.standing(now), Live);
}
