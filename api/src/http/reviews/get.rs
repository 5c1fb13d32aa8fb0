//! `GET /api/v1/reviews/{review_id}`

use axum::extract::State;
use comptoir_projections::ReadModel;
use comptoir_projections::reviews::query;

use super::ReviewPath;
use super::body::{ReviewBody, may_read};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;

/// Read a review
///
/// Hidden and removed ones are for their author, admins and auditors. The author is told here why theirs is hidden.
#[utoipa::path(get, path = "/reviews/{review_id}", tag = "reviews", params(ReviewPath, OneQuery), responses(
    (status = 200, description = "The review", body = ReviewBody),
    (status = 404, description = "`review_not_found`: there is none, or it is hidden or removed"),
))]
pub(crate) async fn get_review(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(ReviewPath { review_id }): Path<ReviewPath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<ReviewBody>, Problem> {
    let position = app.reads().reach(&[ReadModel::Reviews], min).await?;
    let review = query::get(app.reads().pool(), review_id).await?;
    let review = review.filter(|review| may_read(&caller, review));
    let review = review.ok_or_else(|| Problem::new(ProblemKind::ReviewNotFound))?;
    let body = ReviewBody::for_caller(&app, &caller, &review).await?;
    Ok(Answer::ok(body, position))
}
