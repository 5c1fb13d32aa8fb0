//! The buyer's bank wants money back.

use chrono::{DateTime, Utc};

use super::{Decision, existing};
use crate::order::dispute::{DisputeReport, DisputeStanding};
use crate::order::event::{DisputeWord, OrderDisputeChanged, OrderDisputeClosed, OrderDisputed, OrderEvent};
use crate::order::state::OrderState;
use crate::values::DisputeId;

/// A word about a dispute counts in every state of the order, even before the payment is known to have succeeded, and only
/// if it is further along than what is known. What was asked for has no
/// time of its own: it is news only if it says something else.
pub(super) fn decide_dispute(state: &OrderState, report: DisputeReport, at: DateTime<Utc>) -> Decision {
    let facts = existing(state)?;
    facts.only_payment(report.payment_id)?;
    let word = DisputeWord {
        dispute_id: DisputeId::of_provider(facts.order_id, report.provider_dispute_id.as_str()),
        provider_dispute_id: report.provider_dispute_id,
        amount: report.amount,
        stage: report.stage,
        status: report.status,
        reason: report.reason,
        respond_by: report.respond_by,
        provider_updated: report.updated,
        source: report.source,
    };
    let known = facts.disputes.get(&word.dispute_id);
    if known.is_some_and(|known| known.word.says_all_of(&word) || !word.is_further_than(&known.word)) {
        return Ok(vec![]);
    }
    let first: Option<OrderEvent> = match known {
        Some(_) => None,
        None => Some(
            OrderDisputed {
                word: word.clone(),
                at,
            }
            .into(),
        ),
    };
    let next: Option<OrderEvent> = match word.status.standing() {
        DisputeStanding::Open if first.is_some() => None,
        DisputeStanding::Open => Some(OrderDisputeChanged { word, at }.into()),
        DisputeStanding::Closed(outcome) => Some(OrderDisputeClosed { word, outcome, at }.into()),
    };
    Ok(first.into_iter().chain(next).collect())
}
