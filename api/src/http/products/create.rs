//! `POST /api/v1/products`

use axum::extract::State;
use comptoir_domain::values::{Description, Title};
use comptoir_engine::CreateProduct;
use serde::Deserialize;

use super::body::{ProductBody, load};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::Command;
use crate::http::problem::Problem;

/// The product to start.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateProductRequest {
    /// Its title, at most 200 characters.
    #[schema(value_type = String, example = "Night Drive")]
    title: Title,
    /// What it is, at most 5,000 characters.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    description: Option<Description>,
}

/// Start a product
///
/// It is a draft until it is published, and belongs to the caller.
#[utoipa::path(post, path = "/products", tag = "products", request_body = CreateProductRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer")),
    responses((status = 201, description = "The new draft", body = ProductBody)))]
pub(crate) async fn create_product(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Command { context, body }: Command<CreateProductRequest>,
) -> Result<Answer<ProductBody>, Problem> {
    let create = CreateProduct {
        title: body.title,
        description: body.description,
    };
    let answered = app.engine().create_product(&context, create).await?;
    let product_id = answered.answer.product_id;
    let location = format!("/api/v1/products/{product_id}");
    let product = load(&app, product_id).await?;
    Ok(Answer::created(product, answered.position, location).on(answered.occasion))
}
