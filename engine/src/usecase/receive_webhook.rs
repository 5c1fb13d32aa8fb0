//! Hyperswitch reports something.
//!
//! A webhook is believed by its signature, kept before anything is done about it, and acknowledged once it is on disk. What
//! follows from it is a worker's business, so that the answer is quick and a repeat changes nothing.

use std::time::Duration;

use comptoir_domain::Decider;
use comptoir_domain::values::{PaymentId, ProviderCode, ProviderSignature, Sealed, SubjectId, WebhookId};
use comptoir_domain::webhook::{Webhook, WebhookCommand, WebhookReceived, WebhookState};
use comptoir_ledger::{Append, AppendError, ExpectedRevision, Metadata, Revision, StreamName};
use uuid::Uuid;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::gateway::hyperswitch::{ParsedWebhook, SignatureError, parse_webhook, verify_signature};
use crate::vault::VaultError;

/// The context under which the bodies of webhooks are sealed.
pub(crate) const WEBHOOK_CONTEXT: &str = "webhook.body";

/// How often it is looked whether a first delivery is on disk, and after how long at the latest.
const LOOKS_MAX: u32 = 20;
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// What became of a webhook. Each is a success to the one who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookReceipt {
    /// It is kept.
    Kept(WebhookId),
    /// It had been kept before; nothing changed.
    Repeated(WebhookId),
}

impl Engine {
    /// Keeps a webhook whose signature is right. `signature` is the value of the header
    /// [`crate::gateway::hyperswitch::SIGNATURE_HEADER`].
    #[tracing::instrument(name = "engine.webhook.receive", skip_all)]
    pub async fn receive_webhook(
        &self,
        raw_body: &[u8],
        signature: Option<&str>,
        request_id: Option<String>,
    ) -> Result<WebhookReceipt, UseCaseError> {
        verify_signature(
            self.hyperswitch.config().webhook_secret.as_ref(),
            raw_body,
            signature,
        )?;
        let signature = ProviderSignature::try_new(signature.unwrap_or_default().trim())
            .map_err(|_| SignatureError::Malformed)?;
        let parsed = parse_webhook(raw_body)?;
        let webhook_id = WebhookId::of_provider_event(parsed.event_id.as_str());
        let body = self.seal_body(webhook_id, &parsed).await?;
        let received = WebhookReceived {
            webhook_id,
            provider_event_id: parsed.event_id,
            event_type: parsed.event_type,
            content: parsed.content,
            body_digest: parsed.raw_digest,
            signature,
            body,
            at: self.now(),
        };
        self.append_webhook(received, request_id).await
    }

    async fn append_webhook(
        &self,
        received: WebhookReceived,
        request_id: Option<String>,
    ) -> Result<WebhookReceipt, UseCaseError> {
        let webhook_id = received.webhook_id;
        let events = Webhook::decide(
            &WebhookState::default(),
            WebhookCommand::Receive(Box::new(received)),
        )
        .map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
        // The event's id follows from the provider's, so that a repeat meets itself even if the outcome was not known.
        let event_id = Uuid::new_v5(&webhook_id.as_uuid(), b"webhook.received");
        let events = events
            .into_iter()
            .map(|event| (event_id, event))
            .collect::<Vec<_>>();
        let metadata = Metadata {
            actor: Some("hyperswitch".to_owned()),
            correlation_id: Some(event_id),
            request_id,
            ..Metadata::default()
        };
        let stream = StreamName::of::<Webhook>(webhook_id.as_uuid());
        let append =
            Append::new(&metadata).write_with_ids(stream.clone(), ExpectedRevision::NoStream, &events);
        match self.ledger.append(append).await {
            Ok(_) => Ok(WebhookReceipt::Kept(webhook_id)),
            Err(AppendError::WrongExpectedRevision { .. } | AppendError::DuplicateEventId) => {
                self.until_durable(&stream).await?;
                Ok(WebhookReceipt::Repeated(webhook_id))
            }
            Err(
                failed @ (AppendError::IdempotencyKeyUsed
                | AppendError::Invalid(_)
                | AppendError::Overloaded
                | AppendError::Unavailable { .. }
                | AppendError::OutcomeUnknown),
            ) => Err(failed.into()),
        }
    }

    /// A repeat may come while the first delivery is being written. It is acknowledged no earlier than that one is on disk.
    async fn until_durable(&self, stream: &StreamName) -> Result<(), UseCaseError> {
        let mut horizon = self.ledger.watch_horizon();
        for _ in 0..LOOKS_MAX {
            horizon.mark_unchanged();
            if !self
                .ledger
                .read_stream_page(stream, Revision::FIRST, 1)
                .await?
                .is_empty()
            {
                return Ok(());
            }
            // Either way it looks again.
            drop(tokio::time::timeout(LOOK_AGAIN_AFTER, horizon.changed()).await);
        }
        Err(UseCaseError::Unavailable(
            "the first delivery of the webhook is not on disk yet".to_owned(),
        ))
    }

    /// The body belongs to the buyer of the order it is about; one that is about none of our orders, to itself. Of a buyer
    /// whose data was erased nothing more is kept than the facts and the digest.
    async fn seal_body(&self, webhook_id: WebhookId, parsed: &ParsedWebhook) -> Result<Sealed, UseCaseError> {
        let own = SubjectId::from_uuid(webhook_id.as_uuid());
        let buyer = match &parsed.payment_id {
            Some(payment_id) => self.buyer_of(payment_id).await?,
            None => None,
        };
        let subject = buyer.unwrap_or(own);
        match self
            .vault
            .seal(subject, WEBHOOK_CONTEXT, parsed.stripped_body.as_bytes())
            .await
        {
            Err(VaultError::Erased) if subject != own => {
                Ok(self.vault.seal(own, WEBHOOK_CONTEXT, b"{}").await?)
            }
            sealed => Ok(sealed?),
        }
    }

    async fn buyer_of(&self, payment_id: &ProviderCode) -> Result<Option<SubjectId>, UseCaseError> {
        let Ok(payment_id) = payment_id.as_str().parse::<PaymentId>() else {
            return Ok(None);
        };
        let order = self
            .orders
            .get(payment_id.order_id().as_uuid(), Freshness::Remembered)
            .await?;
        Ok(order.state.facts().map(|facts| SubjectId::from(facts.buyer_id)))
    }
}
