//! `DELETE /api/v1/reviews/{review_id}/helpful-vote`

use super::action::{ReviewAction, answer};
use super::body::ReviewBody;
use crate::http::answer::Answer;
use crate::http::auth::Buyers;
use crate::http::command::Nothing;
use crate::http::problem::Problem;

/// Take a helpful vote back
///
/// Repeating it changes nothing.
#[utoipa::path(delete, path = "/reviews/{review_id}/helpful-vote", tag = "reviews", params(super::ReviewPath),
    responses(
        (status = 200, description = "The review as it is now", body = ReviewBody),
        (status = 403, description = "`review_not_allowed`: it is the caller's own"),
        (status = 404, description = "`review_not_found`"),
    ))]
pub(crate) async fn withdraw_helpful_vote(
    action: ReviewAction<Buyers, Nothing>,
) -> Result<Answer<ReviewBody>, Problem> {
    let ReviewAction {
        app,
        context,
        review_id,
        ..
    } = action;
    let answered = app.engine().withdraw_helpful_vote(&context, review_id).await?;
    answer(&app, context, answered).await
}
