//! Outgoing webhooks: made once, signed once, sent until somebody answers with success.

mod event;
mod outbox;
mod schedule;
mod signature;

pub(crate) use event::Event;
pub(crate) use outbox::Outbox;
pub use outbox::{Delivery, DeliveryOutcome, WebhookMode, WebhookSettings};
pub use signature::{SIGNATURE_HEADER, sign};
