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
    /// Nothing was paid, so nothing can go back.
    #[error("the order is not paid")]
    NotPaid,
    /// The buyer's bank has the money in dispute: a refund could pay it back twice.
    #[error("the payment is disputed; nothing can be refunded until the dispute has ended")]
    Disputed,
    /// All of it has gone back, or is on its way.
    #[error("there is nothing left to refund")]
    NothingLeft,
    /// The time for this refund is over.
    #[error("it could be refunded until {until}")]
    RefundWindowOver {
        /// When it ended.
        until: DateTime<Utc>,
    },
    /// The line is another seller's.
    #[error("line {line} is another seller's")]
    OtherSellersLine {
        /// The line, counted from 0.
        line: u32,
    },
    /// The order has no such line.
    #[error("the order has no line {line}")]
    UnknownLine {
        /// The line, counted from 0.
        line: u32,
    },
    /// No line is named.
    #[error("at least one line must be named")]
    NoLines,
    /// The reason says nothing, and neither does a note.
    #[error("this reason needs a note")]
    NoteMissing,
    /// The time to withdraw is over.
    #[error("the buyer could withdraw until {until}")]
    WithdrawalOver {
        /// When it ended.
        until: DateTime<Utc>,
    },
    /// Delivery of all of it had begun, or all of it was withdrawn before.
    #[error("there is nothing left to withdraw from: delivery has begun, or it was withdrawn before")]
    NothingToWithdraw,
    /// A business bought it, and the right is one of consumers.
    #[error("the right of withdrawal is for consumers, and this was bought by a business: it has a VAT id")]
    BoughtByBusiness,
    /// There is no declaration to confirm.
    #[error("a withdrawal must be declared before it is confirmed")]
    NoDeclaration,
    /// The amount to refund is not positive, or more than is left.
    #[error("at most {refundable} can be refunded")]
    NotRefundable {
        /// What is left of the money that arrived.
        refundable: Money,
    },
    /// Another refund of this order has that id.
    #[error("the refund already exists for another reason")]
    RefundExists,
    /// The order has no such refund.
    #[error("the order has no such refund")]
    UnknownRefund,
}
