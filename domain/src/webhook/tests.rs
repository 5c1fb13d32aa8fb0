//! The rules of a webhook.

use super::*;
use crate::testing::given;
use crate::testing::samples::events::{code, payment_news, webhook_received};
use crate::values::{Sha256Hex, WebhookId};

fn received() -> WebhookReceived {
    webhook_received("payment_succeeded", WebhookContent::Payment(payment_news()))
}

fn receive(received: WebhookReceived) -> WebhookCommand {
    WebhookCommand::Receive(Box::new(received))
}

#[test]
fn a_webhook_is_kept_once() {
    given::<Webhook>([])
        .when(receive(received()))
        .then([received().into()]);
    given::<Webhook>([])
        .and(receive(received()))
        .when(receive(received()))
        .then_nothing();
}

#[test]
fn the_first_delivery_counts() {
    let other = WebhookReceived {
        body_digest: Sha256Hex::of("[]"),
        ..received()
    };
    given::<Webhook>([])
        .and(receive(received()))
        .when(receive(other))
        .then_nothing();
}

#[test]
fn a_webhook_in_a_stream_of_another_name_is_refused() {
    let expected = WebhookId::of_provider_event(received().provider_event_id.as_str());
    let stray = WebhookReceived {
        webhook_id: WebhookId::of_provider_event("evt_2"),
        ..received()
    };
    given::<Webhook>([])
        .when(receive(stray))
        .then_error(&WebhookError::WrongId { expected });
}

#[test]
fn whatever_it_is_about_survives_being_stored() {
    let others = [
        WebhookContent::Other {
            object_type: Some(code("dispute_details")),
        },
        WebhookContent::Other { object_type: None },
        WebhookContent::Payment(PaymentNews {
            status: None,
            amount: None,
            updated: None,
            ..payment_news()
        }),
        WebhookContent::Refund(RefundNews {
            refund_id: code("ref_1"),
            payment_id: None,
            status: None,
            amount: None,
            currency: None,
            updated: None,
            error_code: None,
            unified_code: None,
        }),
    ];
    for content in others {
        let received = webhook_received("mandate_active", content);
        given::<Webhook>([])
            .when(receive(received.clone()))
            .then([received.into()]);
    }
}

/// What the first release wrote repeats the processor's words for a failed payment or refund.
#[test]
fn a_webhook_of_version_1_is_read_without_the_words_for_a_failure() {
    use crate::decider::DomainEvent as _;
    let mut stored: serde_json::Value =
        serde_json::from_str(include_str!("../../golden/webhook.received.v1.json")).unwrap();
    for object in ["payment", "refund"] {
        stored["content"]["object"] = object.into();
        stored["content"]["refund_id"] = "ref_1".into();
        stored["content"]["error_code"] = "DC_08".into();
        stored["content"]["error_message"] = "Card of Ada Lovelace declined".into();
        let event = WebhookEvent::from_json("webhook.received", 1, &stored.to_string()).unwrap();
        let written = event.to_json();
        assert!(
            written.contains("DC_08") && !written.contains("Lovelace"),
            "{written}"
        );
    }
    stored["content"] = serde_json::json!({ "object": "other", "object_type": "mandate_details" });
    assert!(WebhookEvent::from_json("webhook.received", 1, &stored.to_string()).is_ok());
    assert!(WebhookEvent::from_json("webhook.received", 1, "{}").is_err());
}
