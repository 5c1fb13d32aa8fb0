//! An admin hides a review, or shows it again.

use comptoir_domain::review::{ReviewCommand, ReviewConcern};
use comptoir_domain::values::{ReviewId, ReviewNote};

use super::review::{REVIEW_HIDING_CONTEXT, ReviewChanged, Worded, Wording};
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;
use crate::vault::KeyStanding;

impl Engine {
    /// Hides a review. Its author is told the reason, and the note, which is sealed with the author's key: it is about them.
    /// Of an author who was erased nothing more is noted than the reason.
    #[tracing::instrument(name = "engine.review.hide", skip_all, fields(%review_id))]
    pub async fn hide_review(
        &self,
        request: &RequestContext,
        review_id: ReviewId,
        concern: ReviewConcern,
        note: Option<ReviewNote>,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let author_id = self.review_facts(review_id).await?.author_id;
        let note = match self.vault.standing(author_id.into()).await? {
            KeyStanding::Destroyed => None,
            KeyStanding::Held | KeyStanding::Missing => note,
        };
        let note = note.map(|note| Wording::of(author_id, REVIEW_HIDING_CONTEXT, note));
        let command = ReviewCommand::Hide {
            actor: request.actor.clone(),
            concern,
            note: None,
            at: self.now(),
        };
        self.change_review_once(request, "hide_review", review_id, Worded::with(command, note))
            .await
    }

    /// Shows a hidden review again; after one was removed while hidden, lets its author post another.
    #[tracing::instrument(name = "engine.review.restore", skip_all, fields(%review_id))]
    pub async fn restore_review(
        &self,
        request: &RequestContext,
        review_id: ReviewId,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let (actor, at) = (request.actor.clone(), self.now());
        let command = ReviewCommand::Restore { actor, at };
        self.change_review_once(request, "restore_review", review_id, Worded::plain(command))
            .await
    }
}
