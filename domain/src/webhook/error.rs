//! Why a webhook refuses a command.

use thiserror::Error;

use crate::values::WebhookId;

/// Why a webhook refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WebhookError {
    /// The stream is not the one of the provider's event id, so that a repeat would not be noticed.
    #[error("the webhook of this provider event is {expected}")]
    WrongId {
        /// The id derived from the provider's event id.
        expected: WebhookId,
    },
}
