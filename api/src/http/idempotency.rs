//! The header `Idempotency-Key`: whoever repeats a request with the same key gets the first answer.

use axum::http::{HeaderMap, HeaderName, Method};
use comptoir_engine::IdempotencyKey;
use sha2::{Digest, Sha256};

use super::problem::{FieldError, Problem, ProblemKind};

/// The header.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is the first one again.
pub(crate) const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const KEY_BYTES_MAX: usize = 255;

/// The key of a request, with the fingerprint of all that makes the request what it is. The caller is part of the
/// scope that the engine keeps keys in.
pub(crate) fn read(
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let bytes = value.as_bytes();
    let visible = bytes.iter().all(u8::is_ascii_graphic);
    if values.next().is_some() || !visible || !(1..=KEY_BYTES_MAX).contains(&bytes.len()) {
        let detail = format!("must be given once, with 1 to {KEY_BYTES_MAX} visible ASCII characters");
        return Err(Problem::new(ProblemKind::InvalidHeader)
            .detail("the header Idempotency-Key is wrong")
            .errors([FieldError::of_parameter(
                "Idempotency-Key",
                "invalid_value",
                detail,
            )]));
    }
    let key = String::from_utf8_lossy(bytes).into_owned();
    Ok(Some(IdempotencyKey {
        key,
        fingerprint: fingerprint(method, path, body),
    }))
}

fn fingerprint(method: &Method, path: &str, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    // Neither a method nor a path holds a line break, so no two requests read the same.
    hash.update(format!("{method}\n{path}\n"));
    hash.update(body);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read_key(value: &[u8]) -> Result<Option<IdempotencyKey>, Problem> {
        let headers = HeaderMap::from_iter([(IDEMPOTENCY_KEY, HeaderValue::from_bytes(value).unwrap())]);
        read(&headers, &Method::POST, "/orders", b"{}")
    }

    #[test]
    fn a_key_is_visible_ascii_of_bounded_length() {
        assert_eq!(read(&HeaderMap::new(), &Method::POST, "/", b"").unwrap(), None);
        assert_eq!(read_key(b"abc-1").unwrap().unwrap().key, "abc-1");
        assert!(read_key(&[b'a'; KEY_BYTES_MAX]).is_ok());
        for wrong in [
            &b""[..],
            b"a b",
            b"a\tb",
            "é".as_bytes(),
            &[b'a'; KEY_BYTES_MAX + 1],
        ] {
            assert_eq!(
                read_key(wrong).unwrap_err().kind(),
                ProblemKind::InvalidHeader,
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn two_keys_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(IDEMPOTENCY_KEY, HeaderValue::from_static("a"));
        headers.append(IDEMPOTENCY_KEY, HeaderValue::from_static("b"));
        assert!(read(&headers, &Method::POST, "/", b"").is_err());
    }

    #[test]
    fn method_path_and_body_make_the_fingerprint() {
        let all = [
            fingerprint(&Method::POST, "/a", b"1"),
            fingerprint(&Method::POST, "/a", b"2"),
            fingerprint(&Method::POST, "/b", b"1"),
            fingerprint(&Method::PUT, "/a", b"1"),
        ];
        let different: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
