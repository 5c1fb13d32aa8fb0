//! Webhooks: their envelope, signature and headers, when they are sent, and how often.

use std::time::Duration;

use axum::http::StatusCode;
use comptoir_sandbox::hyperswitch::{
    DeliveryOutcome, PaymentStatus, SIGNATURE_HEADER, StandInOptions, WebhookMode, WebhookSettings, sign,
};
use serde_json::{Value, json};

use crate::support::{GOOD_CARD, Outcome, Shop, Taken};

const EXAMPLES: [(&str, &[u8]); 5] = [
    (
        "payment_succeeded",
        include_bytes!("../../fixtures/hyperswitch/payment_succeeded.json"),
    ),
    (
        "payment_failed",
        include_bytes!("../../fixtures/hyperswitch/payment_failed.json"),
    ),
    (
        "refund_succeeded",
        include_bytes!("../../fixtures/hyperswitch/refund_succeeded.json"),
    ),
    (
        "refund_failed",
        include_bytes!("../../fixtures/hyperswitch/refund_failed.json"),
    ),
    (
        "dispute_opened",
        include_bytes!("../../fixtures/hyperswitch/dispute_opened.json"),
    ),
];

#[test]
fn the_signatures_of_the_examples_are_reproduced() -> Outcome {
    let signatures: Value = serde_json::from_str(include_str!("../../fixtures/hyperswitch/signatures.json"))?;
    let key = signatures["payment_response_hash_key"].as_str().ok_or("no key")?;
    assert_eq!(signatures["header"], SIGNATURE_HEADER);
    for (name, body) in EXAMPLES {
        assert_eq!(
            signatures["hmac_sha512_hex_of_raw_file_bytes"][name],
            sign(key, body),
            "{name}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_webhook_has_the_envelope_headers_and_signature_of_the_original() -> Outcome {
    let shop = Shop::open().await?;
    let (_, payment) = shop.pay("pay_1", GOOD_CARD).await?;
    let taken = shop.taker.wait_for(1).await.remove(0);

    let header = |name: &str| taken.headers.get(name).and_then(|value| value.to_str().ok());
    let secret = StandInOptions::default().webhook_secret;
    assert_eq!(
        header(SIGNATURE_HEADER),
        Some(sign(&secret, &taken.body).as_str())
    );
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("user-agent"), Some("Hyperswitch-Backend-Server"));
    assert_eq!(header("via"), Some("HyperSwitch"));

    let event = taken.json();
    assert_eq!(event["event_type"], "payment_succeeded");
    assert_eq!(
        event["content"],
        json!({ "type": "payment_details", "object": payment })
    );
    let id = event["event_id"].as_str().ok_or("no event id")?;
    let uuid = uuid::Uuid::parse_str(id.strip_prefix("evt_").ok_or("no prefix")?)?;
    assert_eq!((id.len(), uuid.get_version_num()), (36, 7));
    assert_eq!(
        key_order(&taken),
        [
            "merchant_id",
            "event_id",
            "event_type",
            "content",
            "timestamp",
            "processor_merchant_id"
        ]
    );
    Ok(())
}

#[tokio::test]
async fn each_status_sends_its_event() -> Outcome {
    let shop = Shop::open().await?;
    let statuses = [
        (PaymentStatus::Succeeded, "payment_succeeded"),
        (PaymentStatus::Failed, "payment_failed"),
        (PaymentStatus::Processing, "payment_processing"),
        (PaymentStatus::Cancelled, "payment_cancelled"),
        (PaymentStatus::Expired, "payment_expired"),
        (PaymentStatus::RequiresCustomerAction, "action_required"),
        (PaymentStatus::RequiresCapture, "payment_authorized"),
        (PaymentStatus::PartiallyCaptured, "payment_captured"),
    ];
    for (index, (status, event_type)) in statuses.into_iter().enumerate() {
        let id = format!("pay_{index}");
        shop.create(&id).await?;
        shop.stand_in.settle_payment(&id, status, None)?;
        assert_eq!(
            shop.taker.wait_for(index + 1).await[index].event_type(),
            event_type
        );
    }
    Ok(())
}

#[tokio::test]
async fn statuses_that_wait_for_the_buyer_send_nothing() -> Outcome {
    let shop = Shop::open().await?;
    shop.create("pay_1").await?;
    shop.stand_in
        .settle_payment("pay_1", PaymentStatus::RequiresConfirmation, None)?;
    assert!(shop.stand_in.deliveries().is_empty());
    Ok(())
}

#[tokio::test]
async fn each_type_of_event_is_sent_once_for_an_object() -> Outcome {
    let shop = Shop::open().await?;
    shop.create("pay_1").await?;
    for status in [
        PaymentStatus::Failed,
        PaymentStatus::Failed,
        PaymentStatus::Succeeded,
        PaymentStatus::Failed,
    ] {
        shop.stand_in.settle_payment("pay_1", status, None)?;
    }
    assert_eq!(shop.stand_in.deliveries().len(), 2);
    Ok(())
}

#[tokio::test]
async fn refunds_send_their_events() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", "4000000000005126").await?;
    shop.post(
        "/refunds",
        &json!({ "payment_id": "pay_1", "refund_id": "ref_1" }),
    )
    .await?;
    let mut types: Vec<String> = shop
        .taker
        .wait_for(3)
        .await
        .iter()
        .map(Taken::event_type)
        .collect();
    types.sort();
    assert_eq!(types, ["payment_succeeded", "refund_failed", "refund_succeeded"]);
    Ok(())
}

