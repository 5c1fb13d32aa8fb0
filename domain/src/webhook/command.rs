//! What can be asked of a webhook.

use super::event::WebhookReceived;

/// A command to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookCommand {
    /// Keep it, its signature having been checked. A repeated delivery changes nothing.
    Receive(Box<WebhookReceived>),
}
