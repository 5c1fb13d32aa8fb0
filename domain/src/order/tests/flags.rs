//! What a human must look at after a refund.

use super::super::*;
use super::refunds::{id, open_all};
use crate::testing::samples::*;
use crate::testing::{Given, given};
use crate::values::{LicenceKind, Money};

/// Two lines at 29.90 and 99.00 EUR, paid.
fn paid() -> Given<Order> {
    let mut events = placed(&[
        line_request(LicenceKind::Basic, 1),
        line_request(LicenceKind::Premium, 1),
    ]);
    let paid = OrderPaid {
        amount: eur(12_890),
        ..events::order_paid()
    };
    events.push(paid.into());
    given(events)
}

fn open(number: u128, scope: RefundScope) -> OrderCommand {
    open_all(number, admin(), scope)
}

fn settle(number: u128, updated_minutes: i64) -> OrderCommand {
    OrderCommand::SettleRefund {
        refund_id: id(number),
        provider_updated: at(updated_minutes),
        source: ReportSource::Reconciler,
        at: at(12),
    }
}

fn decline(number: u128, updated_minutes: i64) -> OrderCommand {
    OrderCommand::DeclineRefund {
        refund_id: id(number),
        code: None,
        provider_updated: at(updated_minutes),
        at: at(12),
    }
}

fn settled(number: u128, minor: i64, updated_minutes: i64) -> OrderEvent {
    OrderRefundSettled {
        refund_id: id(number),
        amount: eur(minor),
        provider_updated: at(updated_minutes),
        at: at(12),
    }
    .into()
}

fn flagged(reason: ReviewReason, expected: i64, received: Money, updated_minutes: i64) -> OrderEvent {
    OrderFlaggedForReview {
        reason,
        expected: eur(expected),
        received,
        provider_status: PaymentStatus::Succeeded,
        provider_updated: at(updated_minutes),
        source: ReportSource::Reconciler,
        at: at(12),
    }
    .into()
}

/// A refund failed, another one went through in its place, and then the first one arrived after all.
#[test]
fn what_the_provider_paid_twice_is_flagged_with_the_word_that_says_so() {
    let history = || {
        paid()
            .and(open(50, RefundScope::Whole))
            .and(decline(50, 10))
            .and(open(51, RefundScope::Whole))
            .and(settle(51, 10))
    };
    let twice = flagged(ReviewReason::RefundedTooMuch, 12_890, eur(25_780), 11);
    history()
        .when(settle(50, 11))
        .then([settled(50, 12_890, 11), twice]);
    // Taken back and brought once more, it is no further news.
    history()
        .and(settle(50, 11))
        .and(decline(50, 12))
        .when(settle(50, 13))
        .then([settled(50, 12_890, 13)]);
}

/// The other refund is still on its way: that is soon enough to look.
#[test]
fn what_is_about_to_be_paid_twice_is_flagged_too() {
    paid()
        .and(open(50, RefundScope::Whole))
        .and(decline(50, 10))
        .and(open(51, RefundScope::Whole))
        .when(settle(50, 11))
        .then([
            settled(50, 12_890, 11),
            flagged(ReviewReason::RefundedTooMuch, 12_890, eur(25_780), 11),
        ]);
}

/// One line can be overdrawn although the order as a whole is not.
#[test]
fn a_line_that_was_refunded_twice_is_flagged() {
    let first = || RefundScope::Lines([0].into());
    paid()
        .and(open(50, first()))
        .and(decline(50, 10))
        .and(open(51, first()))
        .and(settle(51, 10))
        .when(settle(50, 11))
        .then([
            settled(50, 2990, 11),
            flagged(ReviewReason::RefundedTooMuch, 12_890, eur(5980), 11),
        ]);
}

#[test]
fn a_refund_that_goes_as_it_should_flags_nothing() {
    paid()
        .and(open(50, RefundScope::AmountMinor(100)))
        .and(settle(50, 10))
        .and(open(51, RefundScope::Whole))
        .when(settle(51, 11))
        .then([settled(51, 12_790, 11)]);
}

#[test]
fn a_refund_of_another_amount_is_flagged_once_for_each_amount() {
    let flag = |minor| OrderCommand::FlagRefund {
        refund_id: id(50),
        reported: eur(minor),
        provider_updated: at(11),
        source: ReportSource::Reconciler,
        at: at(12),
    };
    let mismatch = |minor| flagged(ReviewReason::RefundMismatch, 100, eur(minor), 11);
    let history = || paid().and(open(50, RefundScope::AmountMinor(100)));
    history().when(flag(1000)).then([mismatch(1000)]);
    history().and(flag(1000)).when(flag(1000)).then_nothing();
    history().and(flag(1000)).when(flag(10)).then([mismatch(10)]);
    paid().when(flag(1000)).then_error(&OrderError::UnknownRefund);
}
