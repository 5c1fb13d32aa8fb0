//! What others do about a review: the seller answers; readers find it helpful, or report it.

use comptoir_domain::review::{ReviewCommand, ReviewConcern};
use comptoir_domain::values::{ReviewId, ReviewNote, ReviewText};

use super::review::{REVIEW_ANSWER_CONTEXT, REVIEW_REPORT_CONTEXT, ReviewChanged, Worded, Wording};
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

impl Engine {
    /// The seller of the product answers; an earlier answer gives way.
    #[tracing::instrument(name = "engine.review.answer", skip_all, fields(%review_id))]
    pub async fn answer_review(
        &self,
        request: &RequestContext,
        review_id: ReviewId,
        text: ReviewText,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let text = Wording::of(request.actor.person_id, REVIEW_ANSWER_CONTEXT, text);
        let command = ReviewCommand::Answer {
            actor: request.actor.clone(),
            answer: text.unsealed(),
            at: self.now(),
        };
        let worded = Worded::with(command, Some(text));
        self.change_review_once(request, "answer_review", review_id, worded)
            .await
    }

    /// Somebody reports a review to the platform. A second report of the same person changes nothing.
    #[tracing::instrument(name = "engine.review.report", skip_all, fields(%review_id))]
    pub async fn report_review(
        &self,
        request: &RequestContext,
        review_id: ReviewId,
        concern: ReviewConcern,
        note: Option<ReviewNote>,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let note = note.map(|note| Wording::of(request.actor.person_id, REVIEW_REPORT_CONTEXT, note));
        let command = ReviewCommand::Report {
            actor: request.actor.clone(),
            concern,
            note: None,
            at: self.now(),
        };
        self.change_review_once(request, "report_review", review_id, Worded::with(command, note))
            .await
    }

    /// Somebody finds a review helpful.
    #[tracing::instrument(name = "engine.review.vote", skip_all, fields(%review_id))]
    pub async fn vote_review_helpful(
        &self,
        request: &RequestContext,
        review_id: ReviewId,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let (actor, at) = (request.actor.clone(), self.now());
        let command = ReviewCommand::VoteHelpful { actor, at };
        self.change_review_once(request, "vote_review_helpful", review_id, Worded::plain(command))
            .await
    }

    /// Somebody takes that back.
    #[tracing::instrument(name = "engine.review.unvote", skip_all, fields(%review_id))]
    pub async fn withdraw_helpful_vote(
        &self,
        request: &RequestContext,
        review_id: ReviewId,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let (actor, at) = (request.actor.clone(), self.now());
        let command = ReviewCommand::WithdrawHelpfulVote { actor, at };
        self.change_review_once(
            request,
            "withdraw_helpful_vote",
            review_id,
            Worded::plain(command),
        )
        .await
    }
}
