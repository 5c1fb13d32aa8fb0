//! What the person wrote about products, and what else they did with reviews.

use chrono::{DateTime, Utc};
use comptoir_domain::review::{Review, ReviewConcern, ReviewEvent};
use comptoir_domain::values::{PersonId, Rating, ReviewId, Sealed, SubjectId};
use comptoir_engine::{
    REVIEW_ANSWER_CONTEXT, REVIEW_BODY_CONTEXT, REVIEW_HIDING_CONTEXT, REVIEW_REPORT_CONTEXT, UseCaseError,
};
use comptoir_ledger::Revision;
use comptoir_projections::persons::TraceKind;
use comptoir_projections::reviews::ReviewView;
use serde::Serialize;
use uuid::Uuid;

use super::super::document::Document;
use super::{Known, decode, next};
use crate::http::problem::Problem;
use crate::http::reviews::body::ReviewBody;
use crate::http::sealed::{Opened, open_text};

/// Something that the person did with a review, or that the platform did with theirs.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ReviewStep)]
pub(crate) struct ReviewStepBody {
    /// The review.
    #[schema(value_type = String)]
    review_id: ReviewId,
    /// What: `posted`, `edited`, `removed`, `hidden` or `restored` (theirs); `answered`, `reported`, `helpful_voted` or
    /// `helpful_vote_withdrawn` (by them).
    event: &'static str,
    /// When.
    at: DateTime<Utc>,
    /// The stars that it had from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>)]
    rating: Option<Rating>,
    /// Why it was reported or hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    reason: Option<ReviewConcern>,
    /// What was written with it; null once it was erased.
    #[serde(skip_serializing_if = "Opened::is_absent")]
    #[schema(value_type = Option<String>)]
    text: Opened<String>,
    /// Whether it was; beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_erased: Option<bool>,
}

/// A step, and the text that belongs to it, as it is stored.
struct Step<'a> {
    event: &'static str,
    at: DateTime<Utc>,
    rating: Option<Rating>,
    reason: Option<ReviewConcern>,
    text: Option<(&'a Sealed, &'static str)>,
}

impl<'a> Step<'a> {
    fn new(event: &'static str, at: DateTime<Utc>) -> Self {
        Self {
            event,
            at,
            rating: None,
            reason: None,
            text: None,
        }
    }

    fn saying(self, text: Option<&'a Sealed>, context: &'static str) -> Self {
        Self {
            text: text.map(|text| (text, context)),
            ..self
        }
    }
}

impl Known {
    pub(super) async fn write_reviews(&self, document: &mut Document) -> Result<(), Problem> {
        document.begin_list("reviews");
        let mut after = None;
        loop {
            let written = self.traces(TraceKind::ReviewWritten, after).await?;
            let Some(last) = written.last() else { break };
            after = Some(*last);
            for id in written {
                let loaded = self.app.engine().ledger().load::<Review>(id).await;
                let state = loaded.map_err(UseCaseError::from)?.state;
                if let Some(view) = ReviewView::of_state(&state) {
                    let body = ReviewBody::for_caller(&self.app, &self.own, &view).await?;
                    document.entry(body).await?;
                }
            }
        }
        document.end_list();
        Ok(())
    }

    pub(super) async fn write_review_history(&self, document: &mut Document) -> Result<(), Problem> {
        document.begin_list("review_history");
        for kind in [TraceKind::ReviewWritten, TraceKind::ReviewJoined] {
            let mut after = None;
            loop {
                let ids = self.traces(kind, after).await?;
                let Some(last) = ids.last() else { break };
                after = Some(*last);
                for id in ids {
                    self.write_steps_of_review(id, document).await?;
                }
            }
        }
        document.end_list();
        Ok(())
    }

    async fn write_steps_of_review(&self, id: Uuid, document: &mut Document) -> Result<(), Problem> {
        let (mut from, mut author) = (Revision::FIRST, None);
        loop {
            let events = self.events::<Review>(id, from).await?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            from = next(last);
            for event in &events {
                let event = decode::<Review>(event)?;
                if let Some(step) = step_of(self.person_id, &mut author, &event) {
                    let body = self.review_step(ReviewId::from_uuid(id), step).await?;
                    document.entry(body).await?;
                }
            }
        }
    }

    async fn review_step(&self, review_id: ReviewId, step: Step<'_>) -> Result<ReviewStepBody, Problem> {
        let mut body = ReviewStepBody {
            review_id,
            event: step.event,
            at: step.at,
            rating: step.rating,
            reason: step.reason,
            text: Opened::Absent,
            text_erased: None,
        };
        if let Some((text, context)) = step.text {
            let opened = open_text(&self.app, Some(text), context).await?;
            body.text_erased = Some(opened.is_erased());
            body.text = opened;
        }
        Ok(body)
    }
}

/// What an event says of a person; nothing, if it is about others.
fn step_of<'a>(
    person_id: PersonId,
    author: &mut Option<PersonId>,
    event: &'a ReviewEvent,
) -> Option<Step<'a>> {
    if let ReviewEvent::Posted(posted) = event {
        *author = Some(posted.author_id);
    }
    let theirs = *author == Some(person_id);
    let (step, concerned) = match event {
        ReviewEvent::Posted(posted) => {
            let step = Step::new("posted", posted.at).saying(posted.body.as_ref(), REVIEW_BODY_CONTEXT);
            let rating = Some(posted.rating);
            (Step { rating, ..step }, theirs)
        }
        ReviewEvent::Edited(edited) => {
            let step = Step::new("edited", edited.at).saying(edited.body.as_ref(), REVIEW_BODY_CONTEXT);
            let rating = Some(edited.rating);
            (Step { rating, ..step }, theirs)
        }
        ReviewEvent::Hidden(hidden) => {
            let step = Step::new("hidden", hidden.at).saying(hidden.note.as_ref(), REVIEW_HIDING_CONTEXT);
            let reason = Some(hidden.concern);
            (Step { reason, ..step }, theirs)
        }
        ReviewEvent::Restored(restored) => (Step::new("restored", restored.at), theirs),
        ReviewEvent::Removed(removed) => (Step::new("removed", removed.at), theirs),
        ReviewEvent::Answered(answered) => {
            let step = Step::new("answered", answered.at);
            let by_them = answered.answer.subject == SubjectId::from(person_id);
            (
                step.saying(Some(&answered.answer), REVIEW_ANSWER_CONTEXT),
                by_them,
            )
        }
        ReviewEvent::Reported(reported) => {
            let step = Step::new("reported", reported.at);
            let step = step.saying(reported.note.as_ref(), REVIEW_REPORT_CONTEXT);
            let reason = Some(reported.concern);
            (Step { reason, ..step }, reported.reporter_id == person_id)
        }
        ReviewEvent::HelpfulVoted(voted) => {
            (Step::new("helpful_voted", voted.at), voted.voter_id == person_id)
        }
        ReviewEvent::HelpfulVoteWithdrawn(voted) => {
            let step = Step::new("helpful_vote_withdrawn", voted.at);
            (step, voted.voter_id == person_id)
        }
        // That the money moved stands with the order.
        ReviewEvent::PurchaseUndone(_) | ReviewEvent::PurchaseRestored(_) => return None,
    };
    concerned.then_some(step)
}
