//! Refunds, as they go out and come back.

use chrono::{DateTime, Utc};
use comptoir_domain::values::ProviderCode;
use comptoir_domain::webhook::RefundNews;
use serde::{Deserialize, Serialize};

/// The body of `POST /refunds`. Unknown keys are rejected there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CreateRefund {
    /// At most 64 characters; ours are derived from the refund's stream, so that a repeat is recognised.
    pub refund_id: String,
    /// The payment that goes back.
    pub payment_id: String,
    /// Minor units. Always said: left out, Hyperswitch would refund the whole payment, not what remains of it.
    pub amount: i64,
    /// One of the words that every processor takes.
    pub reason: &'static str,
}

/// What of a refund the engine works with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refund {
    /// The id it was created under.
    pub refund_id: String,
    /// The payment it belongs to.
    pub payment_id: String,
    /// How far it is.
    pub status: RefundStatus,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// The processor's code for a failure. Its words for it may name somebody, and are not read.
    #[serde(default)]
    pub error_code: Option<String>,
    /// Hyperswitch's own code for it.
    #[serde(default)]
    pub unified_code: Option<String>,
    /// When it last changed.
    #[serde(default)]
    pub updated_at: Option<DateTime<Utc>>,
}

impl Refund {
    /// What of it the rules need, in the form that a webhook would bring it.
    pub fn news(&self) -> Option<RefundNews> {
        Some(RefundNews {
            refund_id: ProviderCode::from_provider(&self.refund_id)?,
            payment_id: ProviderCode::from_provider(&self.payment_id),
            status: ProviderCode::from_provider(self.status.as_str()),
            amount: Some(self.amount),
            currency: ProviderCode::from_provider(&self.currency),
            updated: self.updated_at,
            error_code: self.error_code.as_deref().and_then(ProviderCode::of_failure),
            unified_code: self.unified_code.as_deref().and_then(ProviderCode::of_failure),
        })
    }
}

/// Hyperswitch's `RefundStatus`, as the API and webhooks name it. A success may still turn into a failure.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "String")]
pub enum RefundStatus {
    /// Under way.
    Pending,
    /// The money has gone back.
    Succeeded,
    /// It has not.
    Failed,
    /// A person must look at it.
    Review,
    /// A status this release of Comptoir does not know.
    Unknown(String),
}

impl From<String> for RefundStatus {
    fn from(name: String) -> Self {
        match name.as_str() {
            "pending" => Self::Pending,
            "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            "review" => Self::Review,
            _ => Self::Unknown(name),
        }
    }
}

impl RefundStatus {
    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Review => "review",
            Self::Unknown(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_and_writes_its_wire_name() {
        for name in ["pending", "succeeded", "failed", "review", "pondering"] {
            assert_eq!(RefundStatus::from(name.to_owned()).as_str(), name);
        }
    }
}
