//! Why a review refuses a command.

use thiserror::Error;

use super::Review;
use super::event::ReviewConcern;

/// Why a review refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReviewError {
    /// There is no such review, or the actor cannot see it.
    #[error("the review does not exist")]
    NotFound,
    /// The actor did not write it.
    #[error("only the author of the review may do this")]
    NotTheAuthor,
    /// The actor does not sell the product.
    #[error("only the seller of the product may answer")]
    NotTheSeller,
    /// Only the platform may do this.
    #[error("only an admin may do this")]
    NotAnAdmin,
    /// The author has not bought the product, or has the money back.
    #[error(transparent)]
    NotPurchased(#[from] NotPurchased),
    /// Sellers do not review what they sell.
    #[error("nobody reviews a product of their own")]
    OwnProduct,
    /// Nobody votes for or reports what they wrote.
    #[error("this cannot be done to a review of one's own")]
    OwnReview,
    /// The author has reviewed the product: it can be edited, or removed first.
    #[error("there is one review for each buyer and product, and there is one already")]
    AlreadyReviewed,
    /// The author removed a review that was hidden: only an admin makes room for another one.
    #[error("the author's review was hidden ({reason}); an admin has to allow another one", reason = .concern.as_str())]
    WasHidden {
        /// Why it was hidden.
        concern: ReviewConcern,
    },
    /// It was edited as often as it can be.
    #[error("a review can be edited at most {limit} times", limit = Review::EDITS_LIMIT)]
    TooManyEdits,
}

/// Why an order does not show that somebody bought a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotPurchased {
    /// There is no such order of that person.
    #[error("the order does not exist")]
    NoSuchOrder,
    /// The order was not paid, or not yet.
    #[error("the order is not paid")]
    NotPaid,
    /// The order has no line with the product.
    #[error("the order does not contain the product")]
    NotInOrder,
    /// All that was paid for it has gone back.
    #[error("the purchase was refunded")]
    Refunded,
    /// The buyer's bank took all that was paid for it.
    #[error("the purchase was charged back")]
    ChargedBack,
}

impl NotPurchased {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoSuchOrder => "unknown_order",
            Self::NotPaid => "not_paid",
            Self::NotInOrder => "product_not_in_order",
            Self::Refunded => "refunded",
            Self::ChargedBack => "charged_back",
        }
    }
}
