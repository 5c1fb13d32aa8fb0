//! The decisions about a review.

use chrono::{DateTime, Utc};

use super::command::{Change, PostReview};
use super::event::{
    RemovedBy, ReviewAnswered, ReviewConcern, ReviewEdited, ReviewEvent, ReviewHelpfulVoteWithdrawn,
    ReviewHelpfulVoted, ReviewHidden, ReviewPosted, ReviewPurchaseRestored, ReviewPurchaseUndone,
    ReviewRemoved, ReviewReported, ReviewRestored,
};
use super::purchase::{PurchaseStanding, purchase_of};
use super::state::{ReviewFacts, ReviewReport, ReviewState};
use super::{Review, ReviewCommand, ReviewError};
use crate::values::{Actor, OrderId, PersonId, Rating, ReviewId, Role, Sealed};

type Decision = Result<Vec<ReviewEvent>, ReviewError>;

/// The events that follow from a command.
pub(super) fn decide(state: &ReviewState, command: ReviewCommand) -> Decision {
    match command {
        ReviewCommand::Post(post) => decide_post(state, *post),
        ReviewCommand::Edit {
            actor,
            rating,
            body,
            at,
        } => decide_edit(authored(state, &actor)?, rating, body, at),
        ReviewCommand::Answer { actor, answer, at } => {
            let review = readable(state, &actor)?;
            if !actor.is(Role::Seller) || actor.person_id != review.seller_id {
                return Err(ReviewError::NotTheSeller);
            }
            Ok(vec![ReviewAnswered { answer, at }.into()])
        }
        ReviewCommand::Report {
            actor,
            concern,
            note,
            at,
        } => {
            let review = of_another(state, &actor)?;
            let reporter_id = actor.person_id;
            if review.reports.contains_key(&reporter_id) {
                return Ok(vec![]);
            }
            let reported = ReviewReported {
                reporter_id,
                concern,
                note,
                at,
            };
            Ok(vec![reported.into()])
        }
        ReviewCommand::Hide {
            actor,
            concern,
            note,
            at,
        } => decide_hide(state, &actor, concern, note, at),
        ReviewCommand::Restore { actor, at } => decide_restore(state, &actor, at),
        ReviewCommand::Remove { actor, at } => decide_remove(state, &actor, at),
        ReviewCommand::VoteHelpful { actor, at } => {
            let (review, voter_id) = (of_another(state, &actor)?, actor.person_id);
            if review.voters.contains(&voter_id) {
                return Ok(vec![]);
            }
            Ok(vec![ReviewHelpfulVoted { voter_id, at }.into()])
        }
        ReviewCommand::WithdrawHelpfulVote { actor, at } => {
            let (review, voter_id) = (of_another(state, &actor)?, actor.person_id);
            if !review.voters.contains(&voter_id) {
                return Ok(vec![]);
            }
            Ok(vec![ReviewHelpfulVoteWithdrawn { voter_id, at }.into()])
        }
        ReviewCommand::AlignPurchase {
            order_id,
            standing,
            at,
        } => Ok(decide_align(state, order_id, standing, at)),
    }
}

fn decide_post(state: &ReviewState, post: PostReview) -> Decision {
    let author_id = post.author.person_id;
    match state {
        ReviewState::Visible(known) | ReviewState::Hidden(known, _) => {
            return if known.was_posted_as(&post) {
                Ok(vec![])
            } else {
                Err(ReviewError::AlreadyReviewed)
            };
        }
        ReviewState::Removed(_, removed) => {
            if let Some(concern) = removed.hidden {
                return Err(ReviewError::WasHidden { concern });
            }
        }
        ReviewState::Absent => {}
    }
    let purchase = purchase_of(&post.order, author_id, post.product_id)?;
    if purchase.seller_id == author_id {
        return Err(ReviewError::OwnProduct);
    }
    let posted = ReviewPosted {
        review_id: ReviewId::of(author_id, post.product_id),
        product_id: post.product_id,
        author_id,
        seller_id: purchase.seller_id,
        order_id: purchase.order_id,
        purchased_at: purchase.purchased_at,
        rating: post.rating,
        body: post.body,
        at: post.at,
    };
    Ok(vec![posted.into()])
}

fn decide_edit(
    review: &ReviewFacts,
    rating: Change<Rating>,
    body: Change<Option<Sealed>>,
    at: DateTime<Utc>,
) -> Decision {
    let rating = rating.over(review.current.rating);
    let body = body.over(review.current.body.clone());
    if rating == review.current.rating && body == review.current.body {
        return Ok(vec![]);
    }
    if review.earlier.len() >= Review::EDITS_LIMIT {
        return Err(ReviewError::TooManyEdits);
    }
    Ok(vec![ReviewEdited { rating, body, at }.into()])
}

