//! Money goes back: asked for, and how it ended.

use chrono::{DateTime, TimeDelta, Utc};

use super::flag::Said;
use super::{Decision, existing};
use crate::order::OrderError;
use crate::order::balance::{DisputeSummary, LineBalance};
use crate::order::command::OpenRefund;
use crate::order::event::{
    OrderEvent, OrderRefundDeclined, OrderRefundOpened, OrderRefundSettled, RefundReason, ReviewReason,
};
use crate::order::line::OrderLine;
use crate::order::refunding::{RefundGrounds, parts_of};
use crate::order::report::{PaymentStatus, ReportSource};
use crate::order::state::{OrderFacts, OrderRefund, OrderState, RefundStanding, ReviewFlag, evolve};
use crate::values::{Actor, Money, ProviderCode, RefundId, Role};

/// What can go back is what has arrived and is still here, whatever the state: an order that received nothing refunds
/// nothing.
pub(super) fn decide_open(state: &OrderState, open: OpenRefund) -> Decision {
    let facts = existing(state)?;
    let requester = Requester::of(&open.actor, facts)?;
    let reason = RefundReason::from(open.grounds);
    if let Some(known) = facts.refunds.get(&open.refund_id) {
        return if known.reason == reason {
            Ok(vec![])
        } else {
            Err(OrderError::RefundExists)
        };
    }
    if open.grounds == RefundGrounds::Other && open.note.is_none() {
        return Err(OrderError::NoteMissing);
    }
    let windows = open.windows.or_as_sold(facts.refund_policy);
    let window = match requester {
        Requester::Admin => windows.admin(),
        Requester::Seller => windows.seller(),
    };
    within(window, facts, open.at)?;
    match facts.dispute_summary() {
        DisputeSummary::Open => return Err(OrderError::Disputed),
        DisputeSummary::None | DisputeSummary::Won | DisputeSummary::Lost => {}
    }
    let parts = parts_of(facts, &open.scope, |line| requester.may_touch(line, &open.actor))?;
    let amount = Money::sum(facts.total.currency, parts.iter().map(|part| part.amount));
    let amount = amount.map_err(|_| OrderError::NothingLeft)?;
    Ok(vec![
        OrderRefundOpened {
            refund_id: open.refund_id,
            amount,
            parts,
            reason,
            note: open.note,
            requested_by: Some(open.actor.person_id),
            at: open.at,
        }
        .into(),
    ])
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Requester {
    Admin,
    Seller,
}

impl Requester {
    /// An admin, or whoever sells a line of it.
    fn of(actor: &Actor, facts: &OrderFacts) -> Result<Self, OrderError> {
        let sells = |line: &OrderLine| line.seller_id == actor.person_id;
        if actor.is(Role::Admin) {
            Ok(Self::Admin)
        } else if actor.is(Role::Seller) && facts.lines.iter().any(sells) {
            Ok(Self::Seller)
        } else {
            Err(OrderError::NotYours)
        }
    }

    fn may_touch(self, line: &OrderLine, actor: &Actor) -> bool {
        match self {
            Self::Admin => true,
            Self::Seller => line.seller_id == actor.person_id,
        }
    }
}

/// Whether a refund can still be asked for.
pub(in crate::order) fn within(
    window: TimeDelta,
    facts: &OrderFacts,
    at: DateTime<Utc>,
) -> Result<(), OrderError> {
    let until = facts.received_at.ok_or(OrderError::NotPaid)? + window;
    if at <= until {
        Ok(())
    } else {
        Err(OrderError::RefundWindowOver { until })
    }
}

/// Only the provider can send back more than had come, for instance when a refund that had failed, and was asked for again,
/// arrives after all. That is flagged with the word that brings it about.
pub(super) fn decide_settle(
    state: &OrderState,
    refund_id: RefundId,
    said: Said,
    at: DateTime<Utc>,
) -> Decision {
    let Some(refund) = newer_word(existing(state)?, refund_id, said.updated)? else {
        return Ok(vec![]);
    };
    match refund.standing {
        RefundStanding::Settled => return Ok(vec![]),
        RefundStanding::Open | RefundStanding::Declined => {}
    }
    let settled: OrderEvent = OrderRefundSettled {
        refund_id,
        amount: refund.amount,
        provider_updated: said.updated,
        at,
    }
    .into();
    let after = evolve(state.clone(), &settled);
    let flagged = existing(&after)?.flagged_if_refunded_too_much(said, at);
    Ok([settled].into_iter().chain(flagged).collect())
}

/// The provider refunds something else than was asked for.
pub(super) fn decide_flag(
    facts: &OrderFacts,
    refund_id: RefundId,
    reported: Money,
    said: Said,
    at: DateTime<Utc>,
) -> Decision {
    let refund = facts.refunds.get(&refund_id).ok_or(OrderError::UnknownRefund)?;
    let flag = ReviewFlag {
        reason: ReviewReason::RefundMismatch,
        received: reported,
    };
    Ok(facts.flagged_once(flag, refund.amount, said, at))
}

impl OrderFacts {
    fn flagged_if_refunded_too_much(&self, said: Said, at: DateTime<Utc>) -> Vec<OrderEvent> {
        let balances = self.balances();
        if balances.iter().all(|balance| balance.kept.amount >= 0) {
            return vec![];
        }
        let gone = |balance: &LineBalance| balance.pending.amount + balance.refunded.amount;
        let flag = ReviewFlag {
            reason: ReviewReason::RefundedTooMuch,
            received: Money::new(balances.iter().map(gone).sum(), self.total.currency),
        };
        self.flagged_once(flag, self.received, said, at)
    }
}

/// A word about a refund: what is refunded was paid.
pub(super) const fn said_of_refund(updated: DateTime<Utc>, source: ReportSource) -> Said {
    Said {
        status: PaymentStatus::Succeeded,
        updated,
        source,
    }
}

pub(super) fn decide_decline(
    facts: &OrderFacts,
    refund_id: RefundId,
    code: Option<ProviderCode>,
    provider_updated: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Decision {
    let Some(refund) = newer_word(facts, refund_id, provider_updated)? else {
        return Ok(vec![]);
    };
    let amount = refund.amount;
    match refund.standing {
        RefundStanding::Declined => Ok(vec![]),
        RefundStanding::Open | RefundStanding::Settled => Ok(vec![
            OrderRefundDeclined {
                refund_id,
                amount,
                code,
                provider_updated,
                at,
            }
            .into(),
        ]),
    }
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
