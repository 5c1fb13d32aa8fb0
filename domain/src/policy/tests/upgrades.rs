//! A licence, the bigger one that takes its place, and the orders of both.

mod histories;
mod shop;

use self::shop::{Shop, big, small};
use super::super::*;
use crate::licence::{LicenceCause, LicenceStanding, Succession};
use crate::order::*;
use crate::product::{ExclusiveRight, ProductCommand};
use crate::testing::samples::*;
use crate::values::{LicenceId, LicenceKind, OrderId, RefundId};

const LIVE: Option<LicenceStanding> = Some(LicenceStanding::Live);
const SUSPENDED: Option<LicenceStanding> = Some(LicenceStanding::Suspended);
const REVOKED: Option<LicenceStanding> = Some(LicenceStanding::Revoked);
const SUPERSEDED: Option<LicenceStanding> = Some(LicenceStanding::Superseded);

#[test]
fn the_bigger_licence_takes_the_place_of_the_smaller_one_when_it_is_paid() {
    let mut shop = Shop::with_basic();
    let place = shop.upgrade(other_order_id(), LicenceKind::Premium).unwrap();
    assert_eq!(place.priced.total(), eur(9900 - 2990));
    shop.tell(other_order_id(), OrderCommand::Place(place));
    assert_eq!(shop.standings(), (LIVE, None));
    let again = shop.upgrade(OrderId::from_uuid(uuid(32)), LicenceKind::Premium);
    assert!(matches!(again, Err(PlaceError::Lines(_))), "{again:?}");
    shop.pay(other_order_id(), 13);
    assert_eq!(shop.standings(), (SUPERSEDED, LIVE));
    assert_eq!(shop.held(big()).unwrap().grant.upgrade_of, Some(small()));
}

/// Something may have come to stand against the smaller one in the same moment.
#[test]
fn the_payment_of_an_upgrade_aligns_its_licence() {
    let shop = Shop::upgraded(LicenceKind::Premium);
    let paid = |id| on_order_event(&shop.orders[&id], &events::order_paid().into());
    let order_id = other_order_id();
    assert_eq!(paid(order_id), [Instruction::AlignLicences { order_id }]);
    assert_eq!(paid(crate::testing::samples::order_id()), []);
}

#[test]
fn an_upgrade_that_is_closed_lets_go_and_one_that_is_revived_takes_again() {
    let mut shop = Shop::with_basic();
    let place = shop.upgrade(other_order_id(), LicenceKind::Premium).unwrap();
    shop.tell(other_order_id(), OrderCommand::Place(place));
    shop.tell(other_order_id(), OrderCommand::Expire { at: at(17) });
    assert_eq!(shop.held(small()).unwrap().succession, Succession::Open);
    shop.pay(other_order_id(), 18);
    assert_eq!(shop.standings(), (SUPERSEDED, LIVE));
}

#[test]
fn refunding_the_upgrade_gives_the_smaller_licence_back_and_undoing_it_takes_it_again() {
    let mut shop = Shop::upgraded(LicenceKind::Premium);
    let before = shop.held(small()).unwrap().key.clone();
    shop.refund(other_order_id(), 50);
    assert_eq!(shop.standings(), (SUPERSEDED, LIVE));
    shop.settle(other_order_id(), 50, 34);
    assert_eq!(shop.standings(), (LIVE, REVOKED));
    assert_eq!(shop.held(small()).unwrap().key, before);
    shop.decline(other_order_id(), 50, 35);
    assert_eq!(shop.standings(), (SUPERSEDED, LIVE));
}

/// The bigger licence was paid with the smaller one's money: without that there is none.
#[test]
fn what_stands_against_the_smaller_licence_stands_against_the_bigger_one() {
    let mut shop = Shop::upgraded(LicenceKind::Premium);
    shop.dispute(order_id(), DisputeStatus::Opened);
    assert_eq!(shop.standings(), (SUPERSEDED, SUSPENDED));
    shop.dispute(order_id(), DisputeStatus::Lost);
    assert_eq!(shop.standings(), (REVOKED, REVOKED));
    let mut shop = Shop::upgraded(LicenceKind::Premium);
    shop.refund(order_id(), 50);
    shop.settle(order_id(), 50, 34);
    assert_eq!(shop.standings(), (REVOKED, REVOKED));
    shop.decline(order_id(), 50, 35);
    assert_eq!(shop.standings(), (SUPERSEDED, LIVE));
}

