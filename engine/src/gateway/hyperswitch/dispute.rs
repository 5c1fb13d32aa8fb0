//! Disputes, as they come back.

use chrono::{DateTime, Utc};
use comptoir_domain::webhook::DisputeNews;
use serde::Deserialize;
use serde_json::Value;

use super::webhook::{MalformedWebhook, dispute_news};

/// A dispute as Hyperswitch answers it, in the form that its webhooks have too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Dispute(Value);

impl Dispute {
    /// What of it the rules need, in the form that a webhook would bring it. `asked_at` is when it was asked for: of a
    /// dispute that its processor has not changed it is not said when it came to be as it is.
    pub fn news(&self, asked_at: DateTime<Utc>) -> Result<DisputeNews, MalformedWebhook> {
        dispute_news(&self.0, Some(asked_at))
    }
}
