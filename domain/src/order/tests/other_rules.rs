//! An order under other rules, by figures that were computed by hand.

use proptest::prelude::*;
use proptest::sample::select;

use super::super::*;
use crate::decider::Decider as _;
use crate::testing::samples::events::dispute_report;
use crate::testing::{given, samples::*};
use crate::values::{BasisPoints, LicenceKind, Money, PriceBasis, RefundId, TaxFacts};

fn eur(minor: i64) -> Money {
    Money::new(minor, crate::values::Currency::EUR)
}

fn refund(number: u128, amount_minor: i64) -> [OrderCommand; 2] {
    let refund_id = RefundId::from_uuid(uuid(number));
    [
        OrderCommand::OpenRefund(OpenRefund {
            refund_id,
            actor: admin(),
            scope: RefundScope::AmountMinor(amount_minor),
            grounds: RefundGrounds::CustomerRequest,
            note: None,
            windows: RefundWindows {
                seller_days: 14,
                admin_days: 365,
            },
            at: at(9),
        }),
        OrderCommand::SettleRefund {
            refund_id,
            provider_updated: at(10),
            source: ReportSource::Webhook,
            at: at(11),
        },
    ]
}

/// A basic licence at 29.90 EUR, 20 % tax inside, paid; then what follows.
fn facts(then: impl IntoIterator<Item = OrderCommand>) -> OrderFacts {
    let paid = given::<Order>(placed_order()).and(record(report(PaymentStatus::Succeeded, 4)));
    let state = then.into_iter().fold(paid, crate::testing::Given::and).state();
    state.facts().unwrap().clone()
}

/// The same order, had the price been one without tax: 35.88 EUR, of which 5.98 are tax.
fn tax_on_top(mut facts: OrderFacts) -> OrderFacts {
    let line = &mut facts.lines[0];
    line.tax.price_basis = PriceBasis::TaxExcluded;
    (line.total, line.tax_amount) = (eur(3588), eur(598));
    (facts.total, facts.received) = (eur(3588), eur(3588));
    facts
}

fn at_rate(facts: &OrderFacts, rate: u32) -> Vec<TaxFacts> {
    let rate_basis_points = BasisPoints::try_new(rate).unwrap();
    facts
        .lines
        .iter()
        .map(|line| TaxFacts {
            rate_basis_points,
            ..line.tax.clone()
        })
        .collect()
}

fn under(facts: &OrderFacts, discount: i64, taxes: Vec<TaxFacts>) -> OrderFacts {
    let lines = facts.priced_again(&[eur(discount)], taxes).unwrap();
    facts.under(lines, |_| true).unwrap()
}

/// Paid, refunded, lost, kept, and the tax in what is kept.
fn money(facts: &OrderFacts) -> (i64, i64, i64, i64, i64) {
    let balance = facts.balances()[0];
    (
        balance.paid.amount,
        balance.refunded.amount,
        balance.lost.amount,
        balance.kept.amount,
        balance.tax_kept.amount,
    )
}

#[test]
fn a_rate_inside_the_price_keeps_what_is_paid_and_moves_the_tax() {
    let sold = facts([]);
    assert_eq!(money(&sold), (2990, 0, 0, 2990, 498));
    // 2990 x 10 / 110 = 271.8
    assert_eq!(
        money(&under(&sold, 0, at_rate(&sold, 1000))),
        (2990, 0, 0, 2990, 272)
    );
}

#[test]
fn a_rate_on_top_of_the_price_changes_what_is_paid() {
    let sold = tax_on_top(facts([]));
    assert_eq!(
        money(&under(&sold, 0, at_rate(&sold, 1000))),
        (3289, 0, 0, 3289, 299)
    );
}

#[test]
fn a_refund_takes_the_same_share_of_what_is_paid_then() {
    let half = refunded(tax_on_top(facts([])), 1794);
    // Half of 3289, the odd cent to the part that goes back.
    assert_eq!(
        money(&under(&half, 0, at_rate(&half, 1000))),
        (3289, 1645, 0, 1644, 149)
    );
    let whole = refunded(tax_on_top(facts([])), 3588);
    assert_eq!(
        money(&under(&whole, 0, at_rate(&whole, 1000))),
        (3289, 3289, 0, 0, 0)
    );
}

fn refunded(facts: OrderFacts, amount_minor: i64) -> OrderFacts {
    let state = refund(1, amount_minor)
        .into_iter()
        .fold(OrderState::Paid(facts), |state, command| {
            let events = Order::decide(&state, command).unwrap();
            events.iter().fold(state, Order::evolve)
        });
    state.facts().unwrap().clone()
}

