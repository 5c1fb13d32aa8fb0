//! `POST /api/v1/products/{product_id}/publish`

use super::action::ProductAction;
use super::body::ProductBody;
use crate::http::answer::Answer;
use crate::http::problem::Problem;

/// Put a product on sale
///
/// It needs at least one open offer. Publishing it again changes nothing.
#[utoipa::path(post, path = "/products/{product_id}/publish", tag = "products",
    params(
        super::ProductPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses((status = 200, description = "The product as it is now", body = ProductBody)))]
pub(crate) async fn publish_product(action: ProductAction) -> Result<Answer<ProductBody>, Problem> {
    let engine = action.app.engine();
    let answered = engine.publish_product(&action.context, action.product_id).await?;
    action.answer(answered).await
}
