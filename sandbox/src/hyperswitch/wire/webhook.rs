//! The envelope of an outgoing webhook.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// The events that the stand-in sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are Hyperswitch's own, and its documentation explains them"
)]
pub enum EventType {
    PaymentSucceeded,
    PaymentFailed,
    PaymentProcessing,
    PaymentCancelled,
    PaymentCancelledPostCapture,
    PaymentAuthorized,
    PaymentPartiallyAuthorized,
    PaymentCaptured,
    PaymentExpired,
    ActionRequired,
    RefundSucceeded,
    RefundFailed,
    DisputeOpened,
    DisputeExpired,
    DisputeAccepted,
    DisputeCancelled,
    DisputeChallenged,
    DisputeWon,
    DisputeLost,
}

/// The envelope, its keys in the order of the original.
#[derive(Debug, Serialize)]
pub(crate) struct Envelope<'a, Object> {
    pub(crate) merchant_id: &'a str,
    pub(crate) event_id: &'a str,
    pub(crate) event_type: EventType,
    pub(crate) content: Content<Object>,
    pub(crate) timestamp: Timestamp,
    pub(crate) processor_merchant_id: &'a str,
}

/// What the event is about: the same object as an answer would show.
#[derive(Debug, Serialize)]
pub(crate) struct Content<Object> {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) object: Object,
}
