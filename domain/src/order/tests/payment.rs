//! What reports about the payment do.

use super::super::*;
use crate::testing::samples::events::code;
use crate::testing::{given, samples::*};
use crate::values::{Currency, Money, OrderId, PaymentId, RefundId};

fn succeeded(minutes: i64) -> PaymentReport {
    report(PaymentStatus::Succeeded, minutes)
}

fn paid(revived: bool) -> OrderEvent {
    OrderPaid {
        amount: eur(2990),
        source: PaymentSource::Webhook,
        provider_updated: Some(at(4)),
        revived,
        at: at(5),
    }
    .into()
}

fn expired_order() -> Vec<OrderEvent> {
    [placed_order(), vec![OrderExpired { at: at(17) }.into()]].concat()
}

#[test]
fn a_success_over_the_whole_amount_pays_the_order() {
    given::<Order>(placed_order())
        .when(record(succeeded(4)))
        .then([paid(false)]);
}

#[test]
fn a_success_that_does_not_say_what_arrived_is_about_the_whole_amount() {
    let report = PaymentReport {
        amount_received_minor: None,
        ..succeeded(4)
    };
    given::<Order>(placed_order())
        .when(record(report))
        .then([paid(false)]);
}

#[test]
fn the_answer_to_our_own_call_confirms_nothing() {
    let (payment_id, provider_status) = (PaymentId::of(order_id()), PaymentStatus::Succeeded);
    let initiated = PaymentInitiated {
        payment_id,
        provider_status,
        at: at(3),
    };
    let state = given::<Order>(placed_order())
        .when(OrderCommand::RecordPaymentInitiated {
            payment_id,
            provider_status,
            at: at(3),
        })
        .then([initiated.into()]);
    assert_eq!(state.status(), Some(OrderStatus::AwaitingPayment));
}

#[test]
fn a_report_about_another_payment_is_refused() {
    let report = PaymentReport {
        payment_id: PaymentId::of(other_order_id()),
        ..succeeded(4)
    };
    let expected = PaymentId::of(order_id());
    given::<Order>(placed_order())
        .when(record(report))
        .then_error(&OrderError::WrongPayment { expected });
    given::<Order>(placed_order())
        .when(OrderCommand::RecordPaymentInitiated {
            payment_id: PaymentId::of(OrderId::from_uuid(uuid(99))),
            provider_status: PaymentStatus::Processing,
            at: at(3),
        })
        .then_error(&OrderError::WrongPayment { expected });
}

#[test]
fn a_failed_attempt_is_noted_with_its_reason_and_can_be_made_good() {
    let report = PaymentReport {
        error_code: Some(code("DC_08")),
        unified_code: Some(code("UE_9000")),
        ..report(PaymentStatus::Failed, 3)
    };
    let failed = PaymentFailed {
        provider_status: PaymentStatus::Failed,
        code: report.error_code.clone(),
        unified_code: report.unified_code.clone(),
        provider_updated: at(3),
        source: ReportSource::Webhook,
        at: at(5),
    };
    given::<Order>(placed_order())
        .when(record(report.clone()))
        .then([failed.into()]);
    given::<Order>(placed_order())
        .and(record(report))
        .when(record(succeeded(4)))
        .then([paid(false)]);
}

/// What the first release wrote repeats the processor's words.
#[test]
fn a_failure_of_version_1_is_read_without_its_words() {
    use crate::decider::DomainEvent as _;
    let stored = include_str!("../../../golden/order.payment_failed.v1.json");
    assert!(stored.contains("Card declined"));
    let event = OrderEvent::from_json("order.payment_failed", 1, stored).unwrap();
    assert!(!event.to_json().contains("declined"), "{event:?}");
    let OrderEvent::PaymentFailed(failed) = event else {
        panic!("an order.payment_failed is read as one");
    };
    assert_eq!((failed.code, failed.unified_code), (Some(code("DC_08")), None));
    assert!(OrderEvent::from_json("order.payment_failed", 1, "[]").is_err());
}

#[test]
fn the_same_report_again_is_nothing() {
    for status in PaymentStatus::ALL {
        given::<Order>(placed_order())
            .and(record(report(*status, 4)))
            .when(record(report(*status, 4)))
            .then_nothing();
    }
}

