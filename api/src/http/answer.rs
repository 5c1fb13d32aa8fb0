//! Answers: typed JSON with the position up to which the ledger was read or written.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comptoir_engine::Occasion;
use comptoir_ledger::Position;
use serde::Serialize;

use super::idempotency::IDEMPOTENT_REPLAYED;
use super::problem::{Problem, ProblemKind};

/// The header with the position that a later read can wait for.
pub(crate) const POSITION: HeaderName = HeaderName::from_static("comptoir-position");

/// An answer with a JSON body.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    status: StatusCode,
    body: T,
    position: Position,
    occasion: Occasion,
    location: Option<String>,
}

impl<T> Answer<T> {
    /// 200.
    pub(crate) fn ok(body: T, position: Position) -> Self {
        Self {
            status: StatusCode::OK,
            body,
            position,
            occasion: Occasion::First,
            location: None,
        }
    }

    /// 201, with the address of what was made.
    pub(crate) fn created(body: T, position: Position, location: String) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(location),
            ..Self::ok(body, position)
        }
    }

    /// Marks the answer of a repeated request.
    pub(crate) fn on(self, occasion: Occasion) -> Self {
        Self { occasion, ..self }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let bytes = match serde_json::to_vec(&self.body) {
            Ok(bytes) => bytes,
            Err(error) => return Problem::new(ProblemKind::Internal).cause(error).into_response(),
        };
        let mut response = json_bytes(self.status, Body::from(bytes), self.position);
        let headers = response.headers_mut();
        if let Some(location) = self
            .location
            .and_then(|location| HeaderValue::try_from(location).ok())
        {
            headers.insert(header::LOCATION, location);
        }
        match self.occasion {
            Occasion::First | Occasion::Unchanged => {}
            Occasion::Repeat => drop(headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"))),
        }
        response
    }
}

/// An answer whose JSON is written already.
pub(crate) fn json_bytes(status: StatusCode, body: Body, position: Position) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(POSITION, HeaderValue::from(position.get()));
    response
}
