//! What follows from a report of the payment provider.

use chrono::{DateTime, Utc};

use super::flag::Said;
use super::{Decision, existing};
use crate::order::OrderError;
use crate::order::command::Availability;
use crate::order::event::{
    OrderEvent, OrderExpired, OrderPaid, OrderRefundOpened, PaymentAwaiting, PaymentFailed,
    PaymentProcessing, PaymentSource, RefundReason, ReviewReason,
};
use crate::order::refunding::RefundPart;
use crate::order::report::{PaymentReport, PaymentStatus, ReportSource};
use crate::order::state::{OrderFacts, OrderState, ReportStamp, ReviewFlag, Stage};
use crate::values::{Money, RefundId};

/// What a report means for an order of this total, whatever state the order is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Paid,
    Moves(Stage),
    Odd(ReviewFlag),
}

fn meaning(report: &PaymentReport, total: Money) -> Meaning {
    let received = Money::new(
        report.amount_received_minor.unwrap_or(report.amount_minor),
        report.currency,
    );
    let odd = |reason, received| Meaning::Odd(ReviewFlag { reason, received });
    if report.currency != total.currency {
        return odd(ReviewReason::CurrencyMismatch, received);
    }
    if report.amount_minor != total.amount {
        return odd(
            ReviewReason::AmountMismatch,
            Money::new(report.amount_minor, report.currency),
        );
    }
    match report.status {
        PaymentStatus::Succeeded if received != total => odd(ReviewReason::AmountMismatch, received),
        PaymentStatus::Succeeded => Meaning::Paid,
        PaymentStatus::RequiresPaymentMethod
        | PaymentStatus::RequiresConfirmation
        | PaymentStatus::RequiresCustomerAction => Meaning::Moves(Stage::Awaiting),
        PaymentStatus::Processing => Meaning::Moves(Stage::Processing),
        PaymentStatus::Failed | PaymentStatus::Cancelled | PaymentStatus::Expired => {
            Meaning::Moves(Stage::Failed)
        }
        PaymentStatus::CancelledPostCapture => odd(ReviewReason::CapturedThenCancelled, received),
        PaymentStatus::PartiallyCaptured
        | PaymentStatus::PartiallyCapturedAndCapturable
        | PaymentStatus::PartiallyCapturedAndProcessing
        | PaymentStatus::PartiallyAuthorizedAndRequiresCapture => odd(ReviewReason::PartialCapture, received),
        PaymentStatus::RequiresCapture => odd(ReviewReason::CaptureRequired, received),
        PaymentStatus::RequiresMerchantAction | PaymentStatus::Conflicted | PaymentStatus::Review => {
            odd(ReviewReason::ProviderReview, received)
        }
    }
}

/// Oddities and successes count in every state and at any age; the rest moves an open order, the newest report winning.
/// So the order ends up the same in whatever order, and however often, the reports arrive.
pub(super) fn decide_report(
    state: &OrderState,
    report: &PaymentReport,
    availability: Availability,
    at: DateTime<Utc>,
) -> Decision {
    let facts = existing(state)?;
    facts.only_payment(report.payment_id)?;
    match (state, meaning(report, facts.total)) {
        (OrderState::Absent, _) => Err(OrderError::NotFound),
        (
            OrderState::AwaitingPayment(_)
            | OrderState::Processing(_)
            | OrderState::PaymentFailed(_)
            | OrderState::Paid(_)
            | OrderState::Cancelled(_)
            | OrderState::Expired(_),
            Meaning::Odd(flag),
        ) => Ok(facts.flagged_once(flag, facts.total, said(report), at)),
        (
            OrderState::AwaitingPayment(_) | OrderState::Processing(_) | OrderState::PaymentFailed(_),
            Meaning::Paid,
        ) => Ok(money_in_time(facts, report, availability, at)),
        (
            OrderState::AwaitingPayment(_) | OrderState::Processing(_) | OrderState::PaymentFailed(_),
            Meaning::Moves(to),
        ) => Ok(moved_if_newer(facts, to, report, at)),
        (OrderState::Cancelled(_) | OrderState::Expired(_), Meaning::Paid) => {
            Ok(late_money(facts, report, availability, at))
        }
        (OrderState::Paid(_), Meaning::Paid | Meaning::Moves(_))
        | (OrderState::Cancelled(_) | OrderState::Expired(_), Meaning::Moves(_)) => Ok(vec![]),
    }
}

fn said(report: &PaymentReport) -> Said {
    Said {
        status: report.status,
        updated: report.updated,
        source: report.source,
    }
}

fn moved_if_newer(
    facts: &OrderFacts,
    stage: Stage,
    report: &PaymentReport,
    at: DateTime<Utc>,
) -> Vec<OrderEvent> {
    let stamp = ReportStamp {
        updated: report.updated,
        stage,
    };
    if facts.newest_report.is_some_and(|newest| newest >= stamp) {
        return vec![];
    }
    let (provider_status, provider_updated, source) = (report.status, report.updated, report.source);
    vec![match stage {
        Stage::Awaiting => PaymentAwaiting {
            provider_status,
            provider_updated,
            source,
            at,
        }
        .into(),
        Stage::Processing => PaymentProcessing {
            provider_updated,
            source,
            at,
        }
        .into(),
        Stage::Failed => PaymentFailed {
            provider_status,
            code: report.error_code.clone(),
            unified_code: report.unified_code.clone(),
            provider_updated,
            source,
            at,
        }
        .into(),
    }]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Revival {
    WasOpen,
    WasClosed,
}

fn paid(facts: &OrderFacts, report: &PaymentReport, revival: Revival, at: DateTime<Utc>) -> OrderEvent {
    let source = match report.source {
        ReportSource::Webhook => PaymentSource::Webhook,
        ReportSource::Reconciler => PaymentSource::Reconciler,
    };
    let revived = revival == Revival::WasClosed;
    OrderPaid {
        amount: facts.total,
        source,
        provider_updated: Some(report.updated),
        revived,
        at,
    }
    .into()
}

/// Money for an open order pays it. Only what it upgrades may be gone: then there is nothing that the difference is a
/// difference to, the order ends, and the money goes back.
fn money_in_time(
    facts: &OrderFacts,
    report: &PaymentReport,
    availability: Availability,
    at: DateTime<Utc>,
) -> Vec<OrderEvent> {
    match availability {
        Availability::StillToBeHad | Availability::Gone => vec![paid(facts, report, Revival::WasOpen, at)],
        Availability::BaseGone => vec![OrderExpired { at }.into(), money_back(facts, at)],
    }
}

/// Money for a closed order revives it if it can, and otherwise goes back, once.
fn late_money(
    facts: &OrderFacts,
    report: &PaymentReport,
    availability: Availability,
    at: DateTime<Utc>,
) -> Vec<OrderEvent> {
    if facts
        .refunds
        .contains_key(&RefundId::of_late_payment(facts.order_id))
    {
        return vec![];
    }
    match availability {
        Availability::StillToBeHad => vec![paid(facts, report, Revival::WasClosed, at)],
        Availability::Gone | Availability::BaseGone => vec![money_back(facts, at)],
    }
}

fn money_back(facts: &OrderFacts, at: DateTime<Utc>) -> OrderEvent {
    let lines = (0_u32..).zip(&facts.lines);
    OrderRefundOpened {
        refund_id: RefundId::of_late_payment(facts.order_id),
        amount: facts.total,
        parts: lines
            .map(|(number, line)| RefundPart::whole(number, line))
            .collect(),
        reason: RefundReason::LatePaymentUnavailable,
        note: None,
        requested_by: None,
        at,
    }
    .into()
}
