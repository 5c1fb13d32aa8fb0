//! Payments, as they go out and come back.

use chrono::{DateTime, Utc};
use comptoir_domain::values::ProviderCode;
use comptoir_domain::webhook::PaymentNews;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::secret::Secret;

/// The body of `POST /payments`. Unknown keys are rejected there, so each of these is one the API has.
///
/// The payment is created without being confirmed: the buyer's browser does that with the client secret. It carries no
/// personal data, only ids.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CreatePayment {
    /// At most 64 characters; ours are derived from the order, so that a repeat is recognised.
    pub payment_id: String,
    /// Minor units, everything included.
    pub amount: i64,
    /// ISO 4217, upper case.
    pub currency: String,
    /// Captured at once when confirmed.
    pub capture_method: &'static str,
    /// Who pays, as an opaque id. Hyperswitch works on one payment of a customer at a time.
    pub customer_id: String,
    /// The business profile, unless it is the default one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_id: Option<String>,
    /// Where the buyer's browser goes after a redirect; at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// How long the payment may be confirmed, in seconds: 60 to 7,890,000.
    pub session_expiry: u32,
    /// Our order, as the processor's reports will name it.
    pub merchant_order_reference_id: String,
    /// Our order once more, as it comes back in each webhook.
    pub metadata: Map<String, Value>,
    /// What is bought.
    pub order_details: Vec<OrderDetail>,
}

/// One line of what is bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderDetail {
    /// What it is called.
    pub product_name: String,
    /// How many.
    pub quantity: u16,
    /// Price of one, in minor units.
    pub amount: i64,
}

/// What of a payment the engine works with.
#[derive(Debug, Clone, Deserialize)]
pub struct Payment {
    /// The id it was created under.
    pub payment_id: String,
    /// How far it is.
    pub status: PaymentStatus,
    /// Minor units, as it was asked for.
    pub amount: i64,
    /// Minor units that have arrived.
    #[serde(default)]
    pub amount_received: Option<i64>,
    /// ISO 4217.
    pub currency: String,
    /// What lets the buyer's browser confirm it. Never stored.
    #[serde(default, deserialize_with = "optional_secret")]
    pub client_secret: Option<Secret>,
    /// The processor's code for a failure. Its words for it may name somebody, and are not read.
    #[serde(default)]
    pub error_code: Option<String>,
    /// Hyperswitch's own code for it.
    #[serde(default)]
    pub unified_code: Option<String>,
    /// When it last changed.
    #[serde(default)]
    pub updated: Option<DateTime<Utc>>,
    /// The same, under the older key.
    #[serde(default)]
    pub modified_at: Option<DateTime<Utc>>,
}

impl Payment {
    /// What of it the rules need, in the form that a webhook would bring it.
    pub fn news(&self) -> Option<PaymentNews> {
        Some(PaymentNews {
            payment_id: ProviderCode::from_provider(&self.payment_id)?,
            status: ProviderCode::from_provider(self.status.as_str()),
            amount: Some(self.amount),
            amount_received: self.amount_received,
            currency: ProviderCode::from_provider(&self.currency),
            updated: self.updated.or(self.modified_at),
            error_code: self.error_code.as_deref().and_then(ProviderCode::of_failure),
            unified_code: self.unified_code.as_deref().and_then(ProviderCode::of_failure),
        })
    }
}

/// Hyperswitch's `IntentStatus`. Terminal ones are terminal as a rule only: a failed payment may be tried again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "String")]
pub enum PaymentStatus {
    /// The money is there.
    Succeeded,
    /// The processor declined; the buyer may try again.
    Failed,
    /// Called off before any money moved.
    Cancelled,
    /// Called off after the money was captured.
    CancelledPostCapture,
    /// The session ran out.
    Expired,
    /// At the processor.
    Processing,
    /// The buyer must do something, such as a redirect.
    RequiresCustomerAction,
    /// The merchant must look at it.
    RequiresMerchantAction,
    /// Created; the buyer has not yet chosen how to pay.
    RequiresPaymentMethod,
    /// The buyer has chosen and not yet confirmed.
    RequiresConfirmation,
    /// Authorised; to be captured.
    RequiresCapture,
    /// A part was captured, and that is all.
    PartiallyCaptured,
    /// A part was captured, and more may be.
    PartiallyCapturedAndCapturable,
    /// A part was authorised; to be captured.
    PartiallyAuthorizedAndRequiresCapture,
    /// A part was captured, the rest is at the processor.
    PartiallyCapturedAndProcessing,
    /// Hyperswitch and the processor disagree.
    Conflicted,
    /// Held for review.
    Review,
    /// A status this release of Comptoir does not know.
    Unknown(String),
}

/// Every status by its wire name.
const STATUS_NAMES: [(&str, PaymentStatus); 17] = [
    ("succeeded", PaymentStatus::Succeeded),
    ("failed", PaymentStatus::Failed),
    ("cancelled", PaymentStatus::Cancelled),
    ("cancelled_post_capture", PaymentStatus::CancelledPostCapture),
    ("expired", PaymentStatus::Expired),
    ("processing", PaymentStatus::Processing),
    ("requires_customer_action", PaymentStatus::RequiresCustomerAction),
    ("requires_merchant_action", PaymentStatus::RequiresMerchantAction),
    ("requires_payment_method", PaymentStatus::RequiresPaymentMethod),
    ("requires_confirmation", PaymentStatus::RequiresConfirmation),
    ("requires_capture", PaymentStatus::RequiresCapture),
    ("partially_captured", PaymentStatus::PartiallyCaptured),
    (
        "partially_captured_and_capturable",
        PaymentStatus::PartiallyCapturedAndCapturable,
    ),
    (
        "partially_authorized_and_requires_capture",
        PaymentStatus::PartiallyAuthorizedAndRequiresCapture,
    ),
    (
        "partially_captured_and_processing",
        PaymentStatus::PartiallyCapturedAndProcessing,
    ),
    ("conflicted", PaymentStatus::Conflicted),
    ("review", PaymentStatus::Review),
];

impl From<String> for PaymentStatus {
    fn from(name: String) -> Self {
        let known = STATUS_NAMES.iter().find(|(known, _)| *known == name);
        known.map_or(Self::Unknown(name), |(_, status)| status.clone())
    }
}

impl PaymentStatus {
    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        if let Self::Unknown(name) = self {
            return name;
        }
        STATUS_NAMES
            .iter()
            .find(|(_, status)| status == self)
            .map_or("", |(name, _)| name)
    }
}

pub(super) fn optional_secret<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Secret>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Secret::new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_and_writes_its_wire_name() {
        for (name, status) in STATUS_NAMES {
            assert_eq!(PaymentStatus::from(name.to_owned()), status);
            assert_eq!(status.as_str(), name);
        }
    }

    #[test]
    fn a_payment_never_prints_its_client_secret() {
        let body =
            r#"{"payment_id":"pay_1","status":"failed","amount":1,"currency":"USD","client_secret":"hush"}"#;
        let payment: Payment = serde_json::from_str(body).unwrap();
        assert!(!format!("{payment:?}").contains("hush"));
    }
}