#[test]
fn a_payment_for_an_upgrade_goes_back_if_its_base_is_contested_by_then() {
    for contest in [
        |shop: &mut Shop| shop.refund(order_id(), 50),
        |shop: &mut Shop| shop.dispute(order_id(), DisputeStatus::Opened),
    ] {
        let mut shop = Shop::with_basic();
        let place = shop.upgrade(other_order_id(), LicenceKind::Premium).unwrap();
        shop.tell(other_order_id(), OrderCommand::Place(place));
        contest(&mut shop);
        assert!(
            shop.upgrade(OrderId::from_uuid(uuid(32)), LicenceKind::Premium)
                .is_err()
        );
        shop.pay(other_order_id(), 35);
        assert_eq!(shop.standing(big()), None);
        assert_eq!(shop.held(small()).unwrap().succession, Succession::Open);
        let balances = shop.facts(other_order_id()).balances();
        assert_eq!(balances[0].pending, eur(9900 - 2990));
    }
}

#[test]
fn an_undone_refund_does_not_take_what_another_order_has_by_now() {
    let mut shop = Shop::upgraded(LicenceKind::Premium);
    shop.refund(other_order_id(), 50);
    shop.settle(other_order_id(), 50, 34);
    let third = OrderId::from_uuid(uuid(32));
    let place = shop.upgrade(third, LicenceKind::Premium).unwrap();
    shop.tell(third, OrderCommand::Place(place));
    shop.decline(other_order_id(), 50, 35);
    assert_eq!(shop.standings(), (LIVE, REVOKED));
    let causes: Vec<_> = shop.held(big()).unwrap().causes.keys().copied().collect();
    assert_eq!(causes, [LicenceCause::Base { licence_id: small() }]);
    shop.pay(third, 36);
    assert_eq!(shop.standing(LicenceId::of_unit(third, 0, 0)), LIVE);
    assert_eq!(shop.standings(), (SUPERSEDED, REVOKED));
}

#[test]
fn an_exclusive_licence_that_is_refunded_can_be_sold_again_and_is_never_had_twice() {
    let mut shop = Shop::upgraded(LicenceKind::Exclusive);
    let right = |shop: &Shop| shop.product.facts().unwrap().exclusive;
    assert!(matches!(right(&shop), ExclusiveRight::Sold { order_id, .. } if order_id == other_order_id()));
    shop.refund(other_order_id(), 50);
    shop.settle(other_order_id(), 50, 34);
    assert_eq!(
        (right(&shop), shop.standing(small())),
        (ExclusiveRight::Free, LIVE)
    );
    shop.decline(other_order_id(), 50, 35);
    assert!(matches!(right(&shop), ExclusiveRight::Sold { .. }));
    assert_eq!(shop.standings(), (SUPERSEDED, LIVE));
    shop.settle(other_order_id(), 50, 36);
    let somebody = ProductCommand::ReserveExclusive {
        offer_id: offer_id(LicenceKind::Exclusive),
        order_id: OrderId::from_uuid(uuid(32)),
        at: at(40),
    };
    shop.tell_product(somebody).unwrap();
    shop.decline(other_order_id(), 50, 37);
    assert_eq!(shop.standing(big()), REVOKED);
    assert!(matches!(right(&shop), ExclusiveRight::Reserved { .. }));
}

#[test]
fn what_was_paid_for_a_chain_of_upgrades_is_added_up_and_shared_by_unit() {
    let shop = Shop::upgraded(LicenceKind::Premium);
    let (first, second) = (shop.held(small()).unwrap(), shop.held(big()).unwrap());
    let orders = (shop.facts(order_id()), shop.facts(other_order_id()));
    let base = upgrade_base(&[(second, orders.1), (first, orders.0)]).unwrap();
    assert_eq!((base.paid.gross, base.unit_price), (eur(9900), eur(9900)));
    let mut three = Shop::with_basic();
    let id = OrderId::from_uuid(uuid(33));
    let order = PlaceOrder {
        order_id: id,
        ..place(&[line_request(LicenceKind::Basic, 3)])
    };
    three.tell(id, OrderCommand::Place(order));
    three.pay(id, 14);
    let partly = OpenRefund {
        refund_id: RefundId::from_uuid(uuid(50)),
        actor: admin(),
        scope: RefundScope::AmountMinor(1000),
        grounds: RefundGrounds::CustomerRequest,
        note: None,
        windows: RefundWindows {
            seller_days: 14,
            admin_days: 365,
        },
        at: at(30),
    };
    three.tell(id, OrderCommand::OpenRefund(partly));
    let held = three.held(LicenceId::of_unit(id, 0, 2)).unwrap();
    let base = upgrade_base(&[(held, three.facts(id))]).unwrap();
    assert_eq!(base.paid.gross, eur((3 * 2990 - 1000) / 3));
}
