//! `PUT /api/v1/reviews/{review_id}/helpful-vote`

use super::action::{ReviewAction, answer};
use super::body::ReviewBody;
use crate::http::answer::Answer;
use crate::http::auth::Buyers;
use crate::http::command::Nothing;
use crate::http::problem::Problem;

/// Find a review helpful
///
/// Once for each person, and not for one's own. Repeating it changes nothing.
#[utoipa::path(put, path = "/reviews/{review_id}/helpful-vote", tag = "reviews", params(super::ReviewPath),
    responses(
        (status = 200, description = "The review as it is now", body = ReviewBody),
        (status = 403, description = "`review_not_allowed`: it is the caller's own"),
        (status = 404, description = "`review_not_found`"),
    ))]
pub(crate) async fn vote_review_helpful(
    action: ReviewAction<Buyers, Nothing>,
) -> Result<Answer<ReviewBody>, Problem> {
    let ReviewAction {
        app,
        context,
        review_id,
        ..
    } = action;
    let answered = app.engine().vote_review_helpful(&context, review_id).await?;
    answer(&app, context, answered).await
}
