//! Webhook: what the payment provider told us, signed, kept before anything is done about it.

mod command;
mod decide;
mod error;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::WebhookCommand;
pub use error::WebhookError;
pub use event::{DisputeNews, PaymentNews, RefundNews, WebhookContent, WebhookEvent, WebhookReceived};
pub use state::WebhookState;

use crate::decider::Decider;

/// The aggregate behind the stream category `webhook`: one stream for each event id of the provider.
#[derive(Debug, Clone, Copy)]
pub struct Webhook;

impl Decider for Webhook {
    const NAME: &'static str = "webhook";
    type State = WebhookState;
    type Command = WebhookCommand;
    type Event = WebhookEvent;
    type Error = WebhookError;

    fn decide(state: &WebhookState, command: WebhookCommand) -> Result<Vec<WebhookEvent>, WebhookError> {
        decide::decide(state, command)
    }

    fn evolve(state: WebhookState, event: &WebhookEvent) -> WebhookState {
        state::evolve(state, event)
    }
}
