//! `POST /api/v1/products/{product_id}/withdraw`

use axum::extract::State;

use super::ProductPath;
use super::body::{ProductBody, changed};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::{Command, Nothing};
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// Take a product off sale
///
/// Orders already placed keep their right. Withdrawing it again changes nothing.
#[utoipa::path(post, path = "/products/{product_id}/withdraw", tag = "products",
    params(
        ProductPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses((status = 200, description = "The product as it is now", body = ProductBody)))]
pub(crate) async fn withdraw_product(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Path(ProductPath { product_id }): Path<ProductPath>,
    Command {
        context,
        body: Nothing {},
    }: Command<Nothing>,
) -> Result<Answer<ProductBody>, Problem> {
    let answered = app.engine().withdraw_product(&context, product_id).await?;
    changed(&app, product_id, answered).await
}
