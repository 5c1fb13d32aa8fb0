//! Samples of what happens to a review.

use super::super::{at, buyer, order_id, product_id, sealed, seller, stranger};
use crate::review::{
    PurchaseUndone, RemovedBy, ReviewAnswered, ReviewConcern, ReviewEdited, ReviewEvent,
    ReviewHelpfulVoteWithdrawn, ReviewHelpfulVoted, ReviewHidden, ReviewPosted, ReviewPurchaseRestored,
    ReviewPurchaseUndone, ReviewRemoved, ReviewReported, ReviewRestored,
};
use crate::values::{PersonId, Rating, ReviewId, Sealed, SubjectId};

/// The stars.
pub fn stars(stars: i64) -> Rating {
    Rating::try_new(stars).expect("a valid rating")
}

/// Personal data of a person that nobody can read.
pub fn sealed_by(person: PersonId) -> Sealed {
    Sealed {
        subject: SubjectId::from(person),
        ..sealed()
    }
}

/// A review of the track by its buyer.
pub fn review_posted() -> ReviewPosted {
    let (author_id, seller_id) = (buyer().person_id, seller().person_id);
    ReviewPosted {
        review_id: ReviewId::of(author_id, product_id()),
        product_id: product_id(),
        author_id,
        seller_id,
        order_id: order_id(),
        purchased_at: at(5),
        rating: stars(4),
        body: Some(sealed_by(author_id)),
        at: at(30),
    }
}

/// Every event of a review.
pub(super) fn all() -> Vec<ReviewEvent> {
    let (author_id, voter_id) = (buyer().person_id, stranger().person_id);
    let concern = ReviewConcern::OffTopic;
    vec![
        review_posted().into(),
        ReviewEdited {
            rating: stars(5),
            body: None,
            at: at(31),
        }
        .into(),
        ReviewAnswered {
            answer: sealed_by(seller().person_id),
            at: at(32),
        }
        .into(),
        ReviewReported {
            reporter_id: voter_id,
            concern,
            note: Some(sealed_by(voter_id)),
            at: at(33),
        }
        .into(),
        ReviewHidden {
            concern,
            note: Some(sealed_by(author_id)),
            at: at(34),
        }
        .into(),
        ReviewRestored { at: at(35) }.into(),
        ReviewHelpfulVoted { voter_id, at: at(36) }.into(),
        ReviewHelpfulVoteWithdrawn { voter_id, at: at(37) }.into(),
        ReviewPurchaseUndone {
            order_id: order_id(),
            cause: PurchaseUndone::Refunded,
            at: at(38),
        }
        .into(),
        ReviewPurchaseRestored {
            order_id: order_id(),
            at: at(39),
        }
        .into(),
        ReviewRemoved {
            by: RemovedBy::Author,
            at: at(40),
        }
        .into(),
    ]
}
