//! The rules of a refund.

mod evolution;
mod matrix;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::decider::Decider as _;
use crate::order::{RefundReason, ReportSource};
use crate::testing::samples::events::code;
use crate::testing::samples::{at, eur, order_id};
use crate::testing::{Given, given};
use crate::values::{Money, PaymentId, RefundId};

fn refund_id() -> RefundId {
    RefundId::of_late_payment(order_id())
}

fn request(amount: Money) -> RefundCommand {
    RefundCommand::Request {
        refund_id: refund_id(),
        order_id: order_id(),
        payment_id: PaymentId::of(order_id()),
        amount,
        reason: RefundReason::LatePaymentUnavailable,
        at: at(20),
    }
}

fn report(status: RefundStatus, updated_minutes: i64) -> RefundReport {
    RefundReport {
        refund_id: refund_id(),
        status,
        amount: eur(2990),
        updated: at(updated_minutes),
        error_code: None,
        unified_code: None,
        source: ReportSource::Webhook,
    }
}

fn record(report: RefundReport) -> RefundCommand {
    RefundCommand::RecordStatus { report, at: at(30) }
}

fn submitted(provider_status: RefundStatus) -> RefundCommand {
    RefundCommand::RecordSubmitted {
        provider_status,
        at: at(21),
    }
}

fn requested() -> Given<Refund> {
    given([]).and(request(eur(2990)))
}

fn succeeded(updated_minutes: i64) -> RefundEvent {
    let (amount, source) = (eur(2990), ReportSource::Webhook);
    RefundSucceeded {
        amount,
        provider_updated: at(updated_minutes),
        source,
        at: at(30),
    }
    .into()
}

#[test]
fn a_refund_is_requested_once() {
    requested().when(request(eur(2990))).then_nothing();
    requested()
        .when(request(eur(1)))
        .then_error(&RefundError::RequestedDifferently);
    for amount in [0, -1] {
        given::<Refund>([])
            .when(request(eur(amount)))
            .then_error(&RefundError::NothingToRefund);
    }
}

#[test]
fn nothing_but_a_request_is_possible_before_it_exists() {
    given::<Refund>([])
        .when(submitted(RefundStatus::Pending))
        .then_error(&RefundError::NotFound);
    given::<Refund>([])
        .when(record(report(RefundStatus::Failed, 22)))
        .then_error(&RefundError::NotFound);
}

#[test]
fn the_answer_to_our_own_call_confirms_nothing() {
    let provider_status = RefundStatus::Succeeded;
    let state = requested()
        .when(submitted(provider_status))
        .then([RefundSubmitted {
            provider_status,
            at: at(21),
        }
        .into()]);
    assert!(matches!(state, RefundState::Pending(_)));
    requested()
        .and(submitted(provider_status))
        .when(submitted(provider_status))
        .then_nothing();
}

#[test]
fn the_provider_decides_and_repeats_are_nothing() {
    requested()
        .when(record(report(RefundStatus::Succeeded, 22)))
        .then([succeeded(22)]);
    requested()
        .when(record(report(RefundStatus::Pending, 22)))
        .then_nothing();
    for status in RefundStatus::ALL {
        requested()
            .and(record(report(*status, 22)))
            .when(record(report(*status, 22)))
            .then_nothing();
    }
}

#[test]
fn a_success_can_be_taken_back() {
    let failed = RefundFailed {
        code: Some(code("closed")),
        unified_code: None,
        provider_updated: at(23),
        source: ReportSource::Webhook,
        at: at(30),
    };
    let report_failed = RefundReport {
        error_code: Some(code("closed")),
        ..report(RefundStatus::Failed, 23)
    };
    let state = requested()
        .and(record(report(RefundStatus::Succeeded, 22)))
        .when(record(report_failed))
        .then([failed.into()]);
    assert!(matches!(state, RefundState::Failed(_)));
}

#[test]
fn older_news_is_nothing() {
    requested()
        .and(record(report(RefundStatus::Failed, 23)))
        .when(record(report(RefundStatus::Succeeded, 22)))
        .then_nothing();
}

#[test]
fn another_amount_settles_nothing_and_is_flagged_once() {
    let other = || RefundReport {
        amount: eur(100),
        ..report(RefundStatus::Succeeded, 22)
    };
    let flagged = RefundFlaggedForReview {
        expected: eur(2990),
        reported: eur(100),
        provider_status: RefundStatus::Succeeded,
        provider_updated: at(22),
        source: ReportSource::Webhook,
        at: at(30),
    };
    let state = requested().when(record(other())).then([flagged.into()]);
    assert!(matches!(state, RefundState::Pending(_)));
    requested()
        .and(record(other()))
        .when(record(other()))
        .then_nothing();
}

#[test]
fn a_report_about_another_refund_is_refused() {
    let stray = RefundReport {
        refund_id: RefundId::from_uuid(order_id().as_uuid()),
        ..report(RefundStatus::Failed, 22)
    };
    requested()
        .when(record(stray))
        .then_error(&RefundError::WrongRefund {
            expected: refund_id(),
        });
}

fn outcome(commands: Vec<RefundCommand>) -> RefundState {
    commands.into_iter().fold(requested().state(), |state, command| {
        let events = Refund::decide(&state, command).unwrap();
        events.iter().fold(state, Refund::evolve)
    })
}

proptest! {
    #[test]
    fn any_order_and_any_repeats_end_in_the_same_state(
        (once, shuffled) in prop::collection::vec((select(RefundStatus::ALL), 22_i64..26, 0_i64..8), 0..8)
            .prop_map(|reports| {
                let of = |(status, minutes, odd)| RefundReport {
                    amount: if odd == 0 { eur(1) } else { eur(2990) },
                    ..report(status, minutes)
                };
                let reports = reports.into_iter().map(of).map(record);
                reports.chain([submitted(RefundStatus::Pending)]).collect::<Vec<_>>()
            })
            .prop_flat_map(|once| (Just(once.clone()), Just([once.clone(), once].concat()).prop_shuffle())),
    ) {
        prop_assert_eq!(outcome(once), outcome(shuffled));
    }
}

/// What the first release wrote repeats the processor's words.
#[test]
fn a_failure_of_version_1_is_read_without_its_words() {
    use crate::decider::DomainEvent as _;
    let stored = include_str!("../../golden/refund.failed.v1.json");
    assert!(stored.contains("The refund failed"));
    let event = RefundEvent::from_json("refund.failed", 1, stored).unwrap();
    assert!(!event.to_json().contains("The refund"), "{event:?}");
    let RefundEvent::Failed(failed) = event else {
        panic!("a refund.failed is read as one");
    };
    let kept = Some(code("expired_or_canceled_card"));
    assert_eq!((failed.code, failed.unified_code), (kept, None));
}
