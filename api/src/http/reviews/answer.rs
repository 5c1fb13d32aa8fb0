//! `POST /api/v1/reviews/{review_id}/answer`

use comptoir_domain::values::ReviewText;
use serde::Deserialize;

use super::action::{ReviewAction, answer};
use super::body::ReviewBody;
use crate::http::answer::Answer;
use crate::http::auth::Sellers;
use crate::http::problem::Problem;

/// What the seller says.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerReviewRequest {
    /// The answer.
    #[schema(value_type = String, max_length = 5000)]
    text: ReviewText,
}

/// Answer a review
///
/// For the seller of the product. A later answer takes the place of an earlier one.
#[utoipa::path(post, path = "/reviews/{review_id}/answer", tag = "reviews", params(
        super::ReviewPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    request_body = AnswerReviewRequest,
    responses(
        (status = 200, description = "The review as it is now", body = ReviewBody),
        (status = 403, description = "`forbidden`: the caller does not sell the product"),
        (status = 404, description = "`review_not_found`"),
    ))]
pub(crate) async fn answer_review(
    action: ReviewAction<Sellers, AnswerReviewRequest>,
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
        .answer_review(&context, review_id, content.text)
        .await?;
    answer(&app, context, answered).await
}
