//! An HTTP client that shows everything of an answer.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Method, Request};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Keeps connections open between requests.
#[derive(Debug, Clone)]
pub(crate) struct Client(Pool<HttpConnector, Full<Bytes>>);

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// `null` if the body is empty or no JSON.
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) bytes: Bytes,
}

impl Answer {
    /// The answer, which must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The stable code of a problem document.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// Fails unless this is a problem document about a request to that address.
    #[track_caller]
    pub(crate) fn assert_problem_at(&self, instance: &str) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let body = &self.body;
        assert_eq!(body["status"], self.status, "{body}");
        assert_eq!(body["instance"], instance, "{body}");
        assert_eq!(body["type"], format!("/docs/problems#{}", self.code()), "{body}");
        assert!(
            body["title"].is_string() && body["request_id"].is_string(),
            "{body}"
        );
    }

    /// The position that a read must wait for to see this write.
    #[track_caller]
    pub(crate) fn position(&self) -> i64 {
        let position = self
            .header("comptoir-position")
            .and_then(|text| text.parse().ok());
        position.expect("the answer to a write has the header Comptoir-Position")
    }
}

impl Client {
    pub(crate) fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self(Pool::builder(TokioExecutor::new()).build(connector))
    }

    /// Sends a request; an error says that there was no whole answer.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer, String> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body)).map_err(|error| error.to_string())?;
        let exchange = async {
            let response = self
                .0
                .request(request)
                .await
                .map_err(|error| format!("{error:?}"))?;
            let (parts, body) = response.into_parts();
            let bytes = body
                .collect()
                .await
                .map_err(|error| format!("{error:?}"))?
                .to_bytes();
            let body = serde_json::from_slice(&bytes).unwrap_or_default();
            Ok(Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body,
                bytes,
            })
        };
        tokio::time::timeout(CALL_TIMEOUT, exchange)
            .await
            .unwrap_or_else(|_| Err("no answer in time".to_owned()))
    }

    /// Sends a request that must be answered.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Answer {
        let answer = self.try_send(method.clone(), url, headers, body).await;
        answer.unwrap_or_else(|error| panic!("{method} {url}: {error}"))
    }
}
