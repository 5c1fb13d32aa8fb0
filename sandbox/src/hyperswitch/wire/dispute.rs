//! Disputes, as answers and webhooks show them.

use serde::{Deserialize, Serialize};

use super::{EventType, Timestamp};

/// `DisputeStatus` of the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are Hyperswitch's own, and its documentation explains them"
)]
pub enum DisputeStatus {
    DisputeOpened,
    DisputeExpired,
    DisputeAccepted,
    DisputeCancelled,
    DisputeChallenged,
    DisputeWon,
    DisputeLost,
}

impl DisputeStatus {
    /// The event that reaching this status sends: it has the same name.
    pub(crate) const fn event_type(self) -> EventType {
        match self {
            Self::DisputeOpened => EventType::DisputeOpened,
            Self::DisputeExpired => EventType::DisputeExpired,
            Self::DisputeAccepted => EventType::DisputeAccepted,
            Self::DisputeCancelled => EventType::DisputeCancelled,
            Self::DisputeChallenged => EventType::DisputeChallenged,
            Self::DisputeWon => EventType::DisputeWon,
            Self::DisputeLost => EventType::DisputeLost,
        }
    }
}

/// `DisputeStage` of the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are Hyperswitch's own, and its documentation explains them"
)]
pub enum DisputeStage {
    PreDispute,
    #[default]
    Dispute,
    PreArbitration,
    Arbitration,
    DisputeReversal,
}

/// A dispute: 19 keys, nulls written out, the amount a string.
#[derive(Debug, Serialize)]
pub(crate) struct DisputeResponse<'a> {
    pub(crate) dispute_id: &'a str,
    pub(crate) payment_id: &'a str,
    pub(crate) attempt_id: String,
    pub(crate) amount: String,
    pub(crate) currency: &'a str,
    pub(crate) dispute_stage: DisputeStage,
    pub(crate) dispute_status: DisputeStatus,
    pub(crate) connector: &'static str,
    pub(crate) connector_status: &'static str,
    pub(crate) connector_dispute_id: String,
    pub(crate) connector_reason: &'static str,
    pub(crate) connector_reason_code: (),
    pub(crate) challenge_required_by: Timestamp,
    pub(crate) connector_created_at: Timestamp,
    pub(crate) connector_updated_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) profile_id: &'a str,
    pub(crate) merchant_connector_id: &'static str,
    pub(crate) is_already_refunded: bool,
}
