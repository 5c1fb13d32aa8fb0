//! One pooled HTTP/1.1 client: TLS by rustls with ring, bounded in time and size.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::{ACCEPT, CONTENT_TYPE};
use hyper::{Method, Request, Response, Uri};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::config::HyperswitchTimeouts;
use super::error::{HyperswitchError, UnknownOutcome};
use crate::gateway::connector::connector;
use crate::secret::Secret;

/// The largest answer that is read, in bytes. A payment with all its attempts stays far below.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How many unused connections are kept open.
const IDLE_CONNECTIONS_MAX: usize = 64;

/// Sends requests with the API key and collects the answers.
#[derive(Clone)]
pub(super) struct Transport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    api_key: Secret,
    call_timeout: Duration,
}

impl Transport {
    pub(super) fn new(api_key: Secret, timeouts: HyperswitchTimeouts) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(timeouts.idle)
            .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
            .build(connector(timeouts.connect));
        Self {
            client,
            api_key,
            call_timeout: timeouts.call,
        }
    }

    /// One call: the status and the whole body of its answer, within the time a call may take.
    pub(super) async fn call(
        &self,
        method: Method,
        uri: Uri,
        body: Vec<u8>,
    ) -> Result<(u16, Bytes), HyperswitchError> {
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("api-key", self.api_key.expose())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| HyperswitchError::Unreachable(error.to_string()))?;
        tokio::time::timeout(self.call_timeout, self.send(request))
            .await
            .map_err(|_| HyperswitchError::OutcomeUnknown(UnknownOutcome::TimedOut))?
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<(u16, Bytes), HyperswitchError> {
        let response: Response<_> = self.client.request(request).await.map_err(|error| {
            if error.is_connect() {
                HyperswitchError::Unreachable(with_cause(&error))
            } else {
                connection_lost(with_cause(&error))
            }
        })?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX)
            .collect()
            .await
            .map_err(|error| connection_lost(error.to_string()))?;
        Ok((status, body.to_bytes()))
    }
}

fn connection_lost(reason: String) -> HyperswitchError {
    HyperswitchError::OutcomeUnknown(UnknownOutcome::ConnectionLost(reason))
}

/// The client's own words say little ("client error"); those of the cause are what helps.
fn with_cause(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}
