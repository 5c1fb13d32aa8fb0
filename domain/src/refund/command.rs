//! What can be asked of a refund.

use chrono::{DateTime, Utc};

use super::report::{RefundReport, RefundStatus};
use crate::order::RefundReason;
use crate::values::{Money, OrderId, PaymentId, ProviderCode, RefundId};

/// A command to a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundCommand {
    /// An order wants money to go back.
    Request {
        /// The refund.
        refund_id: RefundId,
        /// The order.
        order_id: OrderId,
        /// The payment the money came with.
        payment_id: PaymentId,
        /// How much.
        amount: Money,
        /// Why.
        reason: RefundReason,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Our own call reached the provider. Whatever status it answered, this confirms nothing.
    RecordSubmitted {
        /// What the provider answered.
        provider_status: RefundStatus,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The provider refused our call, and has no such refund: both are known.
    RecordRefused {
        /// The provider's reason.
        code: Option<ProviderCode>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The provider said something about the refund.
    RecordStatus {
        /// What it said.
        report: RefundReport,
        /// Now.
        at: DateTime<Utc>,
    },
}
