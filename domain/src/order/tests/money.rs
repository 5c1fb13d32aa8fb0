//! Whatever happens, in whatever sequence: money is conserved, and licences are live exactly when they should be.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::*;
use super::books::Books;
use crate::decider::Decider as _;
use crate::licence::{Bearing, Licence, LicenceCommand, LicenceState};
use crate::policy::licence_causes;
use crate::testing::samples::events::{code, dispute_report, key_facts, licence_grant};
use crate::testing::samples::*;
use crate::values::{LicenceKind, PersonId, ProductId, RefundId};

/// Three lines of two sellers, at 29.90, 89.10 and 10.00 EUR, the latter two after a discount, and one that a discount has
/// made free. The first two are of one product, the others of one each.
fn order_of_four() -> Vec<OrderEvent> {
    let mut events = placed(&[
        line_request(LicenceKind::Basic, 1),
        line_request(LicenceKind::Premium, 1),
    ]);
    let OrderEvent::Placed(placed) = &mut events[0] else {
        panic!("an order that was placed")
    };
    let second = &mut placed.lines[1];
    (second.discount, second.total, second.tax_amount) = (eur(990), eur(8910), eur(1485));
    let (mut third, mut fourth) = (placed.lines[0].clone(), placed.lines[0].clone());
    (third.product_id, third.seller_id) = (products()[1], PersonId::from_uuid(uuid(5)));
    (third.discount, third.total, third.tax_amount) = (eur(500), eur(1000), eur(167));
    fourth.product_id = products()[2];
    (fourth.discount, fourth.total, fourth.tax_amount) = (eur(2990), eur(0), eur(0));
    placed.lines.extend([third, fourth]);
    placed.total = eur(TOTAL);
    events
}

const TOTAL: i64 = 12_900;

/// The products of the order: of two lines, of one, and of the free one.
pub(super) fn products() -> [ProductId; 3] {
    [
        product_id(),
        ProductId::from_uuid(uuid(11)),
        ProductId::from_uuid(uuid(12)),
    ]
}

fn refund_id(number: u8) -> RefundId {
    RefundId::from_uuid(uuid(50 + u128::from(number)))
}

/// Something that people or the provider do.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Payment(PaymentStatus, i64),
    Expire,
    Refund(u8, RefundScope),
    Settle(u8, i64),
    Decline(u8, i64),
    Dispute(u8, DisputeStatus, DisputeStage, i64),
    Deliver(u32),
    Declare,
    Confirm,
}

impl Step {
    fn command(self, at: DateTime<Utc>) -> OrderCommand {
        match self {
            Self::Payment(status, minutes) => {
                let received = (status == PaymentStatus::Succeeded).then_some(TOTAL);
                let report = PaymentReport {
                    amount_minor: TOTAL,
                    amount_received_minor: received,
                    ..report(status, minutes)
                };
                OrderCommand::RecordPaymentStatus {
                    report,
                    availability: Availability::Gone,
                    at,
                }
            }
            Self::Expire => OrderCommand::Expire { at },
            Self::Refund(number, scope) => OrderCommand::OpenRefund(OpenRefund {
                refund_id: refund_id(number),
                actor: admin(),
                scope,
                grounds: RefundGrounds::CustomerRequest,
                note: None,
                windows: RefundWindows {
                    seller_days: 14,
                    admin_days: 365,
                },
                at,
            }),
            Self::Settle(number, minutes) => OrderCommand::SettleRefund {
                refund_id: refund_id(number),
                provider_updated: crate::testing::samples::at(minutes),
                source: ReportSource::Webhook,
                at,
            },
            Self::Decline(number, minutes) => OrderCommand::DeclineRefund {
                refund_id: refund_id(number),
                code: None,
                provider_updated: crate::testing::samples::at(minutes),
                at,
            },
            Self::Dispute(number, status, stage, amount) => OrderCommand::RecordDispute {
                report: DisputeReport {
                    provider_dispute_id: code(&format!("dp_{number}")),
                    stage,
                    amount: eur(amount),
                    ..dispute_report(status, 30)
                },
                at,
            },
            Self::Deliver(line) => OrderCommand::BeginDelivery {
                line,
                access: DeliveryAccess::Download,
                at,
            },
            Self::Declare => OrderCommand::DeclareWithdrawal {
                actor: buyer(),
                lines: None,
                at,
            },
            Self::Confirm => OrderCommand::ConfirmWithdrawal { actor: buyer(), at },
        }
    }
}

