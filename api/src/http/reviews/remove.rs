//! `DELETE /api/v1/reviews/{review_id}`

use super::action::{ReviewAction, answer};
use super::body::ReviewBody;
use crate::http::answer::Answer;
use crate::http::auth::BuyersAndAdmins;
use crate::http::command::Nothing;
use crate::http::problem::Problem;

/// Remove a review
///
/// By its author or an admin: its texts are not shown to anybody any more. The author may post another one, unless it was hidden.
#[utoipa::path(delete, path = "/reviews/{review_id}", tag = "reviews", params(super::ReviewPath),
    responses(
        (status = 200, description = "The review as it is now", body = ReviewBody),
        (status = 404, description = "`review_not_found`"),
    ))]
pub(crate) async fn remove_review(
    action: ReviewAction<BuyersAndAdmins, Nothing>,
) -> Result<Answer<ReviewBody>, Problem> {
    let ReviewAction {
        app,
        context,
        review_id,
        ..
    } = action;
    let answered = app.engine().remove_review(&context, review_id).await?;
    answer(&app, context, answered).await
}
