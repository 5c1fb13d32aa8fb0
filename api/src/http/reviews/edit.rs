//! `PATCH /api/v1/reviews/{review_id}`

use comptoir_domain::review::Change;
use comptoir_domain::values::{Rating, ReviewText};
use comptoir_engine::EditReview;
use serde::{Deserialize, Deserializer};

use super::action::{ReviewAction, answer};
use super::body::ReviewBody;
use crate::http::answer::Answer;
use crate::http::auth::Buyers;
use crate::http::problem::Problem;

/// What is to change; what is left out stays as it is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditReviewRequest {
    /// The stars.
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 5)]
    #[serde(default)]
    rating: Option<Rating>,
    /// The text; `null` takes the old one away.
    #[schema(value_type = Option<String>, max_length = 5000)]
    #[serde(default = "keep", deserialize_with = "change_to")]
    text: Change<Option<ReviewText>>,
}

fn keep() -> Change<Option<ReviewText>> {
    Change::Keep
}

fn change_to<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Change<Option<ReviewText>>, D::Error> {
    Option::deserialize(deserializer).map(Change::To)
}

/// Change one's review
///
/// What it said before is kept: its author, admins and auditors see it as `history`.
#[utoipa::path(patch, path = "/reviews/{review_id}", tag = "reviews", params(super::ReviewPath),
    request_body = EditReviewRequest,
    responses(
        (status = 200, description = "The review as it is now", body = ReviewBody),
        (status = 404, description = "`review_not_found`"),
    ))]
pub(crate) async fn edit_review(
    action: ReviewAction<Buyers, EditReviewRequest>,
) -> Result<Answer<ReviewBody>, Problem> {
    let ReviewAction {
        app,
        context,
        review_id,
        content,
        ..
    } = action;
    let edit = EditReview {
        rating: content.rating.map_or(Change::Keep, Change::To),
        body: content.text,
    };
    let answered = app.engine().edit_review(&context, review_id, edit).await?;
    answer(&app, context, answered).await
}
