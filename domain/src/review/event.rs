//! What can have happened to a review.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::purchase::PurchaseUndone;
use crate::values::{OrderId, PersonId, ProductId, Rating, ReviewId, Sealed};
use crate::wire_events;

wire_events! {
    /// An event of a review's stream.
    pub enum ReviewEvent {
        /// A buyer said what they think of a product.
        Posted(ReviewPosted) => ("review.posted", 1),
        /// The author changed it.
        Edited(ReviewEdited) => ("review.edited", 1),
        /// The seller answered.
        Answered(ReviewAnswered) => ("review.answered", 1),
        /// Somebody thinks that it should not be there.
        Reported(ReviewReported) => ("review.reported", 1),
        /// An admin hid it.
        Hidden(ReviewHidden) => ("review.hidden", 1),
        /// An admin took that back.
        Restored(ReviewRestored) => ("review.restored", 1),
        /// It was taken back, or away.
        Removed(ReviewRemoved) => ("review.removed", 1),
        /// Somebody found it helpful.
        HelpfulVoted(ReviewHelpfulVoted) => ("review.helpful_voted", 1),
        /// Somebody took that back.
        HelpfulVoteWithdrawn(ReviewHelpfulVoteWithdrawn) => ("review.helpful_vote_withdrawn", 1),
        /// The money of the purchase is back with the buyer: the rating does not count.
        PurchaseUndone(ReviewPurchaseUndone) => ("review.purchase_undone", 1),
        /// That was undone: the rating counts again.
        PurchaseRestored(ReviewPurchaseRestored) => ("review.purchase_restored", 1),
    }
}

impl ReviewEvent {
    /// When it happened.
    pub const fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Posted(event) => event.at,
            Self::Edited(event) => event.at,
            Self::Answered(event) => event.at,
            Self::Reported(event) => event.at,
            Self::Hidden(event) => event.at,
            Self::Restored(event) => event.at,
            Self::Removed(event) => event.at,
            Self::HelpfulVoted(event) => event.at,
            Self::HelpfulVoteWithdrawn(event) => event.at,
            Self::PurchaseUndone(event) => event.at,
            Self::PurchaseRestored(event) => event.at,
        }
    }
}

/// Why a review should not be there: for reports, and for hiding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewConcern {
    /// Advertising, or the same over and over.
    Spam,
    /// It insults or threatens.
    Offensive,
    /// It is not about the product.
    OffTopic,
    /// It tells something about a person that is nobody's business.
    PersonalData,
    /// It does not come from an experience with the product.
    Fake,
    /// Its author has a stake in the product or in a rival.
    ConflictOfInterest,
    /// It breaks a law or a right.
    Illegal,
    /// Something else, which the note says.
    Other,
}

impl ReviewConcern {
    /// The name, as events and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spam => "spam",
            Self::Offensive => "offensive",
            Self::OffTopic => "off_topic",
            Self::PersonalData => "personal_data",
            Self::Fake => "fake",
            Self::ConflictOfInterest => "conflict_of_interest",
            Self::Illegal => "illegal",
            Self::Other => "other",
        }
    }
}

/// Who removed a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovedBy {
    /// Its author.
    Author,
    /// The platform.
    Admin,
}

impl RemovedBy {
    /// The name, as events and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Admin => "admin",
        }
    }
}

/// A buyer said what they think of a product. Starts a review, and starts it anew after it was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPosted {
    /// The review.
    pub review_id: ReviewId,
    /// The product.
    pub product_id: ProductId,
    /// Who wrote it.
    pub author_id: PersonId,
    /// Who sold the product to them.
    pub seller_id: PersonId,
    /// The order it was bought with.
    pub order_id: OrderId,
    /// When that was paid.
    pub purchased_at: DateTime<Utc>,
    /// The stars.
    pub rating: Rating,
    /// The text, sealed with the author's key.
    pub body: Option<Sealed>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The author changed rating or text. Says both as they are from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewEdited {
    /// The stars.
    pub rating: Rating,
    /// The text, sealed with the author's key.
    pub body: Option<Sealed>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The seller answered; the answer takes the place of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewAnswered {
    /// The answer, sealed with the seller's key.
    pub answer: Sealed,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody thinks that the review should not be there: once for each person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewReported {
    /// Who.
    pub reporter_id: PersonId,
    /// Why.
    pub concern: ReviewConcern,
    /// The same in their words, sealed with their key.
    pub note: Option<Sealed>,
    /// When.
    pub at: DateTime<Utc>,
}

/// An admin hid the review. Its author goes on seeing it, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewHidden {
    /// Why.
    pub concern: ReviewConcern,
    /// What else the author is told, sealed with the author's key.
    pub note: Option<Sealed>,
    /// When.
    pub at: DateTime<Utc>,
}

/// An admin took the hiding back; or, of a review that was reported and not hidden, said that it stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRestored {
    /// When.
    pub at: DateTime<Utc>,
}

/// The review was taken back by its author, or away by an admin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRemoved {
    /// By whom.
    pub by: RemovedBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody found the review helpful: once for each person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewHelpfulVoted {
    /// Who.
    pub voter_id: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody took their vote back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewHelpfulVoteWithdrawn {
    /// Who.
    pub voter_id: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// All that was paid for the purchase is back with the buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPurchaseUndone {
    /// The order.
    pub order_id: OrderId,
    /// By what.
    pub cause: PurchaseUndone,
    /// When we acted on it.
    pub at: DateTime<Utc>,
}

/// What had undone the purchase was undone itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPurchaseRestored {
    /// The order.
    pub order_id: OrderId,
    /// When we acted on it.
    pub at: DateTime<Utc>,
}
