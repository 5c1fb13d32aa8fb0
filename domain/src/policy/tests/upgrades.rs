//! A licence, the bigger one that takes its place, and the orders of both: whatever happens to which, in whatever sequence.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::select;

use super::super::*;
use crate::decider::Decider as _;
use crate::licence::{
    Bearing, HeldLicence, Licence, LicenceCause, LicenceCommand, LicenceStanding, LicenceState, Succession,
};
use crate::order::*;
use crate::product::{ExclusiveRight, Product, ProductCommand, ProductState};
use crate::testing::samples::events::{self, code, dispute_report, key_facts};
use crate::testing::samples::*;
use crate::values::{LicenceId, LicenceKind, OrderId, PaymentId, RefundId};

/// Everything in one place, each stream moved as an append moves it.
#[derive(Clone)]
struct Shop {
    orders: BTreeMap<OrderId, OrderState>,
    licences: BTreeMap<LicenceId, LicenceState>,
    product: ProductState,
}

fn small() -> LicenceId {
    LicenceId::of_unit(order_id(), 0, 0)
}

fn big() -> LicenceId {
    LicenceId::of_unit(other_order_id(), 0, 0)
}

impl Shop {
    /// The basic licence, paid.
    fn with_basic() -> Self {
        let mut shop = Self {
            orders: BTreeMap::new(),
            licences: BTreeMap::new(),
            product: Product::replay(&published_product()),
        };
        let basic = place(&[line_request(LicenceKind::Basic, 1)]);
        shop.tell(order_id(), OrderCommand::Place(basic));
        shop.pay(order_id(), 4);
        shop
    }

    fn held(&self, licence_id: LicenceId) -> Option<&HeldLicence> {
        self.licences.get(&licence_id)?.held()
    }

    fn standing(&self, licence_id: LicenceId) -> Option<LicenceStanding> {
        Some(self.held(licence_id)?.standing(at(60)))
    }

    fn facts(&self, order_id: OrderId) -> &OrderFacts {
        self.orders[&order_id].facts().unwrap()
    }

    fn bases(&self) -> BTreeMap<LicenceId, UpgradeBase> {
        let chain = self.held(small()).map(|held| (held, self.facts(order_id())));
        let base = chain.and_then(|link| upgrade_base(&[link]));
        base.map(|base| (small(), base)).into_iter().collect()
    }

    /// The order that takes the bigger licence for the difference.
    fn upgrade(&self, order_id: OrderId, kind: LicenceKind) -> Result<PlaceOrder, PlaceError> {
        let (bases, tax) = (self.bases(), tax_terms());
        let terms = PricingTerms {
            upgrades: Some(UpgradeTerms {
                bases: &bases,
                buyer_id: buyer().person_id,
                at: at(12),
            }),
            ..pricing(&tax)
        };
        let request = LineRequest {
            upgrade_of: Some(small()),
            ..line_request(kind, 1)
        };
        let products = BTreeMap::from([(product_id(), self.product.clone())]);
        let priced = price_lines(order_id, &[request], &products, terms)?;
        Ok(PlaceOrder {
            order_id,
            priced,
            ..place(&[line_request(LicenceKind::Basic, 1)])
        })
    }

    fn upgraded(kind: LicenceKind) -> Self {
        let mut shop = Self::with_basic();
        let place = shop.upgrade(other_order_id(), kind).unwrap();
        shop.tell(other_order_id(), OrderCommand::Place(place));
        shop.pay(other_order_id(), 13);
        shop
    }

    /// A success is reported, and it is looked what of the order is still there.
    fn pay(&mut self, id: OrderId, minutes: i64) {
        let Some(facts) = self.orders.get(&id).and_then(OrderState::facts) else {
            return;
        };
        let minor = facts.total.amount;
        let report = PaymentReport {
            payment_id: PaymentId::of(id),
            amount_minor: minor,
            amount_received_minor: Some(minor),
            ..report(PaymentStatus::Succeeded, minutes)
        };
        let availability = if facts.upgrades_stand(&self.bases(), at(minutes)) {
            let products = BTreeMap::from([(product_id(), self.product.clone())]);
            availability(facts, &products)
        } else {
            Availability::BaseGone
        };
        let command = OrderCommand::RecordPaymentStatus {
            report,
            availability,
            at: at(minutes),
        };
        self.tell(id, command);
    }

