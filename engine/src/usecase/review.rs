//! What the use cases about reviews share: who says something has it sealed with their own key, once it is clear that the
//! review takes it.

use comptoir_domain::review::{ReviewCommand, ReviewError, ReviewFacts};
use comptoir_domain::values::{PersonId, ReviewId, Sealed, SubjectId};
use comptoir_ledger::Append;
use serde::{Deserialize, Serialize};

use crate::aggregates::{Attempts, Freshness};
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// The context under which the text of a review is sealed.
pub const REVIEW_BODY_CONTEXT: &str = "review.body";
/// The context under which a seller's answer is sealed.
pub const REVIEW_ANSWER_CONTEXT: &str = "review.answer";
/// The context under which the note of a report is sealed.
pub const REVIEW_REPORT_CONTEXT: &str = "review.report";
/// The context under which what an author is told about a hidden review is sealed.
pub const REVIEW_HIDING_CONTEXT: &str = "review.hiding";

/// The answer to a change of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewChanged {
    /// The review.
    pub review_id: ReviewId,
}

/// What somebody says, before it is sealed.
pub(super) struct Wording {
    subject: SubjectId,
    context: &'static str,
    text: String,
}

impl Wording {
    /// A text, under the key of a person.
    pub(super) fn of(person: PersonId, context: &'static str, text: impl Into<String>) -> Self {
        Self {
            subject: person.into(),
            context,
            text: text.into(),
        }
    }

    /// What stands in for it until it is sealed.
    pub(super) fn unsealed(&self) -> Sealed {
        Sealed {
            subject: self.subject,
            ciphertext: String::new(),
        }
    }
}

/// A command that is decided for real once its text, if it has one, is sealed.
pub(super) struct Worded {
    command: ReviewCommand,
    text: Option<Wording>,
}

impl Worded {
    /// A command without a text.
    pub(super) fn plain(command: ReviewCommand) -> Self {
        Self { command, text: None }
    }

    /// A command with this text, if there is one.
    pub(super) fn with(command: ReviewCommand, text: Option<Wording>) -> Self {
        match text {
            None => Self::plain(command),
            Some(text) => Self {
                command: command.with_text(text.unsealed()),
                text: Some(text),
            },
        }
    }
}

impl Engine {
    /// Changes a review by a command that may only take effect once for each idempotency key. Where it has had its effect
    /// already, nothing is appended; where it is refused, nothing is stored, not even a key.
    pub(super) async fn change_review_once(
        &self,
        request: &RequestContext,
        operation: &'static str,
        review_id: ReviewId,
        worded: Worded,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let first = self.append_to_review(request, operation, review_id, worded);
        self.once(request, operation, first).await
    }

    async fn append_to_review(
        &self,
        request: &RequestContext,
        operation: &'static str,
        review_id: ReviewId,
        mut worded: Worded,
    ) -> Result<Answered<ReviewChanged>, UseCaseError> {
        let answer = ReviewChanged { review_id };
        let mut attempts = Attempts::new();
        loop {
            let review = self
                .reviews
                .get(review_id.as_uuid(), attempts.freshness())
                .await?;
            match review.decide(worded.command.clone()) {
                Ok(events) if !events.is_empty() => {}
                _ if attempts.confirm() => continue,
                Ok(_) => return Ok(Answered::unchanged(answer, self.ledger.horizon())),
                Err(refused) => return Err(refused.into()),
            }
            self.refuse_new_words_of_erased(request, &worded.command).await?;
            self.seal_text(&mut worded).await?;
            let events = review.decide(worded.command.clone())?;
            let append = Append::new(&request.metadata()).write(&review, &events, self.ledger.ids());
            let append = with_answer(append, request, operation, answer)?;
            match self.ledger.append(append).await {
                Ok(appended) => {
                    self.reviews.remember_after(review, &events);
                    return Ok(Answered::first(answer, appended.position));
                }
                Err(failed) => {
                    self.retry_after(failed, &mut attempts, || self.reviews.forget(review_id.as_uuid()))
                        .await?;
                }
            }
        }
    }

    /// Who was erased can take things back, and say nothing new.
    async fn refuse_new_words_of_erased(
        &self,
        request: &RequestContext,
        command: &ReviewCommand,
    ) -> Result<(), UseCaseError> {
        match command {
            ReviewCommand::Post(_)
            | ReviewCommand::Edit { .. }
            | ReviewCommand::Answer { .. }
            | ReviewCommand::Report { .. }
            | ReviewCommand::VoteHelpful { .. } => self.refuse_erased(request.actor.person_id).await,
            ReviewCommand::Hide { .. }
            | ReviewCommand::Restore { .. }
            | ReviewCommand::Remove { .. }
            | ReviewCommand::WithdrawHelpfulVote { .. }
            | ReviewCommand::AlignPurchase { .. } => Ok(()),
        }
    }

    /// Seals the text of a command, once.
    async fn seal_text(&self, worded: &mut Worded) -> Result<(), UseCaseError> {
        if let Some(text) = worded.text.take() {
            let sealed = self.seal_wording(text).await?;
            worded.command = worded.command.clone().with_text(sealed);
        }
        Ok(())
    }

    /// Seals a text with the key of the person that it belongs to.
    pub(super) async fn seal_wording(&self, wording: Wording) -> Result<Sealed, UseCaseError> {
        let Wording {
            subject,
            context,
            text,
        } = wording;
        Ok(self.vault.seal(subject, context, text.as_bytes()).await?)
    }

    /// The review as the ledger has it now.
    pub(super) async fn review_facts(&self, review_id: ReviewId) -> Result<ReviewFacts, UseCaseError> {
        let review = self.reviews.get(review_id.as_uuid(), Freshness::Fresh).await?;
        let facts = review.state.facts().cloned();
        Ok(facts.ok_or(ReviewError::NotFound)?)
    }
}

/// Records the answer under the key of the request.
pub(super) fn with_answer(
    append: Append,
    request: &RequestContext,
    operation: &'static str,
    answer: ReviewChanged,
) -> Result<Append, UseCaseError> {
    let recorded =
        serde_json::to_string(&answer).map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
    Ok(match request.recording(operation, recorded) {
        Some(idempotency) => append.idempotent(idempotency),
        None => append,
    })
}
