//! A plain HTTP client, for webhooks, the first journey and tests. Everything it talks to is on this machine.

use std::time::Duration;

pub use axum::body::Bytes;
use axum::body::{Body, to_bytes};
pub use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Keeps its connections open between requests.
#[derive(Debug, Clone)]
pub struct HttpClient {
    client: Client<HttpConnector, Body>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The request could not be made of its parts.
    #[error("the request is not well-formed")]
    BadRequest(#[from] axum::http::Error),
    /// The other side could not be reached, or hung up.
    #[error("no answer")]
    NoAnswer(#[from] hyper_util::client::legacy::Error),
    /// The answer broke off.
    #[error("the answer broke off")]
    BrokenAnswer(#[from] axum::Error),
    /// The answer did not come in time.
    #[error("no answer in time")]
    TimedOut(#[from] tokio::time::error::Elapsed),
    /// The answer should be JSON and is not.
    #[error("the answer is not JSON")]
    NotJson(#[from] serde_json::Error),
}

impl Default for HttpClient {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpClient {
    /// A client without open connections.
    pub fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
        }
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(
        &self,
        method: Method,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
        timeout: Duration,
    ) -> Result<(StatusCode, Bytes), HttpError> {
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .body(Body::from(body))?;
        *request.headers_mut() = headers;
        tokio::time::timeout(timeout, async {
            let response = self.client.request(request).await?;
            let status = response.status();
            let body = to_bytes(Body::new(response.into_body()), ANSWER_BYTES_MAX).await?;
            Ok((status, body))
        })
        .await?
    }

    /// Sends JSON, or nothing, and reads JSON; an empty answer reads as `null`.
    pub async fn call(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<(StatusCode, Value), HttpError> {
        let uri: Uri = url.parse().map_err(axum::http::Error::from)?;
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(axum::http::Error::from)?;
            all.insert(
                name,
                HeaderValue::from_str(value).map_err(axum::http::Error::from)?,
            );
        }
        if body.is_some() {
            all.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
        let (status, answer) = self.send(method, &uri, all, body, CALL_TIMEOUT).await?;
        let answer = if answer.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&answer)?
        };
        Ok((status, answer))
    }
}
