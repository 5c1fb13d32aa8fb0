//! Money that goes back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::decider::UpcastError;
use crate::order::refunding::RefundPart;
use crate::values::{Money, PersonId, ProviderCode, RefundId, Sealed};

/// Money is to go back to the buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefundOpened {
    /// The refund.
    pub refund_id: RefundId,
    /// How much.
    pub amount: Money,
    /// What of it belongs to which line: the parts add up to the amount. None in what version 1 wrote; it is then spread
    /// over what the lines had left.
    pub parts: Vec<RefundPart>,
    /// Why.
    pub reason: RefundReason,
    /// The same in words, sealed with the key of the person who wrote them.
    pub note: Option<Sealed>,
    /// Who asked; nobody, if it follows from something else.
    pub requested_by: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why money goes back. A closed list, for free text by a person would be personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// The money came after the order was closed, and something in it can no longer be had.
    LatePaymentUnavailable,
    /// The platform decided so.
    PlatformDecision,
    /// Bought twice.
    Duplicate,
    /// Bought with somebody else's means of payment.
    Fraudulent,
    /// The buyer asked for it.
    CustomerRequest,
    /// It is not what was described.
    NotAsDescribed,
    /// The platform could not deliver as it should.
    ServiceDisruption,
    /// A court or an authority ordered it.
    CourtOrAuthority,
    /// Something else, which the note says.
    Other,
    /// The buyer withdrew from the contract.
    Withdrawal,
}

impl RefundReason {
    /// The name, as events and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LatePaymentUnavailable => "late_payment_unavailable",
            Self::PlatformDecision => "platform_decision",
            Self::Duplicate => "duplicate",
            Self::Fraudulent => "fraudulent",
            Self::CustomerRequest => "customer_request",
            Self::NotAsDescribed => "not_as_described",
            Self::ServiceDisruption => "service_disruption",
            Self::CourtOrAuthority => "court_or_authority",
            Self::Other => "other",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// Money has gone back to the buyer, as the provider says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefundSettled {
    /// The refund.
    pub refund_id: RefundId,
    /// How much.
    pub amount: Money,
    /// When the provider changed it.
    pub provider_updated: DateTime<Utc>,
    /// When we learnt of it.
    pub at: DateTime<Utc>,
}

/// Money could not go back to the buyer; undoes a settlement that came before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefundDeclined {
    /// The refund.
    pub refund_id: RefundId,
    /// How much.
    pub amount: Money,
    /// The provider's reason.
    pub code: Option<ProviderCode>,
    /// When the provider changed it.
    pub provider_updated: DateTime<Utc>,
    /// When we learnt of it.
    pub at: DateTime<Utc>,
}

/// Version 1 knew neither lines nor who asked: refunds then only followed from late money.
pub(super) fn refund_opened_from_1(mut old: Value) -> Result<Value, UpcastError> {
    let fields = old
        .as_object_mut()
        .ok_or_else(|| UpcastError("not an object".to_owned()))?;
    fields.insert("parts".to_owned(), json!([]));
    fields.insert("note".to_owned(), Value::Null);
    fields.insert("requested_by".to_owned(), Value::Null);
    Ok(old)
}
