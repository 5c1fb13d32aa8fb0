//! Why a refund refuses a command.

use thiserror::Error;

use crate::values::RefundId;

/// Why a refund refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RefundError {
    /// There is no such refund.
    #[error("the refund does not exist")]
    NotFound,
    /// Another refund has that id.
    #[error("the refund was requested with other content")]
    RequestedDifferently,
    /// The amount is not positive.
    #[error("a refund must be of more than nothing")]
    NothingToRefund,
    /// The report is about another refund.
    #[error("the report is not about refund {expected}")]
    WrongRefund {
        /// This refund.
        expected: RefundId,
    },
}
