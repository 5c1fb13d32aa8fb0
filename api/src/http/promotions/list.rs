//! `GET /api/v1/promotions`

use axum::extract::State;
use comptoir_domain::values::PromoId;
use comptoir_projections::promotions::query;
use comptoir_projections::{PageRequest, ReadModel};
use serde::Deserialize;

use super::body::PromotionBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, SellersAndAuditors};
use crate::http::min_position::MinPosition;
use crate::http::pagination::{Limit, ListBody};
use crate::http::parameters::Query;
use crate::http::problem::Problem;

/// Which promotions are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListPromotionsQuery {
    /// How many, 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    #[serde(default)]
    limit: Limit,
    /// The last promotion of the page before.
    #[param(value_type = Option<String>)]
    starting_after: Option<PromoId>,
    /// Wait until the list has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

/// List promotions, the newest first
///
/// A seller sees those they made, admins and auditors all.
#[utoipa::path(get, path = "/promotions", tag = "promotions", params(ListPromotionsQuery),
    responses((status = 200, description = "A page of promotions", body = ListBody<PromotionBody>)))]
pub(crate) async fn list_promotions(
    caller: CallerAs<SellersAndAuditors>,
    State(app): State<App>,
    Query(wanted): Query<ListPromotionsQuery>,
    min: MinPosition,
) -> Result<Answer<ListBody<PromotionBody>>, Problem> {
    let position = app.reads().reach(&[ReadModel::Promotions], min).await?;
    let page = PageRequest {
        limit: wanted.limit.0,
        starting_after: wanted.starting_after,
    };
    let pool = app.reads().pool();
    let page = if caller.sees_all() {
        query::list_all(pool, page).await?
    } else {
        query::list_for_maker(pool, caller.person_id(), page).await?
    };
    let data = page.items.into_iter().map(PromotionBody::from).collect();
    Ok(Answer::ok(
        ListBody {
            data,
            has_more: page.has_more,
        },
        position,
    ))
}
