//! Whatever happens to the two orders, in whatever sequence: never are both licences live, and none without its money.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;

use super::LIVE;
use super::shop::{Shop, big as big_id, small as small_id};
use crate::licence::{Bearing, Succession};
use crate::order::{DisputeStatus, OrderCommand, OrderState};
use crate::policy::licence_causes;
use crate::testing::samples::*;
use crate::values::{LicenceKind, OrderId};

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
        let is_upgraded = shop.held(big_id()).is_some() && !second.contains(&Bearing::Revokes);
        let (small, big) = shop.standings();
        prop_assert!(!(small == LIVE && big == LIVE), "both are live");
        prop_assert_eq!(small == LIVE, first.is_empty() && !is_upgraded);
        prop_assert_eq!(big == LIVE, shop.held(big_id()).is_some() && first.is_empty() && second.is_empty());
        // What was not bought bigger is open for it, unless its order still waits.
        let open = shop.orders.get(&other_order_id()).is_some_and(|order| {
            matches!(order, OrderState::AwaitingPayment(_) | OrderState::Processing(_) | OrderState::PaymentFailed(_))
        });
        let succession = shop.held(small_id()).unwrap().succession;
        prop_assert_eq!(succession == Succession::Open, !open && !is_upgraded);
        for facts in shop.orders.values().filter_map(OrderState::facts) {
            for line in facts.balances() {
                let accounted = line.kept.amount + line.pending.amount + line.refunded.amount + line.lost.amount;
                prop_assert_eq!(line.paid.amount, accounted);
            }
        }
    }
}
