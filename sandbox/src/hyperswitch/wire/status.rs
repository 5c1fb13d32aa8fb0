//! The states of payments and refunds.

use serde::{Deserialize, Serialize};

use super::EventType;

/// `IntentStatus` of the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are Hyperswitch's own, and its documentation explains them"
)]
pub enum PaymentStatus {
    Succeeded,
    Failed,
    Cancelled,
    CancelledPostCapture,
    Processing,
    RequiresCustomerAction,
    RequiresMerchantAction,
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresCapture,
    PartiallyCaptured,
    PartiallyCapturedAndCapturable,
    PartiallyAuthorizedAndRequiresCapture,
    PartiallyCapturedAndProcessing,
    Conflicted,
    Expired,
    Review,
}

impl PaymentStatus {
    /// The status as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::CancelledPostCapture => "cancelled_post_capture",
            Self::Processing => "processing",
            Self::RequiresCustomerAction => "requires_customer_action",
            Self::RequiresMerchantAction => "requires_merchant_action",
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresCapture => "requires_capture",
            Self::PartiallyCaptured => "partially_captured",
            Self::PartiallyCapturedAndCapturable => "partially_captured_and_capturable",
            Self::PartiallyAuthorizedAndRequiresCapture => "partially_authorized_and_requires_capture",
            Self::PartiallyCapturedAndProcessing => "partially_captured_and_processing",
            Self::Conflicted => "conflicted",
            Self::Expired => "expired",
            Self::Review => "review",
        }
    }

    /// The event that reaching this status sends, if it sends one.
    pub(crate) fn event_type(self) -> Option<EventType> {
        match self {
            Self::Succeeded => Some(EventType::PaymentSucceeded),
            Self::Failed => Some(EventType::PaymentFailed),
            Self::Cancelled => Some(EventType::PaymentCancelled),
            Self::CancelledPostCapture => Some(EventType::PaymentCancelledPostCapture),
            Self::Processing | Self::PartiallyCapturedAndProcessing => Some(EventType::PaymentProcessing),
            Self::RequiresCustomerAction | Self::RequiresMerchantAction | Self::Conflicted | Self::Review => {
                Some(EventType::ActionRequired)
            }
            Self::RequiresCapture => Some(EventType::PaymentAuthorized),
            Self::PartiallyAuthorizedAndRequiresCapture => Some(EventType::PaymentPartiallyAuthorized),
            Self::PartiallyCaptured | Self::PartiallyCapturedAndCapturable => {
                Some(EventType::PaymentCaptured)
            }
            Self::Expired => Some(EventType::PaymentExpired),
            Self::RequiresPaymentMethod | Self::RequiresConfirmation => None,
        }
    }
}

/// `RefundStatus` of the original, as answers and webhooks show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are Hyperswitch's own, and its documentation explains them"
)]
pub enum RefundStatus {
    Succeeded,
    Failed,
    Pending,
    Review,
}

impl RefundStatus {
    /// The event that reaching this status sends, if it sends one.
    pub(crate) fn event_type(self) -> Option<EventType> {
        match self {
            Self::Succeeded => Some(EventType::RefundSucceeded),
            Self::Failed => Some(EventType::RefundFailed),
            Self::Pending | Self::Review => None,
        }
    }
}
