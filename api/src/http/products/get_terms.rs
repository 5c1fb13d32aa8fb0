//! `GET /api/v1/products/{product_id}/offers/{offer_id}/terms`

use axum::extract::State;
use comptoir_projections::ReadModel;
use comptoir_projections::products::{Publication, query};

use super::OfferPath;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;
use crate::http::terms::WordingBody;

/// Read the wording of an offer's licence
///
/// What was bought can be read for good: of a licence, and of a line of an order.
#[utoipa::path(get, path = "/products/{product_id}/offers/{offer_id}/terms", tag = "products",
    params(OfferPath, OneQuery),
    responses((status = 200, description = "The wording", body = WordingBody)))]
pub(crate) async fn get_terms(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(OfferPath { product_id, offer_id }): Path<OfferPath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<WordingBody>, Problem> {
    let position = app.reads().reach(&[ReadModel::Products], min).await?;
    let view = query::get(app.reads().pool(), product_id).await?;
    let view = view.filter(|view| {
        let for_all = view.product.publication == Publication::Published;
        for_all || caller.sees_all() || caller.person_id() == view.product.seller_id
    });
    view.ok_or_else(|| Problem::new(ProblemKind::ProductNotFound))?;
    let terms = query::terms(app.reads().pool(), product_id, offer_id).await?;
    let terms = terms.ok_or_else(|| Problem::new(ProblemKind::OfferNotFound))?;
    Ok(Answer::ok(terms.into(), position))
}