    /// What is refused changes nothing.
    fn tell(&mut self, id: OrderId, command: OrderCommand) {
        let before = self.orders.get(&id).cloned().unwrap_or_default();
        let Ok(events) = Order::decide(&before, command) else {
            return;
        };
        for step in upgrade_moves(&before, &events) {
            self.tell_licence(step.licence_id, step.command).unwrap();
        }
        for step in exclusive_moves(&before, &events) {
            self.tell_product(step.command).unwrap();
        }
        for grant in licences_with(&before, &events) {
            let (licence_id, key) = (grant.licence_id, key_facts(1));
            let issue = LicenceCommand::Issue {
                grant,
                key,
                at: at(20),
            };
            self.tell_licence(licence_id, issue).unwrap();
        }
        self.orders.insert(id, events.iter().fold(before, Order::evolve));
        self.align(id);
    }

    fn tell_licence(
        &mut self,
        id: LicenceId,
        command: LicenceCommand,
    ) -> Result<(), crate::licence::LicenceError> {
        let state = self.licences.remove(&id).unwrap_or_default();
        let decided = Licence::decide(&state, command);
        let events = decided.clone().unwrap_or_default();
        self.licences
            .insert(id, events.iter().fold(state, Licence::evolve));
        decided.map(drop)
    }

    fn tell_product(&mut self, command: ProductCommand) -> Result<(), crate::product::ProductError> {
        let events = Product::decide(&self.product, command)?;
        self.product = events.iter().fold(self.product.clone(), Product::evolve);
        Ok(())
    }

    /// What the worker does after each event of an order.
    fn align(&mut self, id: OrderId) {
        let facts = self.facts(id).clone();
        let licence_id = LicenceId::of_unit(id, 0, 0);
        let mut causes = licence_causes(&facts)[0].clone();
        if self.held(licence_id).is_none() {
            return;
        }
        let Claims { base, exclusive } = claims(&facts, 0, &causes, at(50));
        if let Some((base_id, command)) = base {
            let refused = self.tell_licence(base_id, command).is_err();
            let lost = (LicenceCause::Base { licence_id: base_id }, Bearing::Revokes);
            let found = from_base(self.held(base_id).unwrap(), licence_id);
            causes.extend(if refused { Some(lost) } else { found });
        }
        if let Some((_, command)) = exclusive
            && self.tell_product(command).is_err()
        {
            causes.insert(LicenceCause::Resold, Bearing::Revokes);
        }
        self.tell_licence(licence_id, LicenceCommand::Align { causes, at: at(50) })
            .unwrap();
        if let Succession::Superseded { order_id, by: _ } = self.held(licence_id).unwrap().succession {
            self.align(order_id);
        }
    }

    fn refund(&mut self, id: OrderId, number: u128) {
        let open = OpenRefund {
            refund_id: RefundId::from_uuid(uuid(number)),
            actor: admin(),
            scope: RefundScope::Whole,
            grounds: RefundGrounds::CustomerRequest,
            note: None,
            windows: RefundWindows {
                seller_days: 14,
                admin_days: 365,
            },
            at: at(30),
        };
        self.tell(id, OrderCommand::OpenRefund(open));
    }

    fn settle(&mut self, id: OrderId, number: u128, minutes: i64) {
        let (refund_id, provider_updated) = (RefundId::from_uuid(uuid(number)), at(minutes));
        self.tell(
            id,
            OrderCommand::SettleRefund {
                refund_id,
                provider_updated,
                at: at(31),
            },
        );
    }

    fn decline(&mut self, id: OrderId, number: u128, minutes: i64) {
        let (refund_id, provider_updated) = (RefundId::from_uuid(uuid(number)), at(minutes));
        self.tell(
            id,
            OrderCommand::DeclineRefund {
                refund_id,
                code: None,
                provider_updated,
                at: at(32),
            },
        );
    }

    fn dispute(&mut self, id: OrderId, status: DisputeStatus) {
        let report = DisputeReport {
            payment_id: PaymentId::of(id),
            provider_dispute_id: code(&format!("dp_{id}")),
            amount: self.facts(id).total,
            ..dispute_report(status, 30)
        };
        self.tell(id, OrderCommand::RecordDispute { report, at: at(33) });
    }

