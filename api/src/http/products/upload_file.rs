//! `PUT /api/v1/products/{product_id}/files/{name}`

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use comptoir_domain::values::{FileName, MediaType, ProductId};
use comptoir_engine::{UploadFile, UseCaseError};
use serde::Deserialize;

use super::body::{FileBody, load};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::Asked;
use crate::http::parameters::{Path, text_of_path};
use crate::http::problem::{FieldError, Problem, ProblemKind};

/// The path of a file of a product.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ProductFilePath {
    /// The product.
    #[param(value_type = String, example = "product_01jd3e8m6xf2r9kq7v5t4w8zab")]
    product_id: ProductId,
    /// The name that buyers save it under, at most 200 characters.
    #[param(value_type = String, example = "Night Drive.wav")]
    #[serde(deserialize_with = "text_of_path")]
    name: FileName,
}

/// Add a file that buyers will receive
///
/// The body is the file itself, in whatever size up to the platform's limit; it is stored while it comes in. A file of the
/// same name is replaced, once the last byte is stored. The same bytes again change nothing.
#[utoipa::path(put, path = "/products/{product_id}/files/{name}", tag = "products",
    params(
        ProductFilePath,
        ("Content-Type" = String, Header, description = "What is in it, such as audio/wav"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "The file, with the SHA-256 of what was stored", body = FileBody),
        (status = 404, description = "`product_not_found`"),
        (status = 409, description = "`product_conflict`: it has as many files as it can have"),
        (status = 413, description = "`body_too_large`"),
        (status = 415, description = "`file_type_not_taken`"),
        (status = 422, description = "`invalid_file`: it is empty, or broke off"),
    ))]
pub(crate) async fn upload_file(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Path(ProductFilePath { product_id, name }): Path<ProductFilePath>,
    headers: HeaderMap,
    Asked(context): Asked,
    body: Body,
) -> Result<Answer<FileBody>, Problem> {
    let upload = UploadFile {
        name: name.clone(),
        media_type: media_type(&headers)?,
        bytes: headers
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse().ok()),
    };
    let uploaded = app
        .engine()
        .upload_file(&context, product_id, upload, body.into_data_stream())
        .await
        .map_err(closing)?;
    let product = load(&app, product_id).await?;
    let file = product
        .files
        .into_iter()
        .find(|file| file.name.as_ref() == Some(&name));
    let file = file.ok_or_else(|| Problem::new(ProblemKind::FileNotFound))?;
    Ok(Answer::ok(file, uploaded.position))
}

/// What is left of a body that is refused is not worth reading.
fn closing(error: UseCaseError) -> Problem {
    Problem::from(error).header(header::CONNECTION, HeaderValue::from_static("close"))
}

fn media_type(headers: &HeaderMap) -> Result<MediaType, Problem> {
    let value = headers.get(header::CONTENT_TYPE);
    let text = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
    MediaType::try_new(text).map_err(|error| {
        Problem::new(ProblemKind::InvalidHeader)
            .detail("the header Content-Type is wrong")
            .errors([FieldError::of_parameter(
                "Content-Type",
                "invalid_value",
                error.to_string(),
            )])
    })
}
