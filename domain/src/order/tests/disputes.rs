//! The buyer's bank wants the money back.

use proptest::prelude::*;
use proptest::sample::select;

use super::super::*;
use crate::decider::Decider as _;
use crate::testing::samples::events::{code, dispute_report};
use crate::testing::{Given, given, samples::*};
use crate::values::{Currency, Money, RefundId};

fn paid() -> Given<Order> {
    given::<Order>(placed_order()).and(record(report(PaymentStatus::Succeeded, 4)))
}

fn word(report: DisputeReport) -> OrderCommand {
    OrderCommand::RecordDispute { report, at: at(31) }
}

fn says(status: DisputeStatus) -> OrderCommand {
    word(dispute_report(status, 30))
}

fn open(number: u128, amount_minor: i64) -> OrderCommand {
    OrderCommand::OpenRefund(OpenRefund {
        refund_id: RefundId::from_uuid(uuid(number)),
        actor: admin(),
        scope: RefundScope::AmountMinor(amount_minor),
        grounds: RefundGrounds::CustomerRequest,
        note: None,
        windows: RefundWindows {
            seller_days: 14,
            admin_days: 365,
        },
        at: at(9),
    })
}

fn settle(number: u128) -> OrderCommand {
    OrderCommand::SettleRefund {
        refund_id: RefundId::from_uuid(uuid(number)),
        provider_updated: at(10),
        source: ReportSource::Webhook,
        at: at(11),
    }
}

fn decline(number: u128) -> OrderCommand {
    OrderCommand::DeclineRefund {
        refund_id: RefundId::from_uuid(uuid(number)),
        code: None,
        provider_updated: at(40),
        at: at(41),
    }
}

/// Kept, pending, refunded and lost.
fn money(given: Given<Order>) -> (i64, i64, i64, i64) {
    let state = given.state();
    let balances = state.facts().unwrap().balances();
    let sum = |of: fn(&LineBalance) -> Money| balances.iter().map(|line| of(line).amount).sum();
    (
        sum(|line| line.kept),
        sum(|line| line.pending),
        sum(|line| line.refunded),
        sum(|line| line.lost),
    )
}

fn summary(given: Given<Order>) -> DisputeSummary {
    given.state().facts().unwrap().dispute_summary()
}

#[test]
fn each_status_leads_to_what_it_means() {
    for (status, expected, kept) in [
        (DisputeStatus::Opened, DisputeSummary::Open, 2990),
        (DisputeStatus::Challenged, DisputeSummary::Open, 2990),
        (DisputeStatus::Expired, DisputeSummary::Won, 2990),
        (DisputeStatus::Cancelled, DisputeSummary::Won, 2990),
        (DisputeStatus::Won, DisputeSummary::Won, 2990),
        (DisputeStatus::Accepted, DisputeSummary::Lost, 0),
        (DisputeStatus::Lost, DisputeSummary::Lost, 0),
    ] {
        assert_eq!(summary(paid().and(says(status))), expected, "{status}");
        assert_eq!(
            money(paid().and(says(status))),
            (kept, 0, 0, 2990 - kept),
            "{status}"
        );
        let opened_first = paid().and(says(DisputeStatus::Opened)).and(says(status));
        assert_eq!(summary(opened_first), expected, "{status}");
        paid().and(says(status)).when(says(status)).then_nothing();
    }
}

#[test]
fn a_dispute_that_has_ended_opens_again_at_a_later_stage_only() {
    let again = |stage| DisputeReport {
        stage,
        ..dispute_report(DisputeStatus::Opened, 29)
    };
    let won = || paid().and(says(DisputeStatus::Won));
    won().when(word(again(DisputeStage::PreDispute))).then_nothing();
    won().when(word(again(DisputeStage::Dispute))).then_nothing();
    for stage in [
        DisputeStage::PreArbitration,
        DisputeStage::Arbitration,
        DisputeStage::Reversal,
    ] {
        assert_eq!(
            summary(won().and(word(again(stage)))),
            DisputeSummary::Open,
            "{stage}"
        );
    }
    let reversed = DisputeReport {
        stage: DisputeStage::Reversal,
        ..dispute_report(DisputeStatus::Won, 50)
    };
    let lost_and_reversed = paid().and(says(DisputeStatus::Lost)).and(word(reversed));
    assert_eq!(money(lost_and_reversed), (2990, 0, 0, 0));
}

#[test]
fn a_dispute_may_be_heard_of_before_the_payment() {
    let early = given::<Order>(placed_order()).and(says(DisputeStatus::Opened));
    let paid = early.and(record(report(PaymentStatus::Succeeded, 4)));
    assert_eq!(summary(paid), DisputeSummary::Open);
}

#[test]
fn a_dispute_of_another_payment_is_refused() {
    let stray = DisputeReport {
        payment_id: crate::values::PaymentId::of(other_order_id()),
        ..dispute_report(DisputeStatus::Opened, 30)
    };
    let expected = crate::values::PaymentId::of(order_id());
    paid()
        .when(word(stray))
        .then_error(&OrderError::WrongPayment { expected });
}

