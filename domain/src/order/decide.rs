//! The decisions about an order.

use chrono::{DateTime, Utc};

use super::OrderError;
use super::command::{Availability, OrderCommand, PlaceOrder};
use super::event::{
    CancelReason, OrderCancelled, OrderEvent, OrderExpired, OrderFlaggedForReview, OrderPaid, OrderPlaced,
    OrderRefundDeclined, OrderRefundOpened, OrderRefundSettled, PaymentAwaiting, PaymentFailed,
    PaymentInitiated, PaymentProcessing, PaymentSource, RefundReason, ReviewReason,
};
use super::report::{PaymentReport, PaymentStatus, ReportSource};
use super::state::{
    OrderFacts, OrderRefund, OrderState, PaymentContact, RefundStanding, ReportStamp, ReviewFlag, Stage,
};
use crate::values::{Actor, Money, PaymentId, RefundId, Role};

type Decision = Result<Vec<OrderEvent>, OrderError>;

/// The events that follow from a command.
pub(super) fn decide(state: &OrderState, command: OrderCommand) -> Decision {
    match command {
        OrderCommand::Place(place) => decide_place(state, place),
        OrderCommand::RecordPaymentInitiated {
            payment_id,
            provider_status,
            at,
        } => decide_initiated(existing(state)?, payment_id, provider_status, at),
        OrderCommand::RecordPaymentStatus {
            report,
            availability,
            at,
        } => decide_report(state, &report, availability, at),
        OrderCommand::Cancel { actor, reason, at } => decide_cancel(state, &actor, reason, at),
        OrderCommand::Expire { at } => decide_expire(state, at),
        OrderCommand::OpenRefund {
            refund_id,
            amount,
            reason,
            at,
        } => decide_open_refund(existing(state)?, refund_id, amount, reason, at),
        OrderCommand::SettleRefund {
            refund_id,
            provider_updated,
            at,
        } => {
            let Some(refund) = newer_word(existing(state)?, refund_id, provider_updated)? else {
                return Ok(vec![]);
            };
            match refund.standing {
                RefundStanding::Settled => Ok(vec![]),
                RefundStanding::Open | RefundStanding::Declined => Ok(vec![
                    OrderRefundSettled {
                        refund_id,
                        amount: refund.amount,
                        provider_updated,
                        at,
                    }
                    .into(),
                ]),
            }
        }
        OrderCommand::DeclineRefund {
            refund_id,
            code,
            provider_updated,
            at,
        } => {
            let Some(refund) = newer_word(existing(state)?, refund_id, provider_updated)? else {
                return Ok(vec![]);
            };
            match refund.standing {
                RefundStanding::Declined => Ok(vec![]),
                RefundStanding::Open | RefundStanding::Settled => {
                    let amount = refund.amount;
                    Ok(vec![
                        OrderRefundDeclined {
                            refund_id,
                            amount,
                            code,
                            provider_updated,
                            at,
                        }
                        .into(),
                    ])
                }
            }
        }
    }
}

fn existing(state: &OrderState) -> Result<&OrderFacts, OrderError> {
    state.facts().ok_or(OrderError::NotFound)
}

/// An order without anything to pay is paid by being placed: no payment is made for it.
fn decide_place(state: &OrderState, place: PlaceOrder) -> Decision {
    let PlaceOrder {
        order_id,
        buyer_id,
        priced,
        billing,
        consent,
        expires_at,
        at,
    } = place;
    if let Some(facts) = state.facts() {
        let same = facts.order_id == order_id && facts.buyer_id == buyer_id && facts.lines == priced.lines();
        return if same {
            Ok(vec![])
        } else {
            Err(OrderError::AlreadyPlaced)
        };
    }
    if expires_at <= at {
        return Err(OrderError::ExpiresInThePast);
    }
    let total = priced.total();
    let placed = OrderPlaced {
        order_id,
        buyer_id,
        currency: total.currency,
        total,
        tax_total: priced.tax_total(),
        lines: priced.into_lines(),
        billing,
        consent,
        payment_id: PaymentId::of(order_id),
        expires_at,
        at,
    };
    if !total.is_zero() {
        return Ok(vec![placed.into()]);
    }
    let paid = OrderPaid {
        amount: total,
        source: PaymentSource::NothingToPay,
        provider_updated: None,
        revived: false,
        at,
    };
    Ok(vec![placed.into(), paid.into()])
}

/// The payment is noted in every state, for a webhook may have been faster than the answer to our own call.
fn decide_initiated(
    facts: &OrderFacts,
    payment_id: PaymentId,
    provider_status: PaymentStatus,
    at: DateTime<Utc>,
) -> Decision {
    facts.only_payment(payment_id)?;
    match facts.contact {
        PaymentContact::Initiated => Ok(vec![]),
        PaymentContact::NotYet => Ok(vec![
            PaymentInitiated {
                payment_id,
                provider_status,
                at,
            }
            .into(),
        ]),
    }
}

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
fn decide_report(
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
        ) => Ok(flagged_once(facts, flag, report, at)),
        (
            OrderState::AwaitingPayment(_) | OrderState::Processing(_) | OrderState::PaymentFailed(_),
            Meaning::Paid,
        ) => Ok(vec![paid(facts, report, Revival::WasOpen, at)]),
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

