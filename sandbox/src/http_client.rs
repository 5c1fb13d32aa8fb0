//! A plain HTTP client, for webhooks and for the first journey. Everything it talks to is on this machine.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Keeps its connections open between requests.
#[derive(Debug, Clone)]
pub(crate) struct HttpClient {
    client: Client<HttpConnector, Body>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
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
}

impl HttpClient {
    pub(crate) fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { client: Client::builder(TokioExecutor::new()).build(connector) }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
        timeout: Duration,
    ) -> Result<(StatusCode, Bytes), HttpError> {
        let mut request = Request::builder().method(method).uri(uri).body(Body::from(body))?;
        *request.headers_mut() = headers;
        tokio::time::timeout(timeout, async {
            let response = self.client.request(request).await?;
            let status = response.status();
            let body = to_bytes(Body::new(response.into_body()), ANSWER_BYTES_MAX).await?;
            Ok((status, body))
        })
        .await?
    }
}
