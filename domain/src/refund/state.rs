//! What the decisions about a refund need to know.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::event::RefundEvent;
use crate::order::RefundReason;
use crate::values::{Money, OrderId, PaymentId, RefundId};

/// Where a refund stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RefundState {
    /// Not there.
    #[default]
    Absent,
    /// Asked for, or with the provider: see [`RefundFacts::submission`].
    Pending(RefundFacts),
    /// Somebody at the provider looks at it.
    UnderReview(RefundFacts),
    /// The money has gone back.
    Succeeded(RefundFacts),
    /// The money could not go back.
    Failed(RefundFacts),
}

/// What is known of a refund once it is requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFacts {
    /// The refund.
    pub refund_id: RefundId,
    /// The order.
    pub order_id: OrderId,
    /// The payment the money came with.
    pub payment_id: PaymentId,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: RefundReason,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// Whether the provider is known to have it.
    pub submission: RefundSubmission,
    /// The newest report that counted.
    pub newest_report: Option<RefundStamp>,
    /// Amounts that the provider named instead of ours.
    pub flags: BTreeSet<Money>,
}

/// Whether the provider is known to have the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundSubmission {
    /// Our call has not been answered yet.
    NotYet,
    /// It has it.
    Submitted,
}

/// When the provider changed a refund, and to what: the later of two wins, and at the same instant the one further
/// along (under review, failed, succeeded).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RefundStamp {
    /// When.
    pub updated: DateTime<Utc>,
    /// How far along.
    pub stage: RefundStage,
}

/// The kinds of status that move a refund, by how far along they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefundStage {
    /// Somebody looks at it.
    UnderReview,
    /// It failed.
    Failed,
    /// It succeeded.
    Succeeded,
}

impl RefundState {
    /// What is known, if the refund exists.
    pub const fn facts(&self) -> Option<&RefundFacts> {
        match self {
            Self::Absent => None,
            Self::Pending(facts)
            | Self::UnderReview(facts)
            | Self::Succeeded(facts)
            | Self::Failed(facts) => Some(facts),
        }
    }

    fn map(self, change: impl FnOnce(RefundFacts) -> RefundFacts) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::Pending(facts) => Self::Pending(change(facts)),
            Self::UnderReview(facts) => Self::UnderReview(change(facts)),
            Self::Succeeded(facts) => Self::Succeeded(change(facts)),
            Self::Failed(facts) => Self::Failed(change(facts)),
        }
    }

    /// Failed, by no word that a later one would have to be newer than.
    fn refuse(self) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::Pending(facts)
            | Self::UnderReview(facts)
            | Self::Succeeded(facts)
            | Self::Failed(facts) => Self::Failed(facts),
        }
    }

    fn move_to(self, variant: fn(RefundFacts) -> Self, stamp: RefundStamp) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::Pending(facts)
            | Self::UnderReview(facts)
            | Self::Succeeded(facts)
            | Self::Failed(facts) => variant(RefundFacts {
                newest_report: Some(stamp),
                ..facts
            }),
        }
    }
}

/// The state after an event.
pub(super) fn evolve(state: RefundState, event: &RefundEvent) -> RefundState {
    let stamp = |updated, stage| RefundStamp { updated, stage };
    match event {
        RefundEvent::Requested(requested) => RefundState::Pending(RefundFacts {
            refund_id: requested.refund_id,
            order_id: requested.order_id,
            payment_id: requested.payment_id,
            amount: requested.amount,
            reason: requested.reason,
            requested_at: requested.at,
            submission: RefundSubmission::NotYet,
            newest_report: None,
            flags: BTreeSet::new(),
        }),
        RefundEvent::Submitted(_) => state.map(|facts| RefundFacts {
            submission: RefundSubmission::Submitted,
            ..facts
        }),
        RefundEvent::Refused(_) => state.refuse(),
        RefundEvent::UnderReview(review) => state.move_to(
            RefundState::UnderReview,
            stamp(review.provider_updated, RefundStage::UnderReview),
        ),
        RefundEvent::Succeeded(succeeded) => state.move_to(
            RefundState::Succeeded,
            stamp(succeeded.provider_updated, RefundStage::Succeeded),
        ),
        RefundEvent::Failed(failed) => state.move_to(
            RefundState::Failed,
            stamp(failed.provider_updated, RefundStage::Failed),
        ),
        RefundEvent::FlaggedForReview(flagged) => state.map(|mut facts| {
            facts.flags.insert(flagged.reported);
            facts
        }),
    }
}
