//! `POST /api/v1/products/{product_id}/reviews`

use axum::extract::State;
use comptoir_domain::values::{OrderId, Rating, ReviewText};
use comptoir_engine::PostReview;
use serde::Deserialize;

use super::body::{ReviewBody, load};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{Buyers, CallerAs};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::Problem;
use crate::http::products::ProductPath;

/// What a buyer says about a product.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostReviewRequest {
    /// The order that they bought it with.
    #[schema(value_type = String, example = "order_01jd3e8m6xf2r9kq7v5t4w8zab")]
    order_id: OrderId,
    /// The stars.
    #[schema(value_type = u8, minimum = 1, maximum = 5)]
    rating: Rating,
    /// The text; a rating needs none.
    #[schema(value_type = Option<String>, max_length = 5000)]
    #[serde(default)]
    text: Option<ReviewText>,
}

/// Review a product
///
/// One review for each buyer and product, on a paid order of theirs that contains it and whose money is not all back with
/// them.
#[utoipa::path(post, path = "/products/{product_id}/reviews", tag = "reviews",
    params(
        ProductPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    request_body = PostReviewRequest,
    responses(
        (status = 201, description = "The review", body = ReviewBody),
        (status = 403, description = "`review_not_allowed`: the order does not show a purchase that stands"),
        (status = 409, description = "`review_conflict`: there is one already, or it was removed while hidden"),
    ))]
pub(crate) async fn post_review(
    caller: CallerAs<Buyers>,
    State(app): State<App>,
    Path(ProductPath { product_id }): Path<ProductPath>,
    Command { context, body }: Command<PostReviewRequest>,
) -> Result<Answer<ReviewBody>, Problem> {
    let post = PostReview {
        product_id,
        order_id: body.order_id,
        rating: body.rating,
        body: body.text,
    };
    let answered = app.engine().post_review(&context, post).await?;
    let body = load(&app, &caller, answered.answer.review_id).await?;
    let location = format!("/api/v1/reviews/{}", body.id);
    Ok(Answer::created(body, answered.position, location).on(answered.occasion))
}
