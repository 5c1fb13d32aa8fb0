//! Bodies in and out.

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// A body that was written while the books were open.
#[derive(Debug)]
pub(crate) struct Answer(Bytes);

impl Answer {
    pub(crate) fn of(value: &impl Serialize) -> Self {
        Self(to_json(value))
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (
            [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))],
            self.0,
        )
            .into_response()
    }
}

/// Our own types, with text keys only, always become JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value)
        .expect("types of this crate can be written as JSON")
        .into()
}

/// An absent body counts as an empty object, as the original has it for cancel.
pub(crate) fn read<Request: DeserializeOwned + Default>(body: &[u8]) -> Result<Request, ApiError> {
    if body.is_empty() {
        return Ok(Request::default());
    }
    serde_json::from_slice(body).map_err(|error| ApiError::bad_json(&error))
}
