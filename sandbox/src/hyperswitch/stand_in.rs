//! The stand-in as a whole: started, told what to do, stopped.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use axum::http::{StatusCode, Uri};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::account::Account;
use super::books::Forced;
use super::connection::{CuttableListener, Scissors};
use super::http::router;
use super::shared::Shared;
use super::webhooks::Outbox;
use super::{Delivery, DisputeWord, Faults, PaymentStatus, RefundStatus, StandInOptions, WebhookSettings};

/// A running stand-in. Dropping it stops it.
pub struct StandIn {
    shared: Arc<Shared>,
    stopped: CancellationToken,
    server: JoinHandle<()>,
}

/// Why the stand-in cannot do what it is told.
#[derive(Debug, thiserror::Error)]
pub enum StandInError {
    /// The address is taken, or not this machine's.
    #[error("could not listen")]
    Listen(#[source] io::Error),
    /// The webhooks' address is none.
    #[error("{url:?} is no address for webhooks")]
    BadWebhookUrl {
        /// What was given.
        url: String,
    },
    /// There is no payment or refund of this id.
    #[error("{id} is not in the books")]
    Unknown {
        /// What was given.
        id: String,
    },
}

impl StandIn {
    /// Starts to listen.
    pub async fn start(options: StandInOptions) -> Result<Self, StandInError> {
        let listener = TcpListener::bind(options.addr)
            .await
            .map_err(StandInError::Listen)?;
        let address = listener.local_addr().map_err(StandInError::Listen)?;
        let stopped = CancellationToken::new();
        let outbox = Outbox::new(
            options.webhook_url.map(parse_target).transpose()?,
            options.webhook_secret,
            options.retry_speed_up,
            options.webhooks_kept,
            stopped.clone(),
        );
        let account = Account {
            merchant_id: options.merchant_id,
            profile_id: options.profile_id,
            api_key: options.api_key,
            publishable_key: options.publishable_key,
        };
        let base_url = format!("http://{address}");
        let shared = Arc::new(Shared::new(
            account,
            base_url,
            options.settle_delay,
            outbox,
            stopped.clone(),
        ));
        let service = router(shared.clone()).into_make_service_with_connect_info::<Scissors>();
        let serving = axum::serve(CuttableListener(listener), service);
        let until = stopped.clone();
        let server = tokio::spawn(async move {
            tokio::select! {
                // It ends only when it is told to.
                _ = serving.into_future() => {}
                () = until.cancelled() => {}
            }
        });
        Ok(Self {
            shared,
            stopped,
            server,
        })
    }

    /// Such as `http://127.0.0.1:40123`, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// From now on webhooks go there, or nowhere.
    pub fn send_webhooks_to(&self, url: Option<String>) -> Result<(), StandInError> {
        self.shared.outbox.set_target(url.map(parse_target).transpose()?);
        Ok(())
    }

    /// From now on these faults are met.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.faults.set(faults);
    }

    /// From now on webhooks are sent like that.
    pub fn set_webhooks(&self, settings: WebhookSettings) {
        self.shared.outbox.set(settings);
    }

    /// Moves a payment to a status, as if buyer and bank had, and sends the webhook of it. Another amount or currency
    /// makes the payment differ from what was asked for.
    pub fn settle_payment(
        &self,
        payment_id: &str,
        status: PaymentStatus,
        paid: Option<(i64, &str)>,
    ) -> Result<(), StandInError> {
        let (amount, currency) = paid
            .map(|(amount, currency)| (amount, currency.to_owned()))
            .unzip();
        let forced = Forced {
            status,
            amount,
            currency,
        };
        let event = self
            .shared
            .books()
            .force_payment(&self.shared.account, payment_id, forced)
            .map_err(|_| StandInError::Unknown {
                id: payment_id.to_owned(),
            })?;
        self.shared.announce(event);
        Ok(())
    }

    /// Moves a refund to a status, as if the bank had, and sends the webhook of it.
    pub fn settle_refund(&self, refund_id: &str, status: RefundStatus) -> Result<(), StandInError> {
        let mut books = self.shared.books();
        books.refund(refund_id).map_err(|_| StandInError::Unknown {
            id: refund_id.to_owned(),
        })?;
        let event = books.move_refund(&self.shared.account, refund_id, status);
        drop(books);
        self.shared.announce(event);
        Ok(())
    }

    /// From now on this comes of refunds, whatever the card says; none lets the card decide again.
    pub fn plan_refunds(&self, outcome: Option<RefundStatus>) {
        self.shared.books().refund_outcome = outcome;
    }

    /// Lets the buyer's bank say something about a payment, and sends the webhook of it.
    pub fn dispute_payment(&self, payment_id: &str, word: DisputeWord) -> Result<(), StandInError> {
        let event = self
            .shared
            .books()
            .dispute_payment(&self.shared.account, payment_id, word)
            .map_err(|_| StandInError::Unknown {
                id: payment_id.to_owned(),
            })?;
        self.shared.announce(event);
        Ok(())
    }

    /// What became of the webhooks, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.outbox.deliveries()
    }

    /// The body of a webhook and its signature.
    pub fn signed_webhook(&self, event_id: &str) -> Option<(Vec<u8>, String)> {
        self.shared
            .outbox
            .signed_body(event_id)
            .map(|(body, signature)| (body.to_vec(), signature))
    }

    /// Sends a webhook once more, with the same body; answers with the status it met, if there was an answer.
    pub async fn send_webhook_again(&self, event_id: &str) -> Result<Option<StatusCode>, StandInError> {
        let met = self.shared.outbox.send_again(event_id).await;
        met.ok_or_else(|| StandInError::Unknown {
            id: event_id.to_owned(),
        })
    }

    /// How often each route was called, such as `POST /payments` or `GET /payments/{payment_id}`.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.shared.calls()
    }

    /// How many payments and refunds are in the books.
    pub fn counts(&self) -> (usize, usize) {
        self.shared.books().counts()
    }

    /// Forgets everything, as after a new start.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Stops listening: from now on connections are refused.
    pub async fn stop(mut self) {
        self.stopped.cancel();
        // A server that panicked has stopped as well.
        let _ = (&mut self.server).await;
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.stopped.cancel();
        self.server.abort();
    }
}

fn parse_target(url: String) -> Result<Uri, StandInError> {
    match url.parse::<Uri>() {
        Ok(uri) if uri.host().is_some() => Ok(uri),
        Ok(_) | Err(_) => Err(StandInError::BadWebhookUrl { url }),
    }
}
