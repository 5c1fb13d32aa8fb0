//! What the payment provider says about a refund.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::order::{ReportSource, wire_statuses};
use crate::values::{Money, ProviderCode, RefundId};

/// A statement of the provider about a refund, from a signed webhook or a status that we read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundReport {
    /// The refund.
    pub refund_id: RefundId,
    /// Where it stands.
    pub status: RefundStatus,
    /// How much.
    pub amount: Money,
    /// When the provider last changed it; older reports are ignored.
    pub updated: DateTime<Utc>,
    /// Why it failed, if it did, in the processor's code.
    pub error_code: Option<ProviderCode>,
    /// The same in the provider's own code.
    pub unified_code: Option<ProviderCode>,
    /// How we learnt of it.
    pub source: ReportSource,
}

wire_statuses! {
    /// The provider's status of a refund, as Hyperswitch's API and webhooks have it (release 2026.06.25.0).
    pub enum RefundStatus {
        /// On its way.
        Pending = "pending",
        /// Somebody at the provider looks at it.
        Review = "review",
        /// The money has gone back.
        Succeeded = "succeeded",
        /// The money could not go back.
        Failed = "failed",
    }
}
