//! `PATCH /api/v1/products/{product_id}`

use axum::extract::State;
use comptoir_domain::product::{Product, ProductError};
use comptoir_domain::values::{Description, Title};
use comptoir_engine::{DescribeProduct, UseCaseError};
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
    #[serde(default)]
    description: Wanted,
}

/// What is to become of the description: `null` is not the same as leaving the field out.
#[derive(Debug, Default)]
enum Wanted {
    #[default]
    AsItIs,
    Gone,
    New(Description),
}

impl<'de> Deserialize<'de> for Wanted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Gone, Self::New))
    }
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
    let loaded = app
        .engine()
        .ledger()
        .load::<Product>(product_id.as_uuid())
        .await
        .map_err(UseCaseError::from)?;
    let facts = loaded.state.facts().ok_or(ProductError::NotFound)?;
    let words = DescribeProduct {
        title: body.title.unwrap_or_else(|| facts.title.clone()),
        description: match body.description {
            Wanted::AsItIs => facts.description.clone(),
            Wanted::Gone => None,
            Wanted::New(description) => Some(description),
        },
    };
    let answered = app.engine().describe_product(&context, product_id, words).await?;
    changed(&app, product_id, answered).await
}