fn any_scope() -> impl Strategy<Value = RefundScope> {
    prop_oneof![
        Just(RefundScope::Whole),
        prop::collection::btree_set(0_u32..4, 1..4).prop_map(RefundScope::Lines),
        (1_i64..TOTAL).prop_map(RefundScope::AmountMinor),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    let payment = prop_oneof![4 => Just(PaymentStatus::Succeeded), 1 => select(PaymentStatus::ALL)];
    prop_oneof![
        3 => (payment, 0_i64..6).prop_map(|(status, minutes)| Step::Payment(status, minutes)),
        1 => Just(Step::Expire),
        4 => (0_u8..5, any_scope()).prop_map(|(number, scope)| Step::Refund(number, scope)),
        4 => (0_u8..5, 0_i64..6).prop_map(|(number, minutes)| Step::Settle(number, minutes)),
        2 => (0_u8..5, 0_i64..6).prop_map(|(number, minutes)| Step::Decline(number, minutes)),
        3 => (0_u8..2, select(DisputeStatus::ALL), select(DisputeStage::ALL), 1_i64..2 * TOTAL)
            .prop_map(|(number, status, stage, amount)| Step::Dispute(number, status, stage, amount)),
        1 => (0_u32..4).prop_map(Step::Deliver),
        1 => Just(Step::Declare),
        1 => Just(Step::Confirm),
    ]
}

/// Steps, with some of them again later: a webhook that is repeated, or comes late.
pub(super) fn any_history() -> impl Strategy<Value = Vec<Step>> {
    (
        prop::collection::vec(any_step(), 1..25),
        prop::collection::vec(any::<Index>(), 0..6),
    )
        .prop_map(|(mut steps, repeats)| {
            let again: Vec<Step> = repeats.iter().map(|index| index.get(&steps).clone()).collect();
            steps.extend(again);
            steps
        })
}

/// Runs the steps; what is refused changes nothing. `after` sees each event, when it happened, and the order after it.
pub(super) fn run_with(
    steps: Vec<Step>,
    mut after: impl FnMut(DateTime<Utc>, &OrderState, &OrderEvent),
) -> (OrderState, Books) {
    let (mut state, mut books) = (Order::replay(&order_of_four()), Books::default());
    for (minute, step) in (20..).zip(steps) {
        let Ok(events) = Order::decide(&state, step.command(at(minute))) else {
            continue;
        };
        for event in events {
            state = Order::evolve(state, &event);
            books.write(&event);
            after(at(minute), &state, &event);
        }
    }
    (state, books)
}

/// The same with the licences, which follow the order.
fn run(steps: Vec<Step>) -> (OrderState, Books, Vec<LicenceState>) {
    let mut licences = vec![LicenceState::Absent; 4];
    let (state, books) = run_with(steps, |at, state, event| {
        if matches!(event, OrderEvent::Paid(_)) {
            for licence in &mut licences {
                let (grant, key) = (licence_grant(), key_facts(1));
                follow(licence, LicenceCommand::Issue { grant, key, at });
            }
        }
        let causes = licence_causes(state.facts().unwrap());
        for (licence, causes) in licences.iter_mut().zip(causes) {
            if *licence != LicenceState::Absent {
                follow(licence, LicenceCommand::Align { causes, at });
            }
        }
    });
    (state, books, licences)
}

fn follow(licence: &mut LicenceState, command: LicenceCommand) {
    let events = Licence::decide(licence, command).unwrap();
    *licence = events.iter().fold(licence.clone(), Licence::evolve);
}

/// A refund failed, the order was refunded again, and then the first one had succeeded after all.
#[test]
fn what_was_refunded_twice_takes_its_free_line_along() {
    let paid = Step::Payment(PaymentStatus::Succeeded, 0);
    let (first, second) = (
        Step::Refund(2, RefundScope::Whole),
        Step::Refund(4, RefundScope::Whole),
    );
    let (fails, arrives) = (Step::Decline(2, 0), Step::Settle(4, 0));
    let (state, _, licences) = run(vec![paid, first, fails, second, arrives, Step::Settle(2, 1)]);
    assert_eq!(state.facts().unwrap().refundable(), Ok(eur(-TOTAL)));
    for licence in licences {
        assert_eq!(licence.held().unwrap().bearing(), Some(Bearing::Revokes));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn money_is_conserved_for_order_line_and_seller(steps in any_history()) {
        let (state, books, _) = run(steps);
        let facts = state.facts().unwrap();
        let balances = facts.balances();
        let mut by_seller: BTreeMap<PersonId, (i64, i64)> = BTreeMap::new();
        for balance in &balances {
            let (paid, gone) = (balance.paid.amount, balance.pending.amount + balance.refunded.amount + balance.lost.amount);
            prop_assert_eq!(paid, balance.kept.amount + gone);
            prop_assert_eq!(balance.refunded.amount, books.back(Some(balance.line), Some(true)));
            prop_assert_eq!(balance.pending.amount, books.back(Some(balance.line), Some(false)));
            prop_assert!(balance.lost.amount >= 0);
            let seller = by_seller.entry(balance.seller_id).or_default();
            *seller = (seller.0 + paid, seller.1 + balance.kept.amount + gone);
        }
        let lost: i64 = balances.iter().map(|balance| balance.lost.amount).sum();
        prop_assert_eq!(balances.iter().map(|balance| balance.paid.amount).sum::<i64>(), books.received);
        prop_assert!(by_seller.values().all(|(paid, accounted)| paid == accounted));
        let totals: Vec<i64> = facts.lines.iter().map(|line| line.total.amount).collect();
        if !books.is_overdrawn(&totals) {
            prop_assert_eq!(lost, books.lost());
            for balance in &balances {
                prop_assert!(balance.kept.amount >= 0, "{balance:?}");
                prop_assert!(balance.tax_kept.amount >= 0 && balance.tax_kept.amount <= balance.kept.amount, "{balance:?}");
            }
        }
    }

    /// What a refund brings back of a line, it brings back of its tax and undoes of its discount: the last one exactly the rest.
    #[test]
    fn tax_and_discount_go_with_the_money(steps in any_history()) {
        let (state, books, _) = run(steps);
        let facts = state.facts().unwrap();
        let totals: Vec<i64> = facts.lines.iter().map(|line| line.total.amount).collect();
        if books.is_overdrawn(&totals) {
            return Ok(());
        }
        for (balance, line) in facts.balances().iter().zip(&facts.lines) {
            let (tax, discount) = books.undone(balance.line);
            let (kept, lost) = (balance.kept.amount, balance.lost.amount);
            let (tax_kept, discount_kept) = (balance.tax_kept.amount, balance.discount_kept.amount);
            prop_assert!(discount_kept >= 0 && discount_kept <= line.discount.amount, "{balance:?}");
            if kept > 0 && lost == 0 && !books.ever_declined {
                prop_assert_eq!(tax_kept, line.tax_amount.amount - tax);
                prop_assert_eq!(discount_kept, line.discount.amount - discount);
            }
            if kept == 0 {
                prop_assert_eq!((tax_kept, discount_kept), (0, 0));
            }
            if kept == 0 && lost == 0 && !balance.paid.is_zero() && !books.ever_declined {
                prop_assert_eq!((tax, discount), (line.tax_amount.amount, line.discount.amount));
            }
        }
    }

    /// Nothing is overdrawn in silence.
    #[test]
    fn an_order_is_flagged_when_more_went_back_than_came(steps in any_history()) {
        let (state, books, _) = run(steps);
        let facts = state.facts().unwrap();
        let totals: Vec<i64> = facts.lines.iter().map(|line| line.total.amount).collect();
        if books.is_overdrawn(&totals) {
            prop_assert!(facts.flags.iter().any(|flag| flag.reason == ReviewReason::RefundedTooMuch));
        }
    }

    #[test]
    fn licences_are_live_exactly_when_they_should_be(steps in any_history()) {
        let (state, books, licences) = run(steps);
        let facts = state.facts().unwrap();
        let disputed = books.lost.values().any(Option::is_none);
        let is_back = |(line, sold): (u32, &OrderLine)| books.back(Some(line), Some(true)) >= sold.total.amount;
        let all_back = books.received > 0 && (0..).zip(&facts.lines).all(is_back);
        let balances = facts.balances();
        let all_gone = books.received > 0 && balances.iter().all(|balance| balance.kept.amount <= 0);
        let lost = books.lost.values().flatten().any(|taken| *taken > 0);
        for (balance, licence) in balances.iter().zip(&licences) {
            let Some(held) = licence.held() else {
                prop_assert!(!matches!(state, OrderState::Paid(_)));
                continue;
            };
            let is_free = balance.paid.is_zero();
            let refunded = if is_free { all_back } else { balance.refunded.amount >= balance.paid.amount };
            let gone = if is_free { all_gone } else { balance.kept.amount <= 0 };
            let revoked = refunded || books.withdrawn.contains(&balance.line) || (lost && gone);
            let expected = match (revoked, disputed) {
                (true, _) => Some(Bearing::Revokes),
                (false, true) => Some(Bearing::Suspends),
                (false, false) => None,
            };
            prop_assert_eq!(held.bearing(), expected, "line {}", balance.line);
        }
    }
}
