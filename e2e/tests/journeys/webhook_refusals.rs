//! Webhooks that are not what they should be.

use comptoir_sandbox::hyperswitch::{EventType, PaymentStatus};
use serde_json::{Value, json};

use crate::world::World;
use crate::world::shop::{id, payment_id};
use crate::world::webhook::signature;

/// The end of an id that nothing of ours has.
const STRANGER: &str = "7zzzzzzzzzzzzzzzzzzzzzzzzz";

/// A body such as Hyperswitch sends.
fn about_payment(event_id: &str, event_type: &str, payment_id: &str, status: &str) -> Value {
    json!({
        "merchant_id": "merchant_sandbox",
        "event_id": event_id,
        "event_type": event_type,
        "content": { "type": "payment_details", "object": {
            "payment_id": payment_id, "merchant_id": "merchant_sandbox", "status": status, "amount": 2_990,
            "net_amount": 2_990, "amount_received": 2_990, "currency": "EUR",
            "created": "2026-06-25T08:14:51.652Z", "updated": "2026-06-25T08:14:52.600Z",
        } },
        "timestamp": "2026-06-25T08:14:52.700Z",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_by_hyperswitch_is_refused_and_not_stored() {
    let world = World::new().await;
    world.hold_webhooks();
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let placed = world.place(&buyer, &on_sale).await;
    let payment = payment_id(&placed);
    world
        .stand_in
        .settle_payment(&payment, PaymentStatus::Succeeded, None)
        .expect("it exists");
    let event_id = world.webhook_about(&payment, EventType::PaymentSucceeded).await;
    let (body, right) = world.signed(&event_id);
    let before = world.count_all_events().await;

    let mut changed = body.clone();
    changed.push(b' ');
    let another_key = comptoir_sandbox::hyperswitch::sign("another key", &body);
    let refused: [(&[u8], Option<&str>); 6] = [
        (&body, None),
        (&body, Some("")),
        (&body, Some("not hexadecimal")),
        (&body, Some(&right[..64])),
        (&body, Some(&another_key)),
        (&changed, Some(&right)),
    ];
    for (body, signature) in refused {
        let answer = world
            .deliver(&world.node, body.to_vec(), signature)
            .await
            .expect(401);
        assert_eq!(answer.code(), "invalid_signature", "{signature:?}");
    }
    let huge = vec![b' '; 64 * 1024 + 1];
    let answer = world
        .deliver(&world.node, huge.clone(), Some(&signature(&huge)))
        .await
        .expect(413);
    assert_eq!(answer.code(), "body_too_large");
    for malformed in ["", "{", "[]", "{}", "{\"event_id\": 1}"] {
        let answer = world
            .deliver(&world.node, malformed, Some(&signature(malformed.as_bytes())))
            .await
            .expect(400);
        assert_eq!(answer.code(), "malformed_webhook", "{malformed}");
    }
    assert_eq!(
        world.count_all_events().await,
        before,
        "a refused webhook left something behind"
    );

    world.deliver(&world.node, body, Some(&right)).await.expect(200);
    world.paid_with_licences(&buyer, &id(&placed), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unknown_is_kept_and_changes_nothing() {
    let world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let placed = world.place(&buyer, &on_sale).await;
    let (order, payment) = (id(&placed), payment_id(&placed));
    // Of no order of ours, in our form and in another.
    let stranger = format!("pay_{STRANGER}");
    let unknown = [
        about_payment("evt_1", "payment_succeeded", &stranger, "succeeded"),
        about_payment("evt_2", "payment_succeeded", "pay_of_another_shop", "succeeded"),
        about_payment("evt_3", "payment_danced", &payment, "dancing"),
        json!({ "event_id": "evt_4", "event_type": "mandate_active", "merchant_id": "m", "timestamp": "2026-06-25T08:14:52.700Z",
                "content": { "type": "mandate_details", "object": { "mandate_id": "man_1" } } }),
    ];
    for body in &unknown {
        let kept = world.deliver_signed(body).await.expect(200);
        assert_eq!(kept.body["status"], "kept", "{body}");
        let again = world.deliver_signed(body).await.expect(200);
        assert_eq!(
            (&again.body["status"], &again.body["webhook_id"]),
            (&json!("repeated"), &kept.body["webhook_id"])
        );
    }
    assert_eq!(world.count_events("webhook.received").await, 4);
    world.webhooks_are_worked_off().await;
    let log = world.node.log();
    assert!(
        log.contains(STRANGER) && log.contains("pay_of_another_shop"),
        "nobody was told of unknown payments: {log}"
    );

    // The worker got past all of them: the next one counts.
    world
        .stand_in
        .settle_payment(&payment, PaymentStatus::Succeeded, None)
        .expect("it exists");
    world.paid_with_licences(&buyer, &order, 1).await;
    assert_eq!(world.count_events("order.paid").await, 1);
    assert_eq!(world.count_events("order.flagged_for_review").await, 0);
}
