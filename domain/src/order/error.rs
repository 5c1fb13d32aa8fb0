//! Why an order refuses a command.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::values::{Money, PaymentId};

/// Why an order refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OrderError {
    /// There is no such order.
    #[error("the order does not exist")]
    NotFound,
    /// Another order has that id.
    #[error("the order already exists")]
    AlreadyPlaced,
    /// The actor is neither the buyer nor an admin.
    #[error("only the buyer or an admin may do this")]
    NotYours,
    /// The session would end before it starts.
    #[error("the order would expire before it is placed")]
    ExpiresInThePast,
    /// The payment belongs to another order.
    #[error("the payment of this order is {expected}")]
    WrongPayment {
        /// The payment of this order.
        expected: PaymentId,
    },
    /// The bank has not answered yet, so the order can neither be cancelled nor expire.
    #[error("the payment is being processed")]
    PaymentProcessing,
    /// The order is paid.
    #[error("the order is paid")]
    AlreadyPaid,
    /// The order was cancelled.
    #[error("the order was cancelled")]
    AlreadyCancelled,
    /// The order expired.
    #[error("the order expired")]
    AlreadyExpired,
    /// There is still time to pay.
    #[error("the order can be paid until {expires_at}")]
    NotYetExpired {
        /// When the time is over.
        expires_at: DateTime<Utc>,
    },
    /// The amount to refund is not positive, in another currency, or more than is left.
    #[error("at most {refundable} can be refunded")]
    NotRefundable {
        /// What is left of the money that arrived.
        refundable: Money,
    },
    /// Another refund of this order has that id.
    #[error("the refund already exists with another amount")]
    RefundExists,
    /// The order has no such refund.
    #[error("the order has no such refund")]
    UnknownRefund,
}