fn flagged_once(
    facts: &OrderFacts,
    flag: ReviewFlag,
    report: &PaymentReport,
    at: DateTime<Utc>,
) -> Vec<OrderEvent> {
    if facts.flags.contains(&flag) {
        return vec![];
    }
    let flagged = OrderFlaggedForReview {
        reason: flag.reason,
        expected: facts.total,
        received: flag.received,
        provider_status: report.status,
        provider_updated: report.updated,
        source: report.source,
        at,
    };
    vec![flagged.into()]
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
            message: report.error_message.clone(),
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

/// Money for a closed order revives it if it can, and otherwise goes back, once.
fn late_money(
    facts: &OrderFacts,
    report: &PaymentReport,
    availability: Availability,
    at: DateTime<Utc>,
) -> Vec<OrderEvent> {
    let refund_id = RefundId::of_late_payment(facts.order_id);
    if facts.refunds.contains_key(&refund_id) {
        return vec![];
    }
    match availability {
        Availability::StillToBeHad => vec![paid(facts, report, Revival::WasClosed, at)],
        Availability::Gone => {
            let (amount, reason) = (facts.total, RefundReason::LatePaymentUnavailable);
            vec![
                OrderRefundOpened {
                    refund_id,
                    amount,
                    reason,
                    at,
                }
                .into(),
            ]
        }
    }
}

fn decide_cancel(state: &OrderState, actor: &Actor, reason: CancelReason, at: DateTime<Utc>) -> Decision {
    if !actor.may_act_for(existing(state)?.buyer_id, Role::Buyer) {
        return Err(OrderError::NotYours);
    }
    match state {
        OrderState::Absent => Err(OrderError::NotFound),
        OrderState::AwaitingPayment(_) | OrderState::PaymentFailed(_) => Ok(vec![
            OrderCancelled {
                by: actor.person_id,
                reason,
                at,
            }
            .into(),
        ]),
        OrderState::Processing(_) => Err(OrderError::PaymentProcessing),
        OrderState::Paid(_) => Err(OrderError::AlreadyPaid),
        OrderState::Cancelled(_) => Ok(vec![]),
        OrderState::Expired(_) => Err(OrderError::AlreadyExpired),
    }
}

fn decide_expire(state: &OrderState, at: DateTime<Utc>) -> Decision {
    match state {
        OrderState::Absent => Err(OrderError::NotFound),
        OrderState::AwaitingPayment(facts) | OrderState::PaymentFailed(facts) => {
            if at < facts.expires_at {
                return Err(OrderError::NotYetExpired {
                    expires_at: facts.expires_at,
                });
            }
            Ok(vec![OrderExpired { at }.into()])
        }
        OrderState::Processing(_) => Err(OrderError::PaymentProcessing),
        OrderState::Paid(_) => Err(OrderError::AlreadyPaid),
        OrderState::Cancelled(_) => Err(OrderError::AlreadyCancelled),
        OrderState::Expired(_) => Ok(vec![]),
    }
}

/// What can go back is what has arrived, whatever the state: an order that received nothing refunds nothing.
fn decide_open_refund(
    facts: &OrderFacts,
    refund_id: RefundId,
    amount: Money,
    reason: RefundReason,
    at: DateTime<Utc>,
) -> Decision {
    if let Some(known) = facts.refunds.get(&refund_id) {
        return if known.amount == amount {
            Ok(vec![])
        } else {
            Err(OrderError::RefundExists)
        };
    }
    let nothing = Money::zero(facts.total.currency);
    let refundable = facts.refundable().unwrap_or(nothing);
    let fits =
        amount.currency == refundable.currency && 0 < amount.amount && amount.amount <= refundable.amount;
    if !fits {
        return Err(OrderError::NotRefundable { refundable });
    }
    Ok(vec![
        OrderRefundOpened {
            refund_id,
            amount,
            reason,
            at,
        }
        .into(),
    ])
}

/// The refund, if the provider's word about it is newer than what is known.
fn newer_word(
    facts: &OrderFacts,
    refund_id: RefundId,
    provider_updated: DateTime<Utc>,
) -> Result<Option<&OrderRefund>, OrderError> {
    let refund = facts.refunds.get(&refund_id).ok_or(OrderError::UnknownRefund)?;
    let is_newer = refund
        .provider_updated
        .is_none_or(|known| known < provider_updated);
    Ok(is_newer.then_some(refund))
}

impl OrderFacts {
    fn only_payment(&self, payment_id: PaymentId) -> Result<(), OrderError> {
        if payment_id == self.payment_id {
            Ok(())
        } else {
            Err(OrderError::WrongPayment {
                expected: self.payment_id,
            })
        }
    }
}
