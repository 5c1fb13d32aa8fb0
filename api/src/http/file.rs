//! A file, handed out: in ranges if wanted, and not once more to who has it (RFC 9110, sections 13 and 14).

mod range;

use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use comptoir_domain::values::Sha256Hex;

use self::range::{Wanted, wanted};
use super::problem::{Problem, ProblemKind};

/// What is known of a file before its bytes are read.
#[derive(Debug)]
pub(crate) struct FileHead {
    /// What it is known by: its `ETag`.
    pub(crate) sha256: Sha256Hex,
    /// How many bytes it has.
    pub(crate) bytes: u64,
    /// Its media type.
    pub(crate) media_type: String,
    /// The header `Content-Disposition`: [`attachment`].
    pub(crate) disposition: String,
}

impl FileHead {
    /// The answer to a request, and which bytes make its body: none, if there is no body.
    pub(crate) fn answer(
        &self,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<(Response, Option<Range<u64>>), Problem> {
        let etag = format!("\"{}\"", self.sha256);
        if text(headers, &header::IF_NONE_MATCH).is_some_and(|known| names(known, &etag)) {
            return Ok((self.response(StatusCode::NOT_MODIFIED, &etag, None), None));
        }
        let range = text(headers, &header::RANGE).filter(|_| method == Method::GET);
        let (status, range) = match wanted(range, text(headers, &header::IF_RANGE), &etag, self.bytes) {
            Wanted::Whole => (StatusCode::OK, 0..self.bytes),
            Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
            Wanted::Nothing => return Err(not_satisfiable(self.bytes)),
        };
        let response = self.response(status, &etag, Some(&range));
        Ok((response, Some(range).filter(|_| method == Method::GET)))
    }

    /// The head of an answer. Whoever wrote the file, it is saved and not shown: a browser must not run what a seller sends.
    fn response(&self, status: StatusCode, etag: &str, range: Option<&Range<u64>>) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        };
        set(header::ETAG, etag);
        set(header::ACCEPT_RANGES, "bytes");
        set(header::CACHE_CONTROL, "private, no-store");
        let Some(range) = range else { return response };
        set(header::CONTENT_TYPE, &self.media_type);
        set(header::CONTENT_LENGTH, &(range.end - range.start).to_string());
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::CONTENT_DISPOSITION, &self.disposition);
        if status == StatusCode::PARTIAL_CONTENT {
            let (first, last) = (range.start, range.end - 1);
            let part = format!("bytes {first}-{last}/{}", self.bytes);
            set(header::CONTENT_RANGE, &part);
        }
        response
    }
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

/// The name that a browser saves the file under (RFC 6266, with the name as RFC 8187 writes it). One of letters, digits, `-`,
/// `.` and `_` stands there plainly, for programs that read no other form.
pub(crate) fn attachment(name: &str) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    if name.bytes().all(|byte| is_plain(&byte)) {
        return format!("attachment; filename=\"{name}\"");
    }
    let encoded: String = name
        .bytes()
        .map(|byte| {
            if is_plain(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
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
            attachment("a\"; é.wav"),
            "attachment; filename*=UTF-8''a%22%3B%20%C3%A9.wav"
        );
        assert_eq!(
            attachment("FA-2026-000001.pdf"),
            "attachment; filename=\"FA-2026-000001.pdf\""
        );
    }

    #[test]
    fn a_file_is_known_by_its_tag() {
        assert!(names("\"a\", W/\"e\"", "\"e\"") && names("*", "\"e\""));
        assert!(!names("\"a\"", "\"e\""));
    }
}
