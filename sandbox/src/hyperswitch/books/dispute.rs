//! One dispute.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::payment::{CONNECTOR, MERCHANT_CONNECTOR_ID};
use crate::clock;
use crate::hyperswitch::account::Account;
use crate::hyperswitch::wire::{DisputeResponse, DisputeStage, DisputeStatus, EventType, Timestamp};

/// How long a dispute can be challenged.
const TO_CHALLENGE: Duration = Duration::from_hours(14 * 24);

/// A dispute and all that was said of it.
#[derive(Debug)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) payment_id: String,
    pub(crate) amount: i64,
    pub(super) currency: String,
    pub(super) stage: DisputeStage,
    pub(crate) status: DisputeStatus,
    created: DateTime<Utc>,
    pub(super) updated: Option<DateTime<Utc>>,
    pub(super) events_sent: Vec<EventType>,
}

/// What the buyer's bank says, as a test tells it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisputeWord {
    /// Which dispute; each payment has one that needs no name.
    #[serde(default)]
    pub dispute_id: Option<String>,
    /// Where it stands.
    pub status: DisputeStatus,
    /// How far the procedure is; the dispute proper, if it is not said.
    #[serde(default)]
    pub stage: DisputeStage,
    /// What the bank wants, in minor units; all that was paid, if it is not said.
    #[serde(default)]
    pub amount: Option<i64>,
}

impl DisputeWord {
    /// The bank says this about the one dispute of a payment, over all of it.
    pub fn of(status: DisputeStatus) -> Self {
        Self {
            dispute_id: None,
            status,
            stage: DisputeStage::default(),
            amount: None,
        }
    }
}

impl Dispute {
    pub(super) fn new(id: String, payment_id: &str, currency: &str, status: DisputeStatus) -> Self {
        Self {
            id,
            payment_id: payment_id.to_owned(),
            amount: 0,
            currency: currency.to_owned(),
            stage: DisputeStage::default(),
            status,
            created: clock::now(),
            updated: None,
            events_sent: Vec::new(),
        }
    }

    /// When it changed last.
    pub(super) fn changed(&self) -> DateTime<Utc> {
        self.updated.unwrap_or(self.created)
    }

    /// Whether the bank keeps the money.
    pub(crate) const fn is_lost(&self) -> bool {
        match self.status {
            DisputeStatus::DisputeLost | DisputeStatus::DisputeAccepted => true,
            DisputeStatus::DisputeOpened
            | DisputeStatus::DisputeExpired
            | DisputeStatus::DisputeCancelled
            | DisputeStatus::DisputeChallenged
            | DisputeStatus::DisputeWon => false,
        }
    }

    /// The dispute as the API and webhooks show it.
    pub(super) fn response<'a>(
        &'a self,
        account: &'a Account,
        is_already_refunded: bool,
    ) -> DisputeResponse<'a> {
        DisputeResponse {
            dispute_id: &self.id,
            payment_id: &self.payment_id,
            attempt_id: format!("{}_1", self.payment_id),
            amount: self.amount.to_string(),
            currency: &self.currency,
            dispute_stage: self.stage,
            dispute_status: self.status,
            connector: CONNECTOR,
            connector_status: "needs_response",
            connector_dispute_id: format!("du_{}", self.id),
            connector_reason: "fraudulent",
            connector_reason_code: (),
            challenge_required_by: Timestamp(self.created + TO_CHALLENGE),
            connector_created_at: Timestamp(self.created),
            connector_updated_at: self.updated.map(Timestamp),
            created_at: Timestamp(self.created),
            profile_id: &account.profile_id,
            merchant_connector_id: MERCHANT_CONNECTOR_ID,
            is_already_refunded,
        }
    }
}