    fn standings(&self) -> (Option<LicenceStanding>, Option<LicenceStanding>) {
        (self.standing(small()), self.standing(big()))
    }
}

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

/// Something that people or the provider do to one of the two orders.
#[derive(Debug, Clone, Copy)]
enum Step {
    Order,
    Pay(bool),
    Expire,
    Refund(bool, u128),
    Settle(bool, u128, i64),
    Decline(bool, u128, i64),
    Dispute(bool, DisputeStatus),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Order),
        3 => any::<bool>().prop_map(Step::Pay),
        1 => Just(Step::Expire),
        3 => (any::<bool>(), 50_u128..53).prop_map(|(of, number)| Step::Refund(of, number)),
        3 => (any::<bool>(), 50_u128..53, 30_i64..36).prop_map(|(of, number, at)| Step::Settle(of, number, at)),
        2 => (any::<bool>(), 50_u128..53, 30_i64..36).prop_map(|(of, number, at)| Step::Decline(of, number, at)),
        2 => (any::<bool>(), select(DisputeStatus::ALL)).prop_map(|(of, status)| Step::Dispute(of, status)),
    ]
}

fn run(steps: &[Step]) -> Shop {
    let mut shop = Shop::with_basic();
    let of = |is_first: bool| if is_first { order_id() } else { other_order_id() };
    for step in steps {
        let is_there = |shop: &Shop, first| shop.orders.contains_key(&of(first));
        match *step {
            Step::Order if !is_there(&shop, false) => {
                if let Ok(place) = shop.upgrade(other_order_id(), LicenceKind::Premium) {
                    shop.tell(other_order_id(), OrderCommand::Place(place));
                }
            }
            Step::Pay(first) => shop.pay(of(first), 19),
            Step::Expire if is_there(&shop, false) => {
                shop.tell(other_order_id(), OrderCommand::Expire { at: at(17) });
            }
            Step::Refund(first, number) if is_there(&shop, first) => shop.refund(of(first), number),
            Step::Settle(first, number, at) if is_there(&shop, first) => shop.settle(of(first), number, at),
            Step::Decline(first, number, at) if is_there(&shop, first) => shop.decline(of(first), number, at),
            Step::Dispute(first, status) if is_there(&shop, first) => shop.dispute(of(first), status),
            Step::Order
            | Step::Expire
            | Step::Refund(..)
            | Step::Settle(..)
            | Step::Decline(..)
            | Step::Dispute(..) => {}
        }
    }
    shop
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn of_a_licence_and_its_upgrade_one_is_live_at_most_and_neither_without_its_money(
        steps in prop::collection::vec(any_step(), 1..25)
    ) {
        let shop = run(&steps);
        let said = |id: OrderId| -> BTreeSet<Bearing> {
            let facts = shop.orders.get(&id).and_then(OrderState::facts);
            facts.into_iter().flat_map(|facts| licence_causes(facts)[0].clone().into_values()).collect()
        };
        let (first, second) = (said(order_id()), said(other_order_id()));
        let is_upgraded = shop.held(big()).is_some() && !second.contains(&Bearing::Revokes);
        let (small, big) = shop.standings();
        prop_assert!(!(small == LIVE && big == LIVE), "both are live");
        prop_assert_eq!(small == LIVE, first.is_empty() && !is_upgraded);
        prop_assert_eq!(big == LIVE, shop.held(super::upgrades::big()).is_some() && first.is_empty() && second.is_empty());
        // What was not bought bigger is open for it, unless its order still waits.
        let open = shop.orders.get(&other_order_id()).is_some_and(|order| {
            matches!(order, OrderState::AwaitingPayment(_) | OrderState::Processing(_) | OrderState::PaymentFailed(_))
        });
        let succession = shop.held(super::upgrades::small()).unwrap().succession;
        prop_assert_eq!(succession == Succession::Open, !open && !is_upgraded);
        for facts in shop.orders.values().filter_map(OrderState::facts) {
            for line in facts.balances() {
                let accounted = line.kept.amount + line.pending.amount + line.refunded.amount + line.lost.amount;
                prop_assert_eq!(line.paid.amount, accounted);
            }
        }
    }
}
