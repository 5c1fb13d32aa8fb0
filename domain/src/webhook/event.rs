//! What can have happened to a webhook.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::decider::UpcastError;
use crate::order::upcast::code_for_words;
use crate::values::{ProviderCode, ProviderSignature, Sealed, Sha256Hex, WebhookId};
use crate::wire_events;

wire_events! {
    /// An event of a webhook's stream.
    pub enum WebhookEvent {
        /// It arrived, with a valid signature.
        Received(WebhookReceived) => ("webhook.received", 2, [with_words]),
    }
}

/// A signed webhook arrived. The facts that the rules need stand in the clear; all that was sent, less the payment's
/// secrets, is sealed; digest and signature prove what was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookReceived {
    /// Derived from the provider's event id ([`WebhookId::of_provider_event`]).
    pub webhook_id: WebhookId,
    /// The provider's event id, such as `evt_019f...`.
    pub provider_event_id: ProviderCode,
    /// The provider's name for what happened; the set is open.
    pub event_type: ProviderCode,
    /// What it is about.
    pub content: WebhookContent,
    /// SHA-256 of the raw body, as it was signed.
    pub body_digest: Sha256Hex,
    /// The signature from the header, in hex.
    pub signature: ProviderSignature,
    /// The body without the payment's secrets, sealed.
    pub body: Sealed,
    /// When it arrived.
    pub at: DateTime<Utc>,
}

/// What a webhook is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "object", rename_all = "snake_case")]
pub enum WebhookContent {
    /// A payment.
    Payment(PaymentNews),
    /// A refund.
    Refund(RefundNews),
    /// A dispute.
    Dispute(DisputeNews),
    /// Something else; the sealed body has it.
    Other {
        /// The provider's word for it, such as `dispute_details`.
        object_type: Option<ProviderCode>,
    },
}

/// What the provider says of a payment, in its own words: read by [`crate::policy::on_webhook`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentNews {
    /// The payment.
    pub payment_id: ProviderCode,
    /// Its status.
    pub status: Option<ProviderCode>,
    /// What was asked for, in minor units.
    pub amount: Option<i64>,
    /// What has arrived, in minor units.
    pub amount_received: Option<i64>,
    /// In which currency.
    pub currency: Option<ProviderCode>,
    /// When the provider last changed it.
    pub updated: Option<DateTime<Utc>>,
    /// Why it failed, in the processor's code. Its words are in the sealed body alone.
    pub error_code: Option<ProviderCode>,
    /// The same in the provider's own code.
    pub unified_code: Option<ProviderCode>,
}

/// What the provider says of a refund, in its own words: read by [`crate::policy::on_webhook`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundNews {
    /// The refund.
    pub refund_id: ProviderCode,
    /// The payment it belongs to.
    pub payment_id: Option<ProviderCode>,
    /// Its status.
    pub status: Option<ProviderCode>,
    /// How much, in minor units.
    pub amount: Option<i64>,
    /// In which currency.
    pub currency: Option<ProviderCode>,
    /// When the provider last changed it.
    pub updated: Option<DateTime<Utc>>,
    /// Why it failed, in the processor's code. Its words are in the sealed body alone.
    pub error_code: Option<ProviderCode>,
    /// The same in the provider's own code.
    pub unified_code: Option<ProviderCode>,
}

/// What the provider says of a dispute, in its own words: read by [`crate::policy::on_webhook`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeNews {
    /// The dispute.
    pub dispute_id: ProviderCode,
    /// The payment it is about.
    pub payment_id: Option<ProviderCode>,
    /// What the bank wants, in minor units.
    pub amount: Option<i64>,
    /// In which currency.
    pub currency: Option<ProviderCode>,
    /// How far the procedure is.
    pub stage: Option<ProviderCode>,
    /// Where it stands there.
    pub status: Option<ProviderCode>,
    /// The bank's reason.
    pub reason: Option<ProviderCode>,
    /// Until when it can be challenged.
    pub respond_by: Option<DateTime<Utc>>,
    /// When the processor changed it; if it does not say, when the provider told us.
    pub updated: Option<DateTime<Utc>>,
}

/// Version 1 repeated what the processor says of a failure in words.
fn with_words(mut old: Value) -> Result<Value, UpcastError> {
    let content = old.get_mut("content");
    let content = content.ok_or_else(|| UpcastError("the content is missing".to_owned()))?;
    if matches!(content["object"].as_str(), Some("payment" | "refund")) {
        code_for_words(content, "error_message")?;
    }
    Ok(old)
}
