//! One refund.

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::payment::{CONNECTOR, MERCHANT_CONNECTOR_ID};
use crate::chance::random_text;
use crate::clock;
use crate::hyperswitch::account::Account;
use crate::hyperswitch::wire::{EventType, Metadata, RefundId, RefundResponse, RefundStatus, Timestamp};

/// A refund and all that was said of it.
#[derive(Debug)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) payment_id: String,
    pub(crate) amount: i64,
    currency: String,
    pub(crate) status: RefundStatus,
    reason: Option<String>,
    metadata: Option<Box<RawValue>>,
    connector_refund_id: String,
    created: DateTime<Utc>,
    pub(super) updated: DateTime<Utc>,
    pub(super) events_sent: Vec<EventType>,
}

/// What is asked for.
#[derive(Debug)]
pub(crate) struct NewRefund {
    pub(crate) id: Option<RefundId>,
    pub(crate) payment_id: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: Option<Metadata>,
}

impl Refund {
    /// A refund as it is before the bank has said anything.
    pub(crate) fn new(new: NewRefund) -> Self {
        let created = clock::now();
        Self {
            id: new
                .id
                .map_or_else(|| format!("ref_{}", random_text(20)), |id| id.0),
            payment_id: new.payment_id,
            amount: new.amount,
            currency: new.currency,
            status: RefundStatus::Pending,
            reason: new.reason,
            metadata: new.metadata.map(|metadata| metadata.0),
            connector_refund_id: format!("dummy_ref_{}", random_text(20)),
            created,
            updated: created,
            events_sent: Vec::new(),
        }
    }

    /// The refund as answers and webhooks show it.
    pub(crate) fn response<'a>(&'a self, account: &'a Account) -> RefundResponse<'a> {
        let failed = self.status == RefundStatus::Failed;
        RefundResponse {
            refund_id: &self.id,
            payment_id: &self.payment_id,
            amount: self.amount,
            currency: &self.currency,
            status: self.status,
            reason: self.reason.as_deref(),
            metadata: self.metadata.as_deref(),
            error_message: failed.then_some("The refund failed"),
            error_code: failed.then_some("expired_or_canceled_card"),
            unified_code: (),
            unified_message: (),
            created_at: Timestamp(self.created),
            updated_at: Timestamp(self.updated),
            connector: CONNECTOR,
            profile_id: &account.profile_id,
            merchant_connector_id: MERCHANT_CONNECTOR_ID,
            split_refunds: (),
            issuer_error_code: (),
            issuer_error_message: (),
            raw_connector_response: (),
            connector_refund_id: &self.connector_refund_id,
        }
    }
}
