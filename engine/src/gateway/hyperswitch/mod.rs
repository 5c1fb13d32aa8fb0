//! Hyperswitch, API v1: payments, refunds and disputes by HTTP, and the webhooks it sends back.
//!
//! Three rules of its make this module what it is:
//! - It has no idempotency key: a second `POST /payments` with the same payment id is refused (`HE_01`) and not answered
//!   again. So whoever does not know what became of a call asks by `GET`; see [`Hyperswitch::create_or_find_payment`].
//! - An error may come with HTTP status 200 (`HE_03`, a blocked payment), so that each body is first looked at for `error`.
//! - Its objects have some hundred keys and more come with each release: answers are read tolerantly, for the few keys that
//!   are needed, and an unknown status is kept as the text it is.

mod answer;
mod client;
mod config;
mod dispute;
mod error;
mod payment;
mod refund;
mod signature;
mod stripped;
mod transport;
mod webhook;

pub use self::client::Hyperswitch;
pub use self::config::{ConfigProblem, HyperswitchConfig, HyperswitchTimeouts};
pub use self::dispute::Dispute;
pub use self::error::{HyperswitchError, Refusal, RefusalKind, UnknownOutcome};
pub use self::payment::{CreatePayment, OrderDetail, Payment, PaymentStatus};
pub use self::refund::{CreateRefund, Refund, RefundStatus};
pub use self::signature::{SIGNATURE_HEADER, SignatureError, sign, verify_signature};
pub use self::webhook::{MalformedWebhook, ParsedWebhook, parse_webhook};
