//! The wire format: what comes in, what goes out.

mod card;
mod dispute;
mod payment_request;
mod payment_response;
mod refund;
mod status;
mod value;
mod webhook;

pub(crate) use card::{CardRequest, PaymentMethod};
pub(crate) use dispute::DisputeResponse;
pub use dispute::{DisputeStage, DisputeStatus};
pub(crate) use payment_request::{CustomerDetails, PaymentRequest};
pub(crate) use payment_response::{
    CardResponse, CustomerResponse, NextAction, PaymentMethodData, PaymentResponse,
};
pub(crate) use refund::{CancelRequest, RefundRequest, RefundResponse, RefundType};
pub use status::{PaymentStatus, RefundStatus};
pub(crate) use value::{Metadata, RefundId, Timestamp};
pub use webhook::EventType;
pub(crate) use webhook::{Content, Envelope};

use serde::{Deserialize, Serialize};

/// When the money is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaptureMethod {
    Automatic,
    Manual,
    ManualMultiple,
    Scheduled,
    SequentialAutomatic,
}

/// Whether the buyer has to prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthenticationType {
    ThreeDs,
    NoThreeDs,
}

/// Whether the payment method is kept for later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SetupFutureUsage {
    OffSession,
    OnSession,
}
