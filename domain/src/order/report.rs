//! What the payment provider says about a payment.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::values::{Currency, PaymentId, ProviderCode};

/// A statement of the provider about a payment, from a signed webhook or a status that we read; never from the answer
/// to our own call, which proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentReport {
    /// The payment.
    pub payment_id: PaymentId,
    /// Where it stands.
    pub status: PaymentStatus,
    /// What was asked for, in minor units.
    pub amount_minor: i64,
    /// What has arrived, in minor units, if the provider says so.
    pub amount_received_minor: Option<i64>,
    /// In which currency.
    pub currency: Currency,
    /// When the provider last changed the payment; older reports are ignored.
    pub updated: DateTime<Utc>,
    /// Why it failed, if it did, in the processor's code.
    pub error_code: Option<ProviderCode>,
    /// The same in the provider's own code.
    pub unified_code: Option<ProviderCode>,
    /// How we learnt of it.
    pub source: ReportSource,
}

/// How we learnt what the provider says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportSource {
    /// It told us, signed.
    Webhook,
    /// We asked.
    Reconciler,
}

/// The provider has a status that this release does not know.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the payment provider's status is unknown to this release")]
pub struct UnknownStatus;

macro_rules! wire_statuses {
    ($(#[$enum_meta:meta])* pub enum $name:ident { $($(#[$meta:meta])* $variant:ident = $wire:literal,)+ }) => {
        $(#[$enum_meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$meta])* #[serde(rename = $wire)] $variant,)+
        }

        impl $name {
            /// Every status.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The provider's word for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }
        }

        impl FromStr for $name {
            type Err = $crate::order::UnknownStatus;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($wire => Ok(Self::$variant),)+
                    _ => Err($crate::order::UnknownStatus),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use wire_statuses;

wire_statuses! {
    /// The provider's status of a payment: Hyperswitch's `IntentStatus` (release 2026.06.25.0).
    pub enum PaymentStatus {
        /// The whole amount has arrived.
        Succeeded = "succeeded",
        /// The attempt failed; the buyer may try again.
        Failed = "failed",
        /// The payment was called off before money moved.
        Cancelled = "cancelled",
        /// The money had arrived and was sent back outside our refunds.
        CancelledPostCapture = "cancelled_post_capture",
        /// The bank has not answered yet.
        Processing = "processing",
        /// The buyer has to do something, such as a 3-D Secure challenge.
        RequiresCustomerAction = "requires_customer_action",
        /// The merchant has to do something.
        RequiresMerchantAction = "requires_merchant_action",
        /// The buyer has yet to choose how to pay.
        RequiresPaymentMethod = "requires_payment_method",
        /// The buyer has yet to confirm.
        RequiresConfirmation = "requires_confirmation",
        /// The money is authorised and waits to be captured, which we never ask for.
        RequiresCapture = "requires_capture",
        /// Part of the amount has arrived, and no more will.
        PartiallyCaptured = "partially_captured",
        /// Part of the amount has arrived, and more can be captured.
        PartiallyCapturedAndCapturable = "partially_captured_and_capturable",
        /// Part of the amount is authorised.
        PartiallyAuthorizedAndRequiresCapture = "partially_authorized_and_requires_capture",
        /// Part of the amount has arrived, and more is under way.
        PartiallyCapturedAndProcessing = "partially_captured_and_processing",
        /// The provider's own records disagree.
        Conflicted = "conflicted",
        /// The payment's time ran out.
        Expired = "expired",
        /// Somebody at the provider looks at it.
        Review = "review",
    }
}
