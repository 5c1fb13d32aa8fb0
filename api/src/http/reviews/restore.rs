//! `POST /api/v1/reviews/{review_id}/restore`

use super::action::{ReviewAction, answer};
use super::body::ReviewBody;
use crate::http::answer::Answer;
use crate::http::auth::Admins;
use crate::http::command::Nothing;
use crate::http::problem::Problem;

/// Show a hidden review again
///
/// Of one that was reported and is visible it says that it stays: the reports are settled.
/// After a review was removed while hidden, this lets its author post another.
#[utoipa::path(post, path = "/reviews/{review_id}/restore", tag = "reviews", params(
        super::ReviewPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 200, description = "The review as it is now", body = ReviewBody),
        (status = 404, description = "`review_not_found`"),
    ))]
pub(crate) async fn restore_review(
    action: ReviewAction<Admins, Nothing>,
) -> Result<Answer<ReviewBody>, Problem> {
    let ReviewAction {
        app,
        context,
        review_id,
        ..
    } = action;
    let answered = app.engine().restore_review(&context, review_id).await?;
    answer(&app, context, answered).await
}
