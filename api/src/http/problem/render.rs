//! From a problem to the bytes of its answer.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::{FieldError, Problem};
use crate::http::request_id::RequestId;

/// The media type of problem documents.
pub(crate) const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Where the type of problem is explained.
    #[serde(rename = "type")]
    #[schema(example = "/docs/problems#invalid_request")]
    type_uri: &'static str,
    /// The type in words.
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What is the matter this time; not for faults on our side.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    detail: Option<Cow<'a, str>>,
    /// The address that was asked.
    #[schema(value_type = String, example = "/api/v1/orders")]
    instance: &'a str,
    /// The stable code of the type.
    #[schema(example = "invalid_request")]
    code: &'static str,
    /// Each thing that is wrong.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Vec<FieldError>)]
    errors: &'a [FieldError],
    /// The id under which the logs know the request.
    #[schema(value_type = String)]
    request_id: &'a str,
}

impl IntoResponse for Problem {
    /// An answer without a body yet: `render` writes it, knowing the request.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.kind().status();
        response.headers_mut().extend(self.0.headers.clone());
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the document of a problem, if the response is one, and logs a fault of ours, once.
pub(crate) fn render(response: Response, path: &str, request_id: &RequestId) -> Response {
    let Some(problem) = response.extensions().get::<Problem>() else {
        return response;
    };
    let content = &problem.0;
    let status = content.kind.status();
    let cause = content.cause.as_deref().or(content.detail.as_deref());
    if status.is_server_error() {
        tracing::error!(code = content.kind.code(), cause, "request failed");
    }
    let body = ProblemBody {
        type_uri: content.kind.type_uri(),
        title: content.kind.title(),
        status: status.as_u16(),
        detail: content
            .detail
            .as_deref()
            .filter(|_| !status.is_server_error())
            .map(Cow::Borrowed),
        instance: path,
        code: content.kind.code(),
        errors: &content.errors,
        request_id: request_id.as_str(),
    };
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_MEDIA_TYPE));
    Response::from_parts(parts, Body::from(bytes))
}
