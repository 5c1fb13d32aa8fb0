//! `GET /api/v1/downloads/{token}`

use std::ops::Range;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use comptoir_domain::values::FileContent;
use serde::Deserialize;

use super::range::{Wanted, wanted};
use crate::http::App;
use crate::http::parameters::Path;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::request_id::RequestId;

/// The path of a download.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct DownloadPath {
    /// What makes the link good.
    token: String,
}

/// Download a file
///
/// By a link of `POST /licences/{licence_id}/files/{name}/link`; no other token is needed. Each link is recorded once, before
/// its first byte. Every request asks anew whether the licence is live.
#[utoipa::path(get, path = "/downloads/{token}", tag = "downloads", security(()),
    params(
        DownloadPath,
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` that the range is of"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of what the client has"),
    ),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 206, description = "The bytes that were asked for", content_type = "application/octet-stream"),
        (status = 403, description = "`link_invalid`, or `licence_not_live`: it is suspended, revoked or expired"),
        (status = 404, description = "`file_not_found`: it was replaced since"),
        (status = 410, description = "`link_ended`"),
        (status = 416, description = "`range_not_satisfiable`"),
    ))]
pub(crate) async fn download(
    State(app): State<App>,
    Path(DownloadPath { token }): Path<DownloadPath>,
    Extension(request_id): Extension<RequestId>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let download = app.engine().open_download(&token).await?;
    let content = &download.content;
    let etag = format!("\"{}\"", content.sha256);
    if text(&headers, &header::IF_NONE_MATCH).is_some_and(|known| names(known, &etag)) {
        return Ok(answer(StatusCode::NOT_MODIFIED, content, &etag, None));
    }
    let range = text(&headers, &header::RANGE).filter(|_| method == Method::GET);
    let (status, range) = match wanted(range, text(&headers, &header::IF_RANGE), &etag, content.bytes) {
        Wanted::Whole => (StatusCode::OK, 0..content.bytes),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => return Err(not_satisfiable(content.bytes)),
    };
    let mut response = answer(status, content, &etag, Some(&range));
    if method == Method::GET {
        let request_id = Some(request_id.as_str().to_owned());
        let bytes = app.engine().read_download(&download, range, request_id).await?;
        *response.body_mut() = Body::from_stream(bytes);
    }
    Ok(response)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn names(known: &str, etag: &str) -> bool {
    let mut tags = known.split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

fn not_satisfiable(bytes: u64) -> Problem {
    let problem =
        Problem::new(ProblemKind::RangeNotSatisfiable).detail(format!("the file has {bytes} bytes"));
    match HeaderValue::try_from(format!("bytes */{bytes}")) {
        Ok(value) => problem.header(header::CONTENT_RANGE, value),
        Err(_) => problem,
    }
}

/// The head of an answer. Whoever wrote the file, it is saved and not shown: a browser must not run what a seller sends.
fn answer(status: StatusCode, content: &FileContent, etag: &str, range: Option<&Range<u64>>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set(header::ETAG, etag.to_owned());
    set(header::ACCEPT_RANGES, "bytes".to_owned());
    set(header::CACHE_CONTROL, "private, no-store".to_owned());
    let Some(range) = range else { return response };
    set(header::CONTENT_TYPE, content.media_type.as_str().to_owned());
    set(header::CONTENT_LENGTH, (range.end - range.start).to_string());
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned());
    set(header::CONTENT_DISPOSITION, disposition(content.name.as_str()));
    if status == StatusCode::PARTIAL_CONTENT {
        let (first, last) = (range.start, range.end - 1);
        set(
            header::CONTENT_RANGE,
            format!("bytes {first}-{last}/{}", content.bytes),
        );
    }
    response
}

/// The name that a browser saves the file under (RFC 6266, with the name as RFC 8187 writes it).
fn disposition(name: &str) -> String {
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition("a\"; é.wav"),
            "attachment; filename*=UTF-8''a%22%3B%20%C3%A9.wav"
        );
    }

    #[test]
    fn a_file_is_known_by_its_tag() {
        assert!(names("\"a\", W/\"e\"", "\"e\"") && names("*", "\"e\""));
        assert!(!names("\"a\"", "\"e\""));
    }
}
