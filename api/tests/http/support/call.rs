//! A request in the making, and its answer.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::Person;

/// A request in the making.
pub(crate) struct Call {
    router: Router,
    request: Request<Body>,
}

impl Call {
    pub(super) fn new(router: Router, method: Method, path: &str) -> Self {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-request-id", "test");
        Self {
            router,
            request: request.body(Body::empty()).unwrap(),
        }
    }

    pub(crate) fn by(self, person: &Person) -> Self {
        let value = format!("Bearer {}", person.token);
        self.header("authorization", &value)
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request.headers_mut().append(name, value.parse().unwrap());
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    /// A body that is declared as JSON, whatever it is.
    pub(crate) fn text(self, body: &str) -> Self {
        self.header("content-type", "application/json")
            .bytes(body.as_bytes().to_vec())
    }

    pub(crate) fn bytes(mut self, body: Vec<u8>) -> Self {
        *self.request.body_mut() = Body::from(body);
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let response = self.router.oneshot(self.request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    /// The answer, if it has this status.
    pub(crate) fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    pub(crate) fn position(&self) -> i64 {
        self.headers["comptoir-position"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }

    /// Status and code of a problem.
    pub(crate) fn refusal(&self) -> String {
        let code = self.body["code"].as_str().unwrap_or("no code");
        format!("{} {code}", self.status.as_u16())
    }

    /// The problem document as lines, its media type checked.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "application/problem+json",
            "{}",
            self.text
        );
        assert_eq!(self.headers["x-request-id"], "test");
        assert_eq!(self.body["status"], self.status.as_u16());
        assert_eq!(self.body["request_id"], "test");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut first = format!("{} {}", self.status.as_u16(), text(&self.body["code"]));
        if let Some(detail) = self.body["detail"].as_str() {
            first = format!("{first}: {detail}");
        }
        let errors = self.body["errors"].as_array().into_iter().flatten().map(|error| {
            let place = error.get("pointer").or(error.get("parameter")).map(text).unwrap();
            format!("{place} {}: {}", text(&error["code"]), text(&error["detail"]))
        });
        std::iter::once(first)
            .chain(errors)
            .collect::<Vec<_>>()
            .join("\n")
    }
}
