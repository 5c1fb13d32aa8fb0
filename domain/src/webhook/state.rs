//! What the decisions about a webhook need to know.

use super::event::WebhookEvent;
use crate::values::Sha256Hex;

/// Where a webhook stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WebhookState {
    /// Not there.
    #[default]
    Absent,
    /// Kept.
    Received {
        /// SHA-256 of the raw body that was kept.
        body_digest: Sha256Hex,
    },
}

/// The state after an event.
pub(super) fn evolve(_: WebhookState, event: &WebhookEvent) -> WebhookState {
    match event {
        WebhookEvent::Received(received) => WebhookState::Received {
            body_digest: received.body_digest,
        },
    }
}