/// A balance that was debited twice, by the dispute and by the refund.
#[test]
fn a_lost_dispute_never_counts_what_was_refunded_again() {
    let lost = || says(DisputeStatus::Lost);
    assert_eq!(
        money(paid().and(open(50, 1000)).and(settle(50)).and(lost())),
        (0, 0, 1000, 1990)
    );
    assert_eq!(
        money(paid().and(open(50, 2990)).and(settle(50)).and(lost())),
        (0, 0, 2990, 0)
    );
    let pending = || paid().and(open(50, 2990)).and(lost());
    assert_eq!(money(pending()), (0, 2990, 0, 0));
    assert_eq!(money(pending().and(settle(50))), (0, 0, 2990, 0));
    // It could not go back after all: then the bank took it.
    assert_eq!(money(pending().and(decline(50))), (0, 0, 0, 2990));
    assert_eq!(money(pending().and(settle(50)).and(decline(50))), (0, 0, 0, 2990));
}

/// A dispute that was settled by a part of the money left the buyer without access.
/// Disputes that were settled by giving a part back left more than a thousand buyers without what they had kept.
#[test]
fn a_dispute_that_ends_beside_a_partial_refund_leaves_the_licence() {
    let causes = |given: Given<Order>| {
        let state = given.state();
        crate::policy::licence_causes(state.facts().unwrap())
    };
    let opened = || {
        paid()
            .and(open(50, 1000))
            .and(settle(50))
            .and(says(DisputeStatus::Opened))
    };
    assert_eq!(causes(opened())[0].len(), 1);
    for status in [
        DisputeStatus::Won,
        DisputeStatus::Cancelled,
        DisputeStatus::Expired,
    ] {
        assert!(causes(opened().and(says(status)))[0].is_empty(), "{status}");
    }
    let part = DisputeReport {
        amount: eur(500),
        ..dispute_report(DisputeStatus::Lost, 30)
    };
    let lost_a_part = opened().and(word(part));
    assert!(causes(lost_a_part)[0].is_empty());
    assert_eq!(causes(opened().and(says(DisputeStatus::Lost)))[0].len(), 1);
}

#[test]
fn a_lost_dispute_over_a_part_leaves_the_rest() {
    let part = |amount| DisputeReport {
        amount,
        ..dispute_report(DisputeStatus::Lost, 30)
    };
    assert_eq!(money(paid().and(word(part(eur(990))))), (2000, 0, 0, 990));
    assert_eq!(
        money(paid().and(word(part(eur(990)))).and(open(50, 2000))),
        (0, 2000, 0, 990)
    );
    paid()
        .and(word(part(eur(990))))
        .when(open(50, 2001))
        .then_error(&OrderError::NotRefundable {
            refundable: eur(2000),
        });
    assert_eq!(money(paid().and(word(part(eur(9_999_999))))), (0, 0, 0, 2990));
    assert_eq!(money(paid().and(word(part(eur(-5))))), (2990, 0, 0, 0));
    // In another currency nobody knows how much of it is meant.
    let dollars = part(Money::new(1, Currency::USD));
    assert_eq!(money(paid().and(word(dollars))), (0, 0, 0, 2990));
}

#[test]
fn two_disputes_stand_beside_each_other() {
    let second = |status| DisputeReport {
        provider_dispute_id: code("dp_2"),
        amount: eur(990),
        ..dispute_report(status, 30)
    };
    let won = || paid().and(says(DisputeStatus::Won));
    assert_eq!(
        summary(won().and(word(second(DisputeStatus::Opened)))),
        DisputeSummary::Open
    );
    assert_eq!(
        summary(won().and(word(second(DisputeStatus::Lost)))),
        DisputeSummary::Lost
    );
    assert_eq!(
        money(won().and(word(second(DisputeStatus::Lost)))),
        (2000, 0, 0, 990)
    );
}

proptest! {
    /// All stages and statuses, in any sequence and repeated: the same state.
    #[test]
    fn words_about_a_dispute_end_the_same_in_any_sequence(
        (once, shuffled) in prop::collection::vec(
            (select(DisputeStatus::ALL), select(DisputeStage::ALL), 28_i64..32, 1_i64..3), 0..10,
        )
            .prop_map(|words| {
                let of = |(status, stage, minutes, amount)| DisputeReport {
                    stage,
                    amount: eur(amount * 1000),
                    ..dispute_report(status, minutes)
                };
                words.into_iter().map(of).collect::<Vec<_>>()
            })
            // Two words of the same kind at the same time cannot differ in their amount.
            .prop_map(|mut words| {
                words.sort_by_key(|word| (word.stage, word.status, word.updated));
                words.dedup_by_key(|word| (word.stage, word.status, word.updated));
                words
            })
            .prop_flat_map(|once| (Just(once.clone()), Just([once.clone(), once].concat()).prop_shuffle())),
    ) {
        let outcome = |words: Vec<DisputeReport>| {
            let state = words.into_iter().fold(paid().state(), |state, report| {
                let events = Order::decide(&state, word(report)).unwrap();
                events.iter().fold(state, Order::evolve)
            });
            let facts = state.facts().unwrap();
            let words: Vec<_> = facts.disputes.values().map(|dispute| dispute.word.clone()).collect();
            (words, facts.balances(), facts.dispute_summary())
        };
        prop_assert_eq!(outcome(once), outcome(shuffled));
    }
}
