//! The calls, one function each.

use std::fmt;
use std::sync::Arc;

use hyper::{Method, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use super::answer;
use super::config::{ConfigProblem, HyperswitchConfig};
use super::dispute::Dispute;
use super::error::{HyperswitchError, RefusalKind};
use super::payment::{CreatePayment, Payment};
use super::refund::{CreateRefund, Refund};
use super::transport::Transport;

/// A client of one Hyperswitch installation. Cheap to clone; all clones share one pool of connections.
#[derive(Clone)]
pub struct Hyperswitch {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Transport,
    /// The base URL without a slash at its end.
    base_url: String,
    config: HyperswitchConfig,
}

#[derive(Serialize)]
struct CancelBody<'a> {
    cancellation_reason: &'a str,
}

impl Hyperswitch {
    /// A client for a checked configuration; a section with problems is refused.
    pub fn new(config: HyperswitchConfig) -> Result<Self, Vec<ConfigProblem>> {
        config.validate()?;
        let transport = Transport::new(config.api_key.clone(), config.timeouts);
        let base_url = config.base_url.trim_end_matches('/').to_owned();
        Ok(Self {
            inner: Arc::new(Inner {
                transport,
                base_url,
                config,
            }),
        })
    }

    /// What it was made with.
    pub fn config(&self) -> &HyperswitchConfig {
        &self.inner.config
    }

    /// `POST /payments`. A payment id that was used before is refused, and not answered again.
    pub async fn create_payment(&self, payment: &CreatePayment) -> Result<Payment, HyperswitchError> {
        self.call("payment.create", Method::POST, "/payments", Some(payment))
            .await
    }

    /// `GET /payments/{id}`, without asking the processor.
    pub async fn retrieve_payment(&self, payment_id: &str) -> Result<Payment, HyperswitchError> {
        self.get("payment.retrieve", &format!("/payments/{payment_id}"))
            .await
    }

    /// `GET /payments/{id}?force_sync=true`: Hyperswitch asks the processor first.
    pub async fn sync_payment(&self, payment_id: &str) -> Result<Payment, HyperswitchError> {
        self.get("payment.sync", &format!("/payments/{payment_id}?force_sync=true"))
            .await
    }

    /// `POST /payments/{id}/cancel`.
    pub async fn cancel_payment(&self, payment_id: &str, reason: &str) -> Result<Payment, HyperswitchError> {
        let body = CancelBody {
            cancellation_reason: reason,
        };
        self.call(
            "payment.cancel",
            Method::POST,
            &format!("/payments/{payment_id}/cancel"),
            Some(&body),
        )
        .await
    }

    /// Creates the payment, or finds the one that an earlier attempt created: a time-out or "already exists" leads to a
    /// `GET`, never to a second payment. Not found after a time-out means that nothing was created; the error is then the
    /// time-out, and the whole may be tried again.
    pub async fn create_or_find_payment(&self, payment: &CreatePayment) -> Result<Payment, HyperswitchError> {
        let failed = match self.create_payment(payment).await {
            Ok(created) => return Ok(created),
            Err(failed) => failed,
        };
        let may_exist = match &failed {
            HyperswitchError::OutcomeUnknown(_) => true,
            HyperswitchError::Refused(refusal) => refusal.kind == RefusalKind::AlreadyExists,
            HyperswitchError::Unreachable(_) => false,
        };
        if !may_exist {
            return Err(failed);
        }
        match self.retrieve_payment(&payment.payment_id).await {
            Err(error) if error.refusal() == Some(RefusalKind::NotFound) => Err(failed),
            found => found,
        }
    }

    /// `POST /refunds`. A refund id that was used before is refused as existing or, if the money is gone already, as too
    /// large; so `GET` first when in doubt.
    pub async fn create_refund(&self, refund: &CreateRefund) -> Result<Refund, HyperswitchError> {
        self.call("refund.create", Method::POST, "/refunds", Some(refund))
            .await
    }

    /// `GET /refunds/{id}`, without asking the processor.
    pub async fn retrieve_refund(&self, refund_id: &str) -> Result<Refund, HyperswitchError> {
        self.get("refund.retrieve", &format!("/refunds/{refund_id}"))
            .await
    }

    /// `GET /refunds/{id}?force_sync=true`: Hyperswitch asks the processor first.
    pub async fn sync_refund(&self, refund_id: &str) -> Result<Refund, HyperswitchError> {
        self.get("refund.sync", &format!("/refunds/{refund_id}?force_sync=true"))
            .await
    }

    /// `GET /disputes/list`: all disputes of the merchant account, what changed last first, without the first `offset`.
    pub async fn latest_disputes(
        &self,
        limit: usize,
        offset: usize,
    ) -> Result<Vec<Dispute>, HyperswitchError> {
        let path = format!("/disputes/list?limit={limit}&offset={offset}");
        self.get("dispute.list", &path).await
    }

    /// `GET /disputes/{id}?force_sync=true`: Hyperswitch asks the processor first, if that processor can be asked;
    /// otherwise it says what it knows.
    pub async fn sync_dispute(&self, dispute_id: &str) -> Result<Dispute, HyperswitchError> {
        let path = format!("/disputes/{dispute_id}");
        match self.get("dispute.sync", &format!("{path}?force_sync=true")).await {
            Err(HyperswitchError::Refused(refusal)) if refusal.kind != RefusalKind::NotFound => {
                self.get("dispute.retrieve", &path).await
            }
            answered => answered,
        }
    }

    async fn get<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &str,
    ) -> Result<T, HyperswitchError> {
        self.call(operation, Method::GET, path, None::<&()>).await
    }

    async fn call<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        operation: &'static str,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> Result<T, HyperswitchError> {
        let span = tracing::debug_span!("gateway.hyperswitch.call", operation);
        async {
            let uri: Uri = format!("{}{path}", self.inner.base_url)
                .parse()
                .map_err(|_| HyperswitchError::Unreachable("the id does not fit into a URL".to_owned()))?;
            let body = body.map(serde_json::to_vec).transpose();
            let body = body.map_err(|error| HyperswitchError::Unreachable(error.to_string()))?;
            let (status, body) = self
                .inner
                .transport
                .call(method, uri, body.unwrap_or_default())
                .await?;
            answer::read(status, &body)
        }
        .instrument(span)
        .await
    }
}

impl fmt::Debug for Hyperswitch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Hyperswitch")
            .field("base_url", &self.inner.base_url)
            .finish_non_exhaustive()
    }
}
