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
            error_message: None,
        }),
    ];
    for content in others {
        let received = webhook_received("mandate_active", content);
        given::<Webhook>([])
            .when(receive(received.clone()))
            .then([received.into()]);
    }
}