#[tokio::test]
async fn a_webhook_that_is_not_taken_comes_again_word_for_word() -> Outcome {
    let shop = Shop::open().await?;
    shop.taker.answer_next_with(StatusCode::INTERNAL_SERVER_ERROR);
    shop.taker.answer_next_with(StatusCode::NOT_FOUND);
    shop.taker.answer_next_with(StatusCode::ACCEPTED);
    shop.pay("pay_1", GOOD_CARD).await?;
    let taken = shop.taker.wait_for(3).await;
    assert!(taken.iter().all(|one| one.body == taken[0].body));
    assert!(
        taken
            .iter()
            .all(|one| one.headers.get(SIGNATURE_HEADER) == taken[0].headers.get(SIGNATURE_HEADER))
    );
    let delivery = wait_until_settled(&shop).await;
    assert_eq!((delivery.attempts, delivery.last_status), (3, Some(202)));
    assert_eq!(delivery.outcome, DeliveryOutcome::Delivered);
    Ok(())
}

#[tokio::test]
async fn held_back_webhooks_are_sent_when_a_test_says_so() -> Outcome {
    let shop = Shop::open().await?;
    shop.put("/_control/webhooks", &json!({ "mode": "off" })).await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    let delivery = shop.stand_in.deliveries().remove(0);
    assert_eq!(delivery.outcome, DeliveryOutcome::HeldBack);
    assert!(shop.taker.taken().is_empty());

    let met = shop.stand_in.send_webhook_again(&delivery.event_id).await?;
    assert_eq!(met, Some(StatusCode::OK));
    let (body, signature) = shop
        .stand_in
        .signed_webhook(&delivery.event_id)
        .ok_or("forgotten")?;
    assert_eq!(shop.taker.taken()[0].body, body);
    assert_eq!(shop.taker.taken()[0].headers[SIGNATURE_HEADER], signature);
    Ok(())
}

#[tokio::test]
async fn webhooks_can_come_twice() -> Outcome {
    let shop = Shop::open().await?;
    shop.stand_in.set_webhooks(WebhookSettings {
        mode: WebhookMode::Twice,
        delay_ms: 0,
    });
    shop.pay("pay_1", GOOD_CARD).await?;
    let taken = shop.taker.wait_for(2).await;
    assert_eq!(taken[0].body, taken[1].body);
    Ok(())
}

#[tokio::test]
async fn webhooks_can_overtake_each_other_and_none_is_left_behind() -> Outcome {
    let shop = Shop::open().await?;
    shop.stand_in.set_webhooks(WebhookSettings {
        mode: WebhookMode::Reordered,
        delay_ms: 0,
    });
    shop.pay("pay_1", "4000000000000077").await?;
    let types: Vec<String> = shop
        .taker
        .wait_for(2)
        .await
        .iter()
        .map(Taken::event_type)
        .collect();
    assert_eq!(types, ["payment_succeeded", "payment_processing"]);
    shop.pay("pay_2", GOOD_CARD).await?;
    shop.taker.wait_for(3).await;
    Ok(())
}

#[tokio::test]
async fn webhooks_can_be_delayed() -> Outcome {
    let shop = Shop::open().await?;
    shop.put(
        "/_control/webhooks",
        &json!({ "mode": "delayed", "delay_ms": 300 }),
    )
    .await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    assert!(shop.taker.taken().is_empty());
    shop.taker.wait_for(1).await;
    Ok(())
}

async fn wait_until_settled(shop: &Shop) -> comptoir_sandbox::hyperswitch::Delivery {
    loop {
        let delivery = shop.stand_in.deliveries().remove(0);
        if delivery.outcome != DeliveryOutcome::Pending {
            return delivery;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// The keys of the envelope in the order in which they stand in the text.
fn key_order(taken: &Taken) -> Vec<String> {
    let text = String::from_utf8_lossy(&taken.body).into_owned();
    let event = taken.json();
    // The outer keys stand before and after the content, where their names occur first and last.
    let content = text.find("\"content\"").unwrap();
    let position = |key: &str| {
        let quoted = format!("\"{key}\"");
        let first = text.find(&quoted).unwrap();
        if first <= content {
            first
        } else {
            text.rfind(&quoted).unwrap()
        }
    };
    let mut keys: Vec<String> = event.as_object().unwrap().keys().cloned().collect();
    keys.sort_by_key(|key| position(key));
    keys
}
