//! The decisions about an order.

mod dispute;
mod flag;
mod refund;
mod report;
mod withdrawal;

pub(super) use self::refund::within;

use chrono::{DateTime, Utc};

use super::OrderError;
use super::command::{OrderCommand, PlaceOrder};
use super::event::{
    CancelReason, OrderCancelled, OrderEvent, OrderExpired, OrderPaid, OrderPlaced, PaymentInitiated,
    PaymentSource,
};
use super::report::PaymentStatus;
use super::state::{OrderFacts, OrderState, PaymentContact};
use crate::values::{Actor, PaymentId, Role};

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
        } => report::decide_report(state, &report, availability, at),
        OrderCommand::Cancel { actor, reason, at } => decide_cancel(state, &actor, reason, at),
        OrderCommand::Expire { at } => decide_expire(state, at),
        OrderCommand::OpenRefund(open) => refund::decide_open(state, open),
        OrderCommand::SettleRefund {
            refund_id,
            provider_updated,
            source,
            at,
        } => {
            let said = refund::said_of_refund(provider_updated, source);
            refund::decide_settle(state, refund_id, said, at)
        }
        OrderCommand::FlagRefund {
            refund_id,
            reported,
            provider_updated,
            source,
            at,
        } => {
            let said = refund::said_of_refund(provider_updated, source);
            refund::decide_flag(existing(state)?, refund_id, reported, said, at)
        }
        OrderCommand::DeclineRefund {
            refund_id,
            code,
            provider_updated,
            at,
        } => refund::decide_decline(existing(state)?, refund_id, code, provider_updated, at),
        OrderCommand::RecordDispute { report, at } => dispute::decide_dispute(state, report, at),
        OrderCommand::BeginDelivery { line, access, at } => {
            withdrawal::decide_begin_delivery(state, line, access, at)
        }
        OrderCommand::DeclareWithdrawal { actor, lines, at } => {
            withdrawal::decide_declare(state, &actor, lines.as_ref(), at)
        }
        OrderCommand::ConfirmWithdrawal { actor, at } => withdrawal::decide_confirm(state, &actor, at),
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
        refund_policy,
        expires_at,
        at,
    } = place;
    if let Some(facts) = state.facts() {
        let same = facts.order_id == order_id
            && facts.buyer_id == buyer_id
            && facts.lines == priced.lines()
            && facts.promotion.as_ref() == priced.promotion();
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
        discount_total: priced.discount_total(),
        promotion: priced.promotion().cloned(),
        tax: priced.tax().clone(),
        lines: priced.into_lines(),
        billing,
        consent,
        refund_policy: Some(refund_policy),
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
