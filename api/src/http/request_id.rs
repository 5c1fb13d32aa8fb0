//! Around every request: its id, its span, a bound on its time, and problems written out.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use tracing::Instrument as _;

use super::App;
use super::problem::{Problem, ProblemKind, render};

/// The header that names a request, in both directions.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const REQUEST_ID_BYTES_MAX: usize = 64;

/// The id of a request: the client's, if it is well formed, or a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    fn of(headers: &HeaderMap, app: &App) -> Self {
        let wanted = headers
            .get(REQUEST_ID)
            .filter(|value| is_well_formed(value.as_bytes()));
        let made = || HeaderValue::from_str(&app.ids().uuid_v7().to_string());
        let value = wanted.cloned().map_or_else(made, Ok);
        Self(value.unwrap_or(HeaderValue::from_static("unknown")))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or("unknown")
    }
}

fn is_well_formed(id: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=REQUEST_ID_BYTES_MAX).contains(&id.len()) && id.iter().all(allowed)
}

/// The W3C trace context of a request, if it has one in version 00 (<https://www.w3.org/TR/trace-context/>).
pub(crate) fn traceparent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(TRACEPARENT)?.to_str().ok()?;
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace_id, parent_id, flags] = parts.as_slice() else {
        return None;
    };
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let set = |part: &str| part.bytes().any(|byte| byte != b'0');
    let sound =
        *version == "00" && hex(trace_id, 32) && set(trace_id) && hex(parent_id, 16) && set(parent_id);
    (sound && hex(flags, 2)).then(|| text.to_owned())
}

/// The outermost layer.
pub(crate) async fn accompany(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let request_id = RequestId::of(request.headers(), &app);
    let path = shown(request.uri().path()).to_owned();
    let time_max = time_max(&app, request.method(), &path);
    let span = tracing::info_span!("http.request", method = %request.method(), path, request_id = request_id.as_str());
    request.extensions_mut().insert(request_id.clone());
    let answer = async {
        let answering = AssertUnwindSafe(next.run(request)).catch_unwind();
        let response = match tokio::time::timeout(time_max, answering).await {
            Ok(Ok(response)) => response,
            Ok(Err(_panic)) => Problem::new(ProblemKind::Internal)
                .cause("the handler panicked")
                .into_response(),
            Err(_elapsed) => Problem::new(ProblemKind::TimedOut).into_response(),
        };
        let response = render(response, &path, &request_id);
        tracing::debug!(status = response.status().as_u16(), "request answered");
        response
    };
    let mut response = answer.instrument(span).await;
    response.headers_mut().insert(REQUEST_ID, request_id.0);
    response
}

/// The path of a request as it may be shown. The one of a download holds the token that makes it good.
fn shown(path: &str) -> &str {
    const DOWNLOADS: &str = "/api/v1/downloads/";
    if path.starts_with(DOWNLOADS) {
        "/api/v1/downloads/***"
    } else {
        path
    }
}

/// Files take as long as their senders' lines take; everything else is quick.
fn time_max(app: &App, method: &Method, path: &str) -> Duration {
    if method == Method::PUT && path.contains("/files/") {
        app.http().upload_time_max
    } else {
        app.http().request_time_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_of_a_download_is_not_shown() {
        assert_eq!(shown("/api/v1/downloads/secret"), "/api/v1/downloads/***");
        assert_eq!(shown("/api/v1/orders"), "/api/v1/orders");
    }

    #[test]
    fn ids_that_could_break_a_log_line_are_not_taken_over() {
        assert!(is_well_formed(b"req-1.A_z"));
        for wrong in [&b""[..], b"a b", b"a\"b", b"\xc3\xa9", &[b'a'; 65]] {
            assert!(!is_well_formed(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn only_a_sound_traceparent_is_passed_on() {
        let sound = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let with = |text: &'static str| HeaderMap::from_iter([(TRACEPARENT, HeaderValue::from_static(text))]);
        assert_eq!(traceparent(&with(sound)).as_deref(), Some(sound));
        for wrong in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(traceparent(&with(wrong)), None, "{wrong}");
        }
    }
}
