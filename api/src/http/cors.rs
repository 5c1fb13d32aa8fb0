//! Which pages of other origins may call from a browser (<https://fetch.spec.whatwg.org/#http-cors-protocol>).

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::answer::POSITION;
use super::idempotency::{IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED};
use super::min_position::MIN_POSITION;
use super::rate_limit;
use super::request_id::REQUEST_ID;

/// How long a browser may remember what it was told.
const MAX_AGE: Duration = Duration::from_mins(10);

/// What pages may send.
const SENT: [HeaderName; 8] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::RANGE,
    IDEMPOTENCY_KEY,
    MIN_POSITION,
    REQUEST_ID,
];

/// What pages may read, beside what browsers always let them.
const SHOWN: [HeaderName; 12] = [
    header::ACCEPT_RANGES,
    header::CONTENT_DISPOSITION,
    header::CONTENT_RANGE,
    header::ETAG,
    header::LOCATION,
    header::RETRY_AFTER,
    header::WWW_AUTHENTICATE,
    IDEMPOTENT_REPLAYED,
    POSITION,
    REQUEST_ID,
    rate_limit::LIMIT,
    rate_limit::POLICY,
];

/// The layer that lets pages of these origins call; none, if there are none. Callers show a token, never a cookie, so that
/// credentials stay forbidden.
pub(super) fn layer(origins: &[HeaderValue]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers(SENT)
        .expose_headers(SHOWN)
        .max_age(MAX_AGE);
    Some(layer)
}
