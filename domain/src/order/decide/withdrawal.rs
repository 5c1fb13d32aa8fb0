//! The buyer withdraws from the contract, in two steps.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Decision, existing};
use crate::order::OrderError;
use crate::order::event::{
    DeliveryAccess, DeliveryBegan, ExcludedLine, OrderEvent, OrderRefundOpened, RefundReason,
    WithdrawalConfirmed, WithdrawalDeclared,
};
use crate::order::refunding::spread;
use crate::order::state::{OrderFacts, OrderState};
use crate::order::withdrawal::{LineWithdrawal, has_right_of_withdrawal, within_period};
use crate::values::{Actor, Money, RefundId, Role};

/// Only the first access to a line counts.
pub(super) fn decide_begin_delivery(
    state: &OrderState,
    line: u32,
    access: DeliveryAccess,
    at: DateTime<Utc>,
) -> Decision {
    let facts = existing(state)?;
    known_line(facts, line)?;
    match state {
        OrderState::Paid(_) if facts.withdrawal.deliveries.contains_key(&line) => Ok(vec![]),
        OrderState::Paid(_) => Ok(vec![DeliveryBegan { line, access, at }.into()]),
        OrderState::Absent
        | OrderState::AwaitingPayment(_)
        | OrderState::Processing(_)
        | OrderState::PaymentFailed(_)
        | OrderState::Cancelled(_)
        | OrderState::Expired(_) => Err(OrderError::NotPaid),
    }
}

/// A declaration replaces one that was not confirmed. One that nothing could follow from is refused at once.
pub(super) fn decide_declare(
    state: &OrderState,
    actor: &Actor,
    lines: Option<&BTreeSet<u32>>,
    at: DateTime<Utc>,
) -> Decision {
    let known = existing(state)?;
    only_buyer(known, actor)?;
    only_consumers(known)?;
    let facts = within_period(state, None, at)?;
    let lines: Vec<u32> = match lines {
        None => (0..).zip(&facts.lines).map(|(number, _)| number).collect(),
        Some(chosen) if chosen.is_empty() => return Err(OrderError::NoLines),
        Some(chosen) => chosen.iter().copied().collect(),
    };
    for line in &lines {
        known_line(facts, *line)?;
    }
    if sorted_out(facts, &lines).0.is_empty() {
        return Err(OrderError::NothingToWithdraw);
    }
    let by = actor.person_id;
    Ok(vec![WithdrawalDeclared { lines, by, at }.into()])
}

/// What was declared is ended, except lines whose delivery had begun, and what is left of its money goes back. That holds
/// while a dispute is open too: the refund then waits for how it ends.
pub(super) fn decide_confirm(state: &OrderState, actor: &Actor, at: DateTime<Utc>) -> Decision {
    let known = existing(state)?;
    only_buyer(known, actor)?;
    only_consumers(known)?;
    let Some(declared) = &known.withdrawal.declared else {
        let is_repeat = !known.withdrawal.confirmed.is_empty();
        return if is_repeat {
            Ok(vec![])
        } else {
            Err(OrderError::NoDeclaration)
        };
    };
    let facts = within_period(state, Some(declared.at), at)?;
    let (lines, excluded) = sorted_out(facts, &declared.lines);
    if lines.is_empty() {
        return Err(OrderError::NothingToWithdraw);
    }
    let number = u32::try_from(facts.withdrawal.confirmed.len()).unwrap_or(u32::MAX);
    let refund = refund_of(facts, number, &lines, at);
    let confirmed = WithdrawalConfirmed {
        number,
        lines,
        excluded,
        consent: facts.consent,
        amount: refund
            .as_ref()
            .map_or(Money::zero(facts.total.currency), |refund| refund.amount),
        refund_id: refund.as_ref().map(|refund| refund.refund_id),
        declared_at: declared.at,
        by: actor.person_id,
        at,
    };
    let refund = refund.map(OrderEvent::from);
    Ok([confirmed.into()].into_iter().chain(refund).collect())
}

fn refund_of(facts: &OrderFacts, number: u32, lines: &[u32], at: DateTime<Utc>) -> Option<OrderRefundOpened> {
    let left: Vec<_> = facts
        .balances()
        .into_iter()
        .filter(|balance| lines.contains(&balance.line) && balance.kept.amount > 0)
        .collect();
    let amount = Money::sum(facts.total.currency, left.iter().map(|balance| balance.kept)).ok()?;
    if amount.is_zero() {
        return None;
    }
    Some(OrderRefundOpened {
        refund_id: RefundId::of_withdrawal(facts.order_id, number),
        amount,
        parts: spread(amount, &left).ok()?,
        reason: RefundReason::Withdrawal,
        note: None,
        requested_by: Some(facts.buyer_id),
        at,
    })
}

/// The lines that a withdrawal ends, and those whose delivery had begun. Those that were withdrawn before are neither.
fn sorted_out(facts: &OrderFacts, lines: &[u32]) -> (Vec<u32>, Vec<ExcludedLine>) {
    let (mut ended, mut excluded) = (Vec::new(), Vec::new());
    for line in lines {
        match facts.withdrawal.of_line(*line) {
            LineWithdrawal::Available => ended.push(*line),
            LineWithdrawal::Withdrawn => {}
            LineWithdrawal::DeliveryBegan(delivery) => excluded.push(delivery),
        }
    }
    (ended, excluded)
}

/// Nobody withdraws for the buyer.
fn only_buyer(facts: &OrderFacts, actor: &Actor) -> Result<(), OrderError> {
    if actor.is(Role::Buyer) && actor.person_id == facts.buyer_id {
        Ok(())
    } else {
        Err(OrderError::NotYours)
    }
}

fn only_consumers(facts: &OrderFacts) -> Result<(), OrderError> {
    if has_right_of_withdrawal(&facts.tax.customer) {
        Ok(())
    } else {
        Err(OrderError::BoughtByBusiness)
    }
}

fn known_line(facts: &OrderFacts, line: u32) -> Result<(), OrderError> {
    let known = usize::try_from(line).is_ok_and(|index| index < facts.lines.len());
    if known {
        Ok(())
    } else {
        Err(OrderError::UnknownLine { line })
    }
}
