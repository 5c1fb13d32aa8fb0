//! `GET /api/v1/promotions/{promo_id}`

use axum::extract::State;
use comptoir_projections::ReadModel;
use comptoir_projections::promotions::query;

use super::PromotionPath;
use super::body::PromotionBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, SellersAndAuditors};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;

/// Read a promotion
///
/// For who made it, admins and auditors.
#[utoipa::path(get, path = "/promotions/{promo_id}", tag = "promotions", params(PromotionPath, OneQuery), responses(
    (status = 200, description = "The promotion", body = PromotionBody),
    (status = 404, description = "`promotion_not_found`: there is none, or it is somebody else's"),
))]
pub(crate) async fn get_promotion(
    caller: CallerAs<SellersAndAuditors>,
    State(app): State<App>,
    Path(PromotionPath { promo_id }): Path<PromotionPath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<PromotionBody>, Problem> {
    let position = app.reads().reach(&[ReadModel::Promotions], min).await?;
    let promotion = query::get(app.reads().pool(), promo_id).await?;
    let promotion = promotion.filter(|row| caller.sees_all() || row.created_by == caller.person_id());
    let promotion = promotion.ok_or_else(|| Problem::new(ProblemKind::PromotionNotFound))?;
    Ok(Answer::ok(promotion.into(), position))
}