fn decide_hide(
    state: &ReviewState,
    actor: &Actor,
    concern: ReviewConcern,
    note: Option<Sealed>,
    at: DateTime<Utc>,
) -> Decision {
    must_moderate(actor)?;
    match state {
        ReviewState::Absent | ReviewState::Removed(..) => Err(ReviewError::NotFound),
        ReviewState::Hidden(_, hiding) if hiding.concern == concern && hiding.note == note => Ok(vec![]),
        ReviewState::Visible(_) | ReviewState::Hidden(..) => {
            Ok(vec![ReviewHidden { concern, note, at }.into()])
        }
    }
}

fn decide_restore(state: &ReviewState, actor: &Actor, at: DateTime<Utc>) -> Decision {
    must_moderate(actor)?;
    match state {
        ReviewState::Absent => Err(ReviewError::NotFound),
        // Whoever has looked at the reports says by this that it stays.
        ReviewState::Visible(review) => Ok(if review.reports.values().any(ReviewReport::is_open) {
            vec![ReviewRestored { at }.into()]
        } else {
            vec![]
        }),
        ReviewState::Hidden(..) => Ok(vec![ReviewRestored { at }.into()]),
        ReviewState::Removed(_, removed) => Ok(match removed.hidden {
            Some(_) => vec![ReviewRestored { at }.into()],
            None => vec![],
        }),
    }
}

fn decide_remove(state: &ReviewState, actor: &Actor, at: DateTime<Utc>) -> Decision {
    let review = state.facts().ok_or(ReviewError::NotFound)?;
    let by = if review.author_id == actor.person_id {
        RemovedBy::Author
    } else if actor.is(Role::Admin) {
        RemovedBy::Admin
    } else {
        return Err(unless_readable(state, ReviewError::NotTheAuthor));
    };
    match state {
        ReviewState::Absent | ReviewState::Removed(..) => Ok(vec![]),
        ReviewState::Visible(_) | ReviewState::Hidden(..) => Ok(vec![ReviewRemoved { by, at }.into()]),
    }
}

fn decide_align(
    state: &ReviewState,
    order_id: OrderId,
    standing: PurchaseStanding,
    at: DateTime<Utc>,
) -> Vec<ReviewEvent> {
    let review = match state {
        ReviewState::Visible(review) | ReviewState::Hidden(review, _) => review,
        ReviewState::Absent | ReviewState::Removed(..) => return vec![],
    };
    if review.order_id != order_id || review.purchase == standing {
        return vec![];
    }
    match standing {
        PurchaseStanding::Stands => vec![ReviewPurchaseRestored { order_id, at }.into()],
        PurchaseStanding::Undone(cause) => vec![ReviewPurchaseUndone { order_id, cause, at }.into()],
    }
}

/// The review, for its author.
fn authored<'a>(state: &'a ReviewState, actor: &Actor) -> Result<&'a ReviewFacts, ReviewError> {
    match state {
        ReviewState::Absent | ReviewState::Removed(..) => Err(ReviewError::NotFound),
        ReviewState::Visible(review) | ReviewState::Hidden(review, _) => {
            if review.author_id == actor.person_id {
                Ok(review)
            } else {
                Err(unless_readable(state, ReviewError::NotTheAuthor))
            }
        }
    }
}

/// The review, for those who can read it: everybody, unless it is hidden.
fn readable<'a>(state: &'a ReviewState, actor: &Actor) -> Result<&'a ReviewFacts, ReviewError> {
    match state {
        ReviewState::Visible(review) => Ok(review),
        ReviewState::Hidden(review, _) if review.author_id == actor.person_id => Ok(review),
        ReviewState::Absent | ReviewState::Hidden(..) | ReviewState::Removed(..) => {
            Err(ReviewError::NotFound)
        }
    }
}

/// The review, for those who can read it and did not write it.
fn of_another<'a>(state: &'a ReviewState, actor: &Actor) -> Result<&'a ReviewFacts, ReviewError> {
    let review = readable(state, actor)?;
    if review.author_id == actor.person_id {
        return Err(ReviewError::OwnReview);
    }
    Ok(review)
}

/// What cannot be read does not exist.
fn unless_readable(state: &ReviewState, error: ReviewError) -> ReviewError {
    match state {
        ReviewState::Visible(_) => error,
        ReviewState::Absent | ReviewState::Hidden(..) | ReviewState::Removed(..) => ReviewError::NotFound,
    }
}

fn must_moderate(actor: &Actor) -> Result<(), ReviewError> {
    if actor.is(Role::Admin) {
        Ok(())
    } else {
        Err(ReviewError::NotAnAdmin)
    }
}

impl ReviewFacts {
    fn was_posted_as(&self, post: &PostReview) -> bool {
        let order_id = post.order.facts().map(|order| order.order_id);
        let first = self.earlier.first().unwrap_or(&self.current);
        order_id == Some(self.order_id)
            && self.posted_at == post.at
            && first.rating == post.rating
            && first.body == post.body
    }

    /// Whether a person wrote it.
    pub fn is_by(&self, person_id: PersonId) -> bool {
        self.author_id == person_id
    }
}
