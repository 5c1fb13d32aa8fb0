//! `POST /api/v1/reviews/{review_id}/report`

use comptoir_domain::review::ReviewConcern;
use comptoir_domain::values::ReviewNote;
use serde::Deserialize;

use super::action::{ReviewAction, answer};
use super::body::ReviewBody;
use crate::http::answer::Answer;
use crate::http::auth::Participants;
use crate::http::problem::Problem;

/// Why a review should not be there.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportReviewRequest {
    /// Why.
    #[schema(value_type = super::parts::ConcernName)]
    reason: ReviewConcern,
    /// The same in one's own words, for the platform.
    #[schema(value_type = Option<String>, max_length = 1000)]
    #[serde(default)]
    note: Option<ReviewNote>,
}

/// Report a review
///
/// For everybody but its author. A second report of the same person changes nothing.
#[utoipa::path(post, path = "/reviews/{review_id}/report", tag = "reviews", params(
        super::ReviewPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    request_body = ReportReviewRequest,
    responses(
        (status = 200, description = "The review as it is now", body = ReviewBody),
        (status = 403, description = "`review_not_allowed`: it is the caller's own"),
        (status = 404, description = "`review_not_found`"),
    ))]
pub(crate) async fn report_review(
    action: ReviewAction<Participants, ReportReviewRequest>,
) -> Result<Answer<ReviewBody>, Problem> {
    let ReviewAction {
        app,
        context,
        review_id,
        content,
        ..
    } = action;
    let answered = app
        .engine()
        .report_review(&context, review_id, content.reason, content.note)
        .await?;
    answer(&app, context, answered).await
}
