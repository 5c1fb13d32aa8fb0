//! The author of a review changes it, or takes it back.

use comptoir_domain::review::{Change, ReviewCommand};
use comptoir_domain::values::{Rating, ReviewId, ReviewText};

use super::review::{REVIEW_BODY_CONTEXT, ReviewChanged, Worded, Wording};
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// What is to change of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditReview {
    /// The stars.
    pub rating: Change<Rating>,
    /// The text. Sealed before it is stored.
    pub body: Change<Option<ReviewText>>,
}

impl Engine {
    /// Changes rating or text. Setting what it says already changes nothing.
    #[tracing::instrument(name = "engine.review.edit", skip_all, fields(%review_id))]
    pub async fn edit_review(
        &self,
        request: &RequestContext,
        review_id: ReviewId,
        edit: EditReview,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let author_id = request.actor.person_id;
        let editing = |body| ReviewCommand::Edit {
            actor: request.actor.clone(),
            rating: edit.rating,
            body,
            at: self.now(),
        };
        let worded = match edit.body {
            Change::Keep => Worded::plain(editing(Change::Keep)),
            Change::To(None) => Worded::plain(editing(Change::To(None))),
            Change::To(Some(text)) if self.says_already(review_id, &text).await? => {
                Worded::plain(editing(Change::Keep))
            }
            Change::To(Some(text)) => {
                let text = Wording::of(author_id, REVIEW_BODY_CONTEXT, text);
                Worded::with(editing(Change::Keep), Some(text))
            }
        };
        self.change_review_once(request, "edit_review", review_id, worded)
            .await
    }

    /// Takes a review back, or away.
    #[tracing::instrument(name = "engine.review.remove", skip_all, fields(%review_id))]
    pub async fn remove_review(
        &self,
        request: &RequestContext,
        review_id: ReviewId,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let (actor, at) = (request.actor.clone(), self.now());
        let command = ReviewCommand::Remove { actor, at };
        self.change_review_once(request, "remove_review", review_id, Worded::plain(command))
            .await
    }

    /// Whether a text is the one that the review has: sealed anew, the same text would look like another one.
    async fn says_already(&self, review_id: ReviewId, text: &ReviewText) -> Result<bool, UseCaseError> {
        let Some(body) = self.review_facts(review_id).await?.current.body else {
            return Ok(false);
        };
        let opened = self.vault.open(&body, REVIEW_BODY_CONTEXT).await;
        // What does not open is not what is said now; whoever is erased is told when it is sealed.
        Ok(opened.is_ok_and(|opened| opened == text.as_str().as_bytes()))
    }
}
