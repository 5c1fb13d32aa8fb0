//! `PATCH /api/v1/products/{product_id}`

use axum::extract::State;
use comptoir_domain::product::DescriptionChange;
use comptoir_domain::values::Title;
use comptoir_engine::DescribeProduct;
use serde::{Deserialize, Deserializer};

use super::ProductPath;
use super::body::{ProductBody, changed};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// What is to change; what is left out stays as it is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DescribeProductRequest {
    /// The new title.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    title: Option<Title>,
    /// The new description; `null` takes the old one away.
    #[schema(value_type = Option<String>)]
    #[serde(default, deserialize_with = "change")]
    description: DescriptionChange,
}

/// Says [`DescriptionChange::Remove`] for `null`, which is not the same as leaving the field out.
fn change<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DescriptionChange, D::Error> {
    let wanted = Option::deserialize(deserializer)?;
    Ok(wanted.map_or(DescriptionChange::Remove, DescriptionChange::Replace))
}

/// Change title and description
#[utoipa::path(patch, path = "/products/{product_id}", tag = "products", params(ProductPath),
    request_body = DescribeProductRequest,
    responses((status = 200, description = "The product as it is now", body = ProductBody)))]
pub(crate) async fn describe_product(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Path(ProductPath { product_id }): Path<ProductPath>,
    Command { context, body }: Command<DescribeProductRequest>,
) -> Result<Answer<ProductBody>, Problem> {
    let words = DescribeProduct {
        title: body.title,
        description: body.description,
    };
    let answered = app.engine().describe_product(&context, product_id, words).await?;
    changed(&app, product_id, answered).await
}
