//! Review: what a buyer says about a product they bought; what its seller answers, others think of it, and the platform
//! does about it.
//!
//! There is one for each buyer and product, in a stream whose id follows from both. It rests on one paid order that contains
//! the product; while the money of that purchase is back with the buyer, the review stays and its rating does not count.

mod command;
mod decide;
mod error;
mod event;
mod purchase;
mod state;
#[cfg(test)]
mod tests;

pub use command::{Change, PostReview, ReviewCommand};
pub use error::{NotPurchased, ReviewError};
pub use event::{
    RemovedBy, ReviewAnswered, ReviewConcern, ReviewEdited, ReviewEvent, ReviewHelpfulVoteWithdrawn,
    ReviewHelpfulVoted, ReviewHidden, ReviewPosted, ReviewPurchaseRestored, ReviewPurchaseUndone,
    ReviewRemoved, ReviewReported, ReviewRestored,
};
pub use purchase::{Purchase, PurchaseStanding, PurchaseUndone, purchase_of, standing_of};
pub use state::{
    RemovedReview, ReportStanding, ReviewAnswer, ReviewFacts, ReviewHiding, ReviewReport, ReviewState,
    ReviewStatus, ReviewVersion,
};

use crate::decider::Decider;

/// The aggregate behind the stream category `review`.
#[derive(Debug, Clone, Copy)]
pub struct Review;

impl Review {
    /// How often a review can be edited.
    pub const EDITS_LIMIT: usize = 100;
}

impl Decider for Review {
    const NAME: &'static str = "review";
    type State = ReviewState;
    type Command = ReviewCommand;
    type Event = ReviewEvent;
    type Error = ReviewError;

    fn decide(state: &ReviewState, command: ReviewCommand) -> Result<Vec<ReviewEvent>, ReviewError> {
        decide::decide(state, command)
    }

    fn evolve(state: ReviewState, event: &ReviewEvent) -> ReviewState {
        state::evolve(state, event)
    }
}
