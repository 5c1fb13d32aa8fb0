//! What can have happened to a refund.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::report::RefundStatus;
use crate::order::{RefundReason, ReportSource, upcast};
use crate::values::{Money, OrderId, PaymentId, ProviderCode, RefundId};
use crate::wire_events;

wire_events! {
    /// An event of a refund's stream.
    pub enum RefundEvent {
        /// An order wants money to go back.
        Requested(RefundRequested) => ("refund.requested", 1),
        /// The provider has our request.
        Submitted(RefundSubmitted) => ("refund.submitted", 1),
        /// The provider does not take it.
        Refused(RefundRefused) => ("refund.refused", 1),
        /// Somebody at the provider looks at it.
        UnderReview(RefundUnderReview) => ("refund.under_review", 1),
        /// The money has gone back.
        Succeeded(RefundSucceeded) => ("refund.succeeded", 1),
        /// The money could not go back, perhaps after it seemed to.
        Failed(RefundFailed) => ("refund.failed", 2, [upcast::failed_in_words]),
        /// The provider refunds something else than we asked for.
        FlaggedForReview(RefundFlaggedForReview) => ("refund.flagged_for_review", 1),
    }
}

/// An order wants money to go back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequested {
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
    /// When.
    pub at: DateTime<Utc>,
}

/// The provider has our request. Confirms nothing, whatever the status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundSubmitted {
    /// What the provider answered to our call.
    pub provider_status: RefundStatus,
    /// When.
    pub at: DateTime<Utc>,
}

/// The provider did not take our request, and says, asked for the refund, that there is none. So no money moves, and it can be
/// asked for again as another refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRefused {
    /// The provider's reason.
    pub code: Option<ProviderCode>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody at the provider looks at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundUnderReview {
    /// When the provider changed it.
    pub provider_updated: DateTime<Utc>,
    /// How we learnt of it.
    pub source: ReportSource,
    /// When we did.
    pub at: DateTime<Utc>,
}

/// The money has gone back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundSucceeded {
    /// How much.
    pub amount: Money,
    /// When the provider changed it.
    pub provider_updated: DateTime<Utc>,
    /// How we learnt of it.
    pub source: ReportSource,
    /// When we did.
    pub at: DateTime<Utc>,
}

/// The money could not go back; undoes a success that came before. In words it stands in the sealed body of its webhook alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundFailed {
    /// The processor's code.
    pub code: Option<ProviderCode>,
    /// The provider's own code for it, the same whatever the processor.
    pub unified_code: Option<ProviderCode>,
    /// When the provider changed it.
    pub provider_updated: DateTime<Utc>,
    /// How we learnt of it.
    pub source: ReportSource,
    /// When we did.
    pub at: DateTime<Utc>,
}

/// The provider refunds another amount or currency than we asked for: once for each amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundFlaggedForReview {
    /// What we asked for.
    pub expected: Money,
    /// What the provider names instead.
    pub reported: Money,
    /// The provider's status.
    pub provider_status: RefundStatus,
    /// When the provider changed it.
    pub provider_updated: DateTime<Utc>,
    /// How we learnt of it.
    pub source: ReportSource,
    /// When we did.
    pub at: DateTime<Utc>,
}
