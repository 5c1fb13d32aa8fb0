//! Webhooks, told: the facts in the clear, never the body, which is sealed.

use comptoir_domain::values::{PersonId, ProviderCode};
use comptoir_domain::webhook::{Webhook, WebhookContent, WebhookEvent, WebhookState};

use super::words::plain;
use super::{Line, Part, Told};

impl Told for Webhook {
    fn sentence(event: &WebhookEvent) -> String {
        match event {
            WebhookEvent::Received(received) => {
                let about = match &received.content {
                    WebhookContent::Payment(news) => {
                        format!(
                            "payment {} is {}",
                            news.payment_id.as_str(),
                            said(news.status.as_ref())
                        )
                    }
                    WebhookContent::Refund(news) => {
                        format!(
                            "refund {} is {}",
                            news.refund_id.as_str(),
                            said(news.status.as_ref())
                        )
                    }
                    WebhookContent::Dispute(news) => {
                        format!(
                            "dispute {} is {}",
                            news.dispute_id.as_str(),
                            said(news.status.as_ref())
                        )
                    }
                    WebhookContent::Other { object_type } => format!("about {}", said(object_type.as_ref())),
                };
                format!(
                    "webhook {} arrived, signed: {about}",
                    received.event_type.as_str()
                )
            }
        }
    }

    fn lines(state: &WebhookState) -> Vec<Line> {
        match state {
            WebhookState::Absent => Vec::new(),
            WebhookState::Received { body_digest } => vec![("SHA-256 of the body", body_digest.to_string())],
        }
    }

    fn people(_: &WebhookState) -> Vec<(PersonId, Part)> {
        Vec::new()
    }
}

fn said(word: Option<&ProviderCode>) -> String {
    word.map_or_else(|| "something".to_owned(), |word| plain(word.as_str()))
}