#[test]
fn a_discount_comes_off_before_the_tax() {
    let sold = facts([]);
    // 2691 x 20 / 120 = 448.5
    assert_eq!(
        money(&under(&sold, 299, at_rate(&sold, 2000))),
        (2691, 0, 0, 2691, 449)
    );
    let other = under(&sold, 299, at_rate(&sold, 2000));
    assert_eq!((other.total, other.received), (eur(2691), eur(2691)));
}

#[test]
fn a_refund_that_does_not_take_place_leaves_its_money_here() {
    let sold = facts(refund(1, 1000).into_iter().chain(refund(2, 500)));
    assert_eq!(money(&sold), (2990, 1500, 0, 1490, 248));
    let first = RefundId::from_uuid(uuid(1));
    let other = sold
        .under(sold.lines.clone(), |refund_id| refund_id != first)
        .unwrap();
    assert_eq!(money(&other).1, 500);
    assert_eq!(money(&other).3, 2490);
}

#[test]
fn a_lost_dispute_takes_the_same_share_of_what_had_arrived() {
    let lost = OrderCommand::RecordDispute {
        report: dispute_report(DisputeStatus::Lost, 30),
        at: at(31),
    };
    let sold = facts([lost]);
    assert_eq!(money(&sold), (2990, 0, 2990, 0, 0));
    assert_eq!(
        money(&under(&sold, 990, at_rate(&sold, 2000))),
        (2000, 0, 2000, 0, 0)
    );
}

#[test]
fn who_never_paid_does_not_pay_under_other_rules_either() {
    let open = given::<Order>(placed_order()).state();
    let open = open.facts().unwrap();
    assert_eq!(money(&under(open, 299, at_rate(open, 2000))), (0, 0, 0, 0, 0));
}

#[test]
fn a_seller_may_refund_until_the_last_moment_of_the_window() {
    let sold = facts([]);
    let windows = RefundWindows {
        seller_days: 2,
        admin_days: 365,
    };
    let arrived = sold.received_at.unwrap();
    let day = chrono::TimeDelta::days(1);
    assert!(sold.seller_may_refund(windows, arrived + day * 2));
    assert!(!sold.seller_may_refund(windows, arrived + day * 2 + chrono::TimeDelta::microseconds(1)));
    assert!(
        !given::<Order>(placed_order())
            .state()
            .facts()
            .unwrap()
            .seller_may_refund(windows, arrived)
    );
}

fn any_history() -> impl Strategy<Value = Vec<OrderCommand>> {
    let refund_of = (1_u128..5, 1_i64..2990).prop_map(|(number, minor)| refund(number, minor).to_vec());
    let dispute = select(vec![
        DisputeStatus::Opened,
        DisputeStatus::Lost,
        DisputeStatus::Won,
    ])
    .prop_map(|status| {
        vec![OrderCommand::RecordDispute {
            report: dispute_report(status, 30),
            at: at(31),
        }]
    });
    prop::collection::vec(prop_oneof![4 => refund_of, 1 => dispute], 0..5).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn prices_that_are_no_others_change_nothing_whatever_has_happened(
        commands in any_history(),
        quantity in 1_i64..4,
    ) {
        let placed = placed(&[line_request(LicenceKind::Basic, quantity), line_request(LicenceKind::Premium, 1)]);
        let paid = OrderPaid {
            amount: Order::replay(&placed).facts().unwrap().total,
            ..crate::testing::samples::events::order_paid()
        };
        let history: Vec<OrderEvent> = placed.into_iter().chain([paid.into()]).collect();
        let state = commands.into_iter().fold(Order::replay(&history), |state, command| {
            let events = Order::decide(&state, command).unwrap_or_default();
            events.iter().fold(state, Order::evolve)
        });
        let facts = state.facts().unwrap();
        let discounts: Vec<Money> = facts.lines.iter().map(|line| line.discount).collect();
        let taxes = facts.lines.iter().map(|line| line.tax.clone()).collect::<Vec<_>>();
        prop_assert_eq!(&facts.priced_again(&discounts, taxes).unwrap(), &facts.lines);
        prop_assert_eq!(&facts.under(facts.lines.clone(), |_| true).unwrap(), facts);
        let rescaled = facts.with_other_prices(facts.lines.clone(), |_| true).unwrap();
        prop_assert_eq!(rescaled.balances(), facts.balances());
    }
}
