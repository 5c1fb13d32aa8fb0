//! The decisions about a webhook.

use super::event::WebhookEvent;
use super::state::WebhookState;
use super::{WebhookCommand, WebhookError};
use crate::values::WebhookId;

/// The events that follow from a command. The first delivery counts, even against another body under the same id.
pub(super) fn decide(
    state: &WebhookState,
    command: WebhookCommand,
) -> Result<Vec<WebhookEvent>, WebhookError> {
    match (state, command) {
        (WebhookState::Absent, WebhookCommand::Receive(received)) => {
            let expected = WebhookId::of_provider_event(received.provider_event_id.as_str());
            if received.webhook_id != expected {
                return Err(WebhookError::WrongId { expected });
            }
            Ok(vec![WebhookEvent::Received(*received)])
        }
        (WebhookState::Received { .. }, WebhookCommand::Receive(_)) => Ok(vec![]),
    }
}
