//! Money that goes back.

use super::super::*;
use crate::testing::{Given, given, samples::*};
use crate::values::{Currency, Money, RefundId};

fn paid() -> Given<Order> {
    given::<Order>(placed_order()).and(record(report(PaymentStatus::Succeeded, 4)))
}

fn id(number: u128) -> RefundId {
    RefundId::from_uuid(uuid(number))
}

fn open(number: u128, amount: Money) -> OrderCommand {
    OrderCommand::OpenRefund {
        refund_id: id(number),
        amount,
        reason: RefundReason::PlatformDecision,
        at: at(9),
    }
}

fn settle(updated_minutes: i64) -> OrderCommand {
    OrderCommand::SettleRefund {
        refund_id: id(50),
        provider_updated: at(updated_minutes),
        at: at(12),
    }
}

fn decline(updated_minutes: i64) -> OrderCommand {
    OrderCommand::DeclineRefund {
        refund_id: id(50),
        code: None,
        provider_updated: at(updated_minutes),
        at: at(12),
    }
}

#[test]
fn refunds_never_exceed_what_arrived() {
    let refused = |refundable| OrderError::NotRefundable {
        refundable: eur(refundable),
    };
    paid().when(open(50, eur(2991))).then_error(&refused(2990));
    paid()
        .and(open(50, eur(2000)))
        .when(open(51, eur(991)))
        .then_error(&refused(990));
    paid().when(open(50, eur(0))).then_error(&refused(2990));
    paid().when(open(50, eur(-1))).then_error(&refused(2990));
    paid()
        .when(open(50, Money::new(1, Currency::USD)))
        .then_error(&refused(2990));
}

#[test]
fn the_same_refund_again_is_nothing_and_another_under_its_id_is_refused() {
    paid()
        .and(open(50, eur(100)))
        .when(open(50, eur(100)))
        .then_nothing();
    paid()
        .and(open(50, eur(100)))
        .when(open(50, eur(101)))
        .then_error(&OrderError::RefundExists);
}

#[test]
fn what_was_declined_can_be_refunded_again() {
    let opened = OrderRefundOpened {
        refund_id: id(51),
        amount: eur(2990),
        reason: RefundReason::PlatformDecision,
        at: at(9),
    };
    paid()
        .and(open(50, eur(2990)))
        .and(decline(10))
        .when(open(51, eur(2990)))
        .then([opened.into()]);
}

#[test]
fn a_settled_refund_that_fails_after_all_is_undone() {
    let declined = OrderRefundDeclined {
        refund_id: id(50),
        amount: eur(100),
        code: None,
        provider_updated: at(11),
        at: at(12),
    };
    let history = || paid().and(open(50, eur(100))).and(settle(10));
    let state = history().when(decline(11)).then([declined.into()]);
    assert_eq!(state.facts().unwrap().refundable(), Ok(eur(2990)));
}

#[test]
fn older_or_repeated_news_of_a_refund_is_nothing() {
    let history = || paid().and(open(50, eur(100))).and(settle(10)).and(decline(11));
    history().when(settle(10)).then_nothing();
    history().when(decline(11)).then_nothing();
}

#[test]
fn late_money_that_could_not_go_back_can_be_refunded_by_the_platform() {
    let refund_id = RefundId::of_late_payment(order_id());
    let opened = OrderRefundOpened {
        refund_id: id(51),
        amount: eur(2990),
        reason: RefundReason::PlatformDecision,
        at: at(9),
    };
    given::<Order>(placed_order())
        .and(OrderCommand::Expire { at: at(17) })
        .and(record_when_gone(report(PaymentStatus::Succeeded, 20)))
        .and(OrderCommand::DeclineRefund {
            refund_id,
            code: None,
            provider_updated: at(21),
            at: at(22),
        })
        .when(open(51, eur(2990)))
        .then([opened.into()]);
}
