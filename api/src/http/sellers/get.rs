//! `GET /api/v1/sellers/{seller_id}`

use axum::extract::State;
use comptoir_projections::ReadModel;

use super::SellerPath;
use super::body::SellerBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, SellersAndAuditors};
use crate::http::command::Asked;
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::Problem;
use crate::http::reads::OneQuery;

/// Read who a seller is
///
/// For themselves and admins; auditors without names and addresses. Sellers who have not said who they are sell all the same, as
/// long as the platform is the supplier of record.
#[utoipa::path(get, path = "/sellers/{seller_id}", tag = "sellers", params(SellerPath, OneQuery), responses(
    (status = 200, description = "The seller", body = SellerBody),
    (status = 404, description = "`seller_not_found`: they have not said who they are, or are somebody else"),
))]
pub(crate) async fn get_seller(
    caller: CallerAs<SellersAndAuditors>,
    State(app): State<App>,
    Path(SellerPath { seller_id }): Path<SellerPath>,
    _: Query<OneQuery>,
    Asked(context): Asked,
    min: MinPosition,
) -> Result<Answer<SellerBody>, Problem> {
    let position = app.reads().reach(&[ReadModel::Persons], min).await?;
    let read = app.engine().seller(&context, seller_id.0).await?;
    Ok(Answer::ok(SellerBody::seen_by(&caller, read)?, position))
}
