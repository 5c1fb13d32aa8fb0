//! `PATCH /api/v1/products/{product_id}/offers/{offer_id}`

use axum::extract::State;
use serde::Deserialize;

use super::OfferPath;
use super::body::{ProductBody, changed};
use crate::http::App;
use crate::http::amount::Amount;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// What is to change.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RepriceOfferRequest {
    /// The new price of one unit, tax included.
    price: Amount,
}

/// Change the price of an offer
///
/// It holds for orders to come; orders already placed keep their price.
#[utoipa::path(patch, path = "/products/{product_id}/offers/{offer_id}", tag = "products", params(OfferPath),
    request_body = RepriceOfferRequest,
    responses((status = 200, description = "The product as it is now", body = ProductBody)))]
pub(crate) async fn reprice_offer(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Path(OfferPath { product_id, offer_id }): Path<OfferPath>,
    Command { context, body }: Command<RepriceOfferRequest>,
) -> Result<Answer<ProductBody>, Problem> {
    let answered = app
        .engine()
        .reprice_offer(&context, product_id, offer_id, body.price.into())
        .await?;
    changed(&app, product_id, answered).await
}