#[test]
fn a_report_older_than_the_newest_is_nothing_unless_it_is_the_success() {
    let history = || given::<Order>(placed_order()).and(record(report(PaymentStatus::Failed, 9)));
    history()
        .when(record(report(PaymentStatus::Processing, 8)))
        .then_nothing();
    history().when(record(succeeded(4))).then([paid(false)]);
}

#[test]
fn another_amount_or_currency_never_pays_and_is_flagged_once_for_each_amount() {
    let flagged = |reason, received| {
        OrderEvent::from(OrderFlaggedForReview {
            reason,
            expected: eur(2990),
            received,
            provider_status: PaymentStatus::Succeeded,
            provider_updated: at(4),
            source: ReportSource::Webhook,
            at: at(5),
        })
    };
    let less = PaymentReport {
        amount_minor: 1990,
        amount_received_minor: Some(1990),
        ..succeeded(4)
    };
    let short = PaymentReport {
        amount_received_minor: Some(2989),
        ..succeeded(4)
    };
    let more = PaymentReport {
        amount_received_minor: Some(2991),
        ..succeeded(4)
    };
    let dollars = PaymentReport {
        currency: Currency::USD,
        ..succeeded(4)
    };
    let cases = [
        (less.clone(), flagged(ReviewReason::AmountMismatch, eur(1990))),
        (short.clone(), flagged(ReviewReason::AmountMismatch, eur(2989))),
        (more, flagged(ReviewReason::AmountMismatch, eur(2991))),
        (
            dollars,
            flagged(ReviewReason::CurrencyMismatch, Money::new(2990, Currency::USD)),
        ),
    ];
    for (report, event) in cases {
        given::<Order>(placed_order())
            .when(record(report.clone()))
            .then([event]);
        let again = PaymentReport {
            updated: at(9),
            ..report.clone()
        };
        given::<Order>(placed_order())
            .and(record(report))
            .when(record(again))
            .then_nothing();
    }
    let second = flagged(ReviewReason::AmountMismatch, eur(2989));
    given::<Order>(placed_order())
        .and(record(less))
        .when(record(short))
        .then([second]);
}

#[test]
fn a_paid_order_stays_paid_and_still_notes_what_is_odd() {
    let state = given::<Order>(placed_order())
        .and(record(succeeded(4)))
        .and(record(report(PaymentStatus::CancelledPostCapture, 8)))
        .and(record(report(PaymentStatus::Failed, 9)))
        .state();
    assert_eq!(state.status(), Some(OrderStatus::Paid));
    let flags: Vec<ReviewReason> = state
        .facts()
        .unwrap()
        .flags
        .iter()
        .map(|flag| flag.reason)
        .collect();
    assert_eq!(flags, [ReviewReason::CapturedThenCancelled]);
}

#[test]
fn late_money_revives_the_order_if_all_of_it_is_still_to_be_had() {
    given::<Order>(expired_order())
        .when(record(succeeded(4)))
        .then([paid(true)]);
}

#[test]
fn late_money_goes_back_once_if_something_is_gone() {
    let (refund_id, amount) = (RefundId::of_late_payment(order_id()), eur(2990));
    let opened = OrderRefundOpened {
        refund_id,
        amount,
        parts: vec![RefundPart {
            line: 0,
            amount,
            tax_amount: eur(498),
            discount: eur(0),
        }],
        reason: RefundReason::LatePaymentUnavailable,
        note: None,
        requested_by: None,
        at: at(5),
    };
    let gone = || record_when_gone(succeeded(4));
    let state = given::<Order>(expired_order()).when(gone()).then([opened.into()]);
    assert_eq!(state.status(), Some(OrderStatus::Expired));
    given::<Order>(expired_order())
        .and(gone())
        .when(gone())
        .then_nothing();
    given::<Order>(expired_order())
        .and(gone())
        .when(record(succeeded(9)))
        .then_nothing();
}

#[test]
fn an_order_whose_payment_is_processed_neither_expires_nor_can_be_cancelled() {
    let history = || given::<Order>(placed_order()).and(record(report(PaymentStatus::Processing, 3)));
    history()
        .when(OrderCommand::Expire { at: at(99) })
        .then_error(&OrderError::PaymentProcessing);
    history()
        .when(OrderCommand::Cancel {
            actor: buyer(),
            reason: CancelReason::BuyerRequest,
            at: at(4),
        })
        .then_error(&OrderError::PaymentProcessing);
}
