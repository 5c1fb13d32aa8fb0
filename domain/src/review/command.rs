//! What can be asked of a review.

use chrono::{DateTime, Utc};

use super::event::ReviewConcern;
use super::purchase::PurchaseStanding;
use crate::order::OrderState;
use crate::values::{Actor, OrderId, ProductId, Rating, Sealed};

/// What can be asked of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewCommand {
    /// A buyer says what they think of a product.
    Post(Box<PostReview>),
    /// The author changes rating or text.
    Edit {
        /// Who asks.
        actor: Actor,
        /// The stars.
        rating: Change<Rating>,
        /// The text, sealed with the author's key; or none from now on.
        body: Change<Option<Sealed>>,
        /// When.
        at: DateTime<Utc>,
    },
    /// The seller of the product answers, or answers anew.
    Answer {
        /// Who asks.
        actor: Actor,
        /// The answer, sealed with the seller's key.
        answer: Sealed,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody thinks that it should not be there.
    Report {
        /// Who asks.
        actor: Actor,
        /// Why.
        concern: ReviewConcern,
        /// The same in their words, sealed with their key.
        note: Option<Sealed>,
        /// When.
        at: DateTime<Utc>,
    },
    /// An admin hides it.
    Hide {
        /// Who asks.
        actor: Actor,
        /// Why: the author is told.
        concern: ReviewConcern,
        /// What else the author is told, sealed with the author's key.
        note: Option<Sealed>,
        /// When.
        at: DateTime<Utc>,
    },
    /// An admin shows it again, or says that it stays although it was reported; for a review that was removed while hidden, its author may post anew.
    Restore {
        /// Who asks.
        actor: Actor,
        /// When.
        at: DateTime<Utc>,
    },
    /// The author takes it back, or an admin takes it away.
    Remove {
        /// Who asks.
        actor: Actor,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody found it helpful.
    VoteHelpful {
        /// Who asks.
        actor: Actor,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody takes that back.
    WithdrawHelpfulVote {
        /// Who asks.
        actor: Actor,
        /// When.
        at: DateTime<Utc>,
    },
    /// The purchase it rests on stands so now. What concerns another purchase is nothing.
    AlignPurchase {
        /// The order.
        order_id: OrderId,
        /// How the purchase stands.
        standing: PurchaseStanding,
        /// When.
        at: DateTime<Utc>,
    },
}

/// A review as it is posted, and the order that shows that the author bought the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostReview {
    /// Who asks.
    pub author: Actor,
    /// The product.
    pub product_id: ProductId,
    /// The order as its stream says.
    pub order: OrderState,
    /// The stars.
    pub rating: Rating,
    /// The text, sealed with the author's key.
    pub body: Option<Sealed>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether a part of something is to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    Keep,
    /// It is to be this.
    To(T),
}

impl ReviewCommand {
    /// The same with this text, sealed, where it has one.
    #[must_use]
    pub fn with_text(self, sealed: Sealed) -> Self {
        match self {
            Self::Post(post) => Self::Post(Box::new(PostReview {
                body: Some(sealed),
                ..*post
            })),
            Self::Edit {
                actor, rating, at, ..
            } => Self::Edit {
                actor,
                rating,
                body: Change::To(Some(sealed)),
                at,
            },
            Self::Answer { actor, at, .. } => Self::Answer {
                actor,
                answer: sealed,
                at,
            },
            Self::Report {
                actor, concern, at, ..
            } => Self::Report {
                actor,
                concern,
                note: Some(sealed),
                at,
            },
            Self::Hide {
                actor, concern, at, ..
            } => Self::Hide {
                actor,
                concern,
                note: Some(sealed),
                at,
            },
            without @ (Self::Restore { .. }
            | Self::Remove { .. }
            | Self::VoteHelpful { .. }
            | Self::WithdrawHelpfulVote { .. }
            | Self::AlignPurchase { .. }) => without,
        }
    }
}

impl<T> Change<T> {
    /// What it is afterwards.
    pub fn over(self, present: T) -> T {
        match self {
            Self::Keep => present,
            Self::To(new) => new,
        }
    }
}
