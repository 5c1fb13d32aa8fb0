//! `GET /api/v1/products/{product_id}/offers/{offer_id}/terms`

use axum::extract::State;
use comptoir_projections::ReadModel;
use comptoir_projections::products::{Publication, query};
use serde::Serialize;

use super::OfferPath;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;

/// The wording of a licence.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = TermsText)]
pub(crate) struct TermsTextBody {
    /// The seller's name of this wording.
    #[schema(example = "2026-03")]
    version: String,
    /// The wording itself.
    text: String,
    /// SHA-256 of the wording, in hex.
    hash: String,
}

/// Read the wording of an offer's licence
#[utoipa::path(get, path = "/products/{product_id}/offers/{offer_id}/terms", tag = "products",
    params(OfferPath, OneQuery),
    responses((status = 200, description = "The wording", body = TermsTextBody)))]
pub(crate) async fn get_terms(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(OfferPath { product_id, offer_id }): Path<OfferPath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<TermsTextBody>, Problem> {
    let position = app.reads().reach(&[ReadModel::Products], min).await?;
    let view = query::get(app.reads().pool(), product_id).await?;
    let view = view.filter(|view| {
        let for_all = view.product.publication == Publication::Published;
        for_all || caller.sees_all() || caller.person_id() == view.product.seller_id
    });
    view.ok_or_else(|| Problem::new(ProblemKind::ProductNotFound))?;
    let terms = query::terms(app.reads().pool(), product_id, offer_id).await?;
    let terms = terms.ok_or_else(|| Problem::new(ProblemKind::OfferNotFound))?;
    let body = TermsTextBody {
        version: terms.version.as_str().to_owned(),
        text: terms.text.as_str().to_owned(),
        hash: terms.hash.to_string(),
    };
    Ok(Answer::ok(body, position))
}
