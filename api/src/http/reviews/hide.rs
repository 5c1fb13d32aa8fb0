//! `POST /api/v1/reviews/{review_id}/hide`

use comptoir_domain::review::ReviewConcern;
use comptoir_domain::values::ReviewNote;
use serde::Deserialize;

use super::action::{ReviewAction, answer};
use super::body::ReviewBody;
use crate::http::answer::Answer;
use crate::http::auth::Admins;
use crate::http::problem::Problem;

/// Why a review is hidden.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HideReviewRequest {
    /// Why: its author is told.
    #[schema(value_type = super::parts::ConcernName)]
    reason: ReviewConcern,
    /// What else its author is told.
    #[schema(value_type = Option<String>, max_length = 1000)]
    #[serde(default)]
    note: Option<ReviewNote>,
}

/// Hide a review
///
/// Its author goes on seeing it, with the reason and the note. Its rating does not count.
#[utoipa::path(post, path = "/reviews/{review_id}/hide", tag = "reviews", params(
        super::ReviewPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    request_body = HideReviewRequest,
    responses(
        (status = 200, description = "The review as it is now", body = ReviewBody),
        (status = 404, description = "`review_not_found`"),
    ))]
pub(crate) async fn hide_review(
    action: ReviewAction<Admins, HideReviewRequest>,
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
        .hide_review(&context, review_id, content.reason, content.note)
        .await?;
    answer(&app, context, answered).await
}
