//! `DELETE /api/v1/sellers/{seller_id}/mandate`

use axum::extract::State;

use super::SellerPath;
use super::body::{SellerBody, changed};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::{Command, Nothing};
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// Take the mandate back
///
/// By the seller or an admin. What was issued by it stays; what is paid from then on waits. Repeating it changes nothing.
#[utoipa::path(delete, path = "/sellers/{seller_id}/mandate", tag = "sellers", params(SellerPath), responses(
    (status = 200, description = "The seller as they are now", body = SellerBody),
    (status = 404, description = "`seller_not_found`: they are somebody else"),
    (status = 409, description = "`seller_not_identified`"),
))]
pub(crate) async fn withdraw_mandate(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Path(SellerPath { seller_id }): Path<SellerPath>,
    Command {
        context,
        body: Nothing {},
    }: Command<Nothing>,
) -> Result<Answer<SellerBody>, Problem> {
    let withdrawn = app.engine().withdraw_mandate(&context, seller_id.0).await?;
    changed(&app, context, withdrawn).await
}
