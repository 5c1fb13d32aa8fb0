//! Refunds: what is asked and what is answered.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::value::{Metadata, RefundId};
use super::{RefundStatus, Timestamp};

/// `RefundRequest` of the original.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RefundRequest {
    pub(crate) payment_id: Option<String>,
    pub(crate) refund_id: Option<RefundId>,
    pub(crate) amount: Option<i64>,
    pub(crate) reason: Option<String>,
    pub(crate) refund_type: Option<RefundType>,
    pub(crate) metadata: Option<Metadata>,
    merchant_id: Option<IgnoredAny>,
    merchant_connector_details: Option<IgnoredAny>,
    split_refunds: Option<IgnoredAny>,
    all_keys_required: Option<IgnoredAny>,
}

/// When a refund is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundType {
    Instant,
    Scheduled,
}

/// `RefundResponse` of the original: 21 keys, nulls written out.
#[derive(Debug, Serialize)]
pub(crate) struct RefundResponse<'a> {
    pub(crate) refund_id: &'a str,
    pub(crate) payment_id: &'a str,
    pub(crate) amount: i64,
    pub(crate) currency: &'a str,
    pub(crate) status: RefundStatus,
    pub(crate) reason: Option<&'a str>,
    pub(crate) metadata: Option<&'a RawValue>,
    pub(crate) error_message: Option<&'a str>,
    pub(crate) error_code: Option<&'a str>,
    pub(crate) unified_code: (),
    pub(crate) unified_message: (),
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) connector: &'static str,
    pub(crate) profile_id: &'a str,
    pub(crate) merchant_connector_id: &'static str,
    pub(crate) split_refunds: (),
    pub(crate) issuer_error_code: (),
    pub(crate) issuer_error_message: (),
    pub(crate) raw_connector_response: (),
    pub(crate) connector_refund_id: &'a str,
}

/// `PaymentsCancelRequest` of the original.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CancelRequest {
    pub(crate) cancellation_reason: Option<String>,
    merchant_connector_details: Option<IgnoredAny>,
    all_keys_required: Option<IgnoredAny>,
}
