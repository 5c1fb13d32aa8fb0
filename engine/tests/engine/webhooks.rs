//! Webhooks: believed by their signature, kept once, applied in whatever order they come.

use comptoir_domain::licence::LicenceEvent;
use comptoir_domain::order::{Order, OrderEvent, OrderStatus, PaymentContact, ReviewReason};
use comptoir_domain::values::LicenceKind;
use comptoir_engine::gateway::hyperswitch::{MalformedWebhook, SignatureError, sign};
use comptoir_engine::{Secret, UseCaseError, WebhookReceipt};
use comptoir_ledger::{Revision, StreamName};
use comptoir_sandbox::hyperswitch::{Faults, PaymentStatus, StandInOptions};

use crate::given::{buyer, order_id, payment_id, place};
use crate::world::{World, work};

fn signed(body: &str) -> String {
    sign(
        &Secret::new(StandInOptions::default().webhook_secret),
        body.as_bytes(),
    )
}

#[tokio::test]
async fn a_success_pays_the_order_and_issues_its_licences_once() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let mut order = place(&[product, world.product(LicenceKind::Premium, 4990).await]);
    order.lines[0].quantity = 3;
    let placed = world.engine.place_order(&buyer(1), order).await.unwrap().answer;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;

    let names = world.order_names(order_id(&placed)).await;
    assert_eq!(names, ["order.placed", "order.payment_initiated", "order.paid"]);
    let order = StreamName::of::<Order>(order_id(&placed).as_uuid());
    let order = world.ledger.read_stream(&order, Revision::new(2)).await.unwrap();
    assert_eq!(world.licences().await.len(), 4);
    for (behind, licence) in (1..).zip(world.licences().await) {
        let LicenceEvent::Issued(issued) = licence.decode().unwrap() else {
            panic!("issued, and nothing since")
        };
        assert_eq!(issued.grant.order_id, order_id(&placed));
        let (paid_at, recorded_at) = (order[0].recorded_at, licence.recorded_at);
        assert_eq!(recorded_at, paid_at, "they are of one append");
        assert_eq!(licence.position.get(), order[0].position.get() + behind);
    }
}

#[tokio::test]
async fn an_order_with_very_many_licences_gets_each_of_them_once() {
    let world = World::new().await;
    let mut order = place(&[world.product(LicenceKind::Basic, 100).await]);
    order.lines[0].quantity = 150;
    let placed = world.engine.place_order(&buyer(1), order).await.unwrap().answer;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    world.work().await;
    assert_eq!(world.licences().await.len(), 150);
}

#[tokio::test]
async fn nothing_is_doubled_when_the_workers_begin_again_from_the_start() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    let before = world.ledger.horizon();

    world.begin_again().await;
    let restarted = world.another_node(2).await;
    work(&restarted).await;
    work(&world.engine).await;
    assert_eq!(world.ledger.horizon(), before);
    assert_eq!(world.licences().await.len(), 1);
}

/// Veza 6 and 16: a replay must change no row.
#[tokio::test]
async fn a_repeated_webhook_changes_nothing() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    let (body, signature) = world.webhook_of(payment_id(&placed), PaymentStatus::Succeeded, None);
    let first = world.deliver(&body, &signature).await;
    let WebhookReceipt::Kept(webhook_id) = first else {
        panic!("{first:?}")
    };
    world.work().await;
    let before = world.ledger.horizon();
    let other_node = world.another_node(2).await;
    for engine in [&world.engine, &other_node] {
        let repeat = engine
            .receive_webhook(&body, Some(&signature), None)
            .await
            .unwrap();
        assert_eq!(repeat, WebhookReceipt::Repeated(webhook_id));
    }
    world.work().await;
    assert_eq!(world.ledger.horizon(), before);
}

#[tokio::test]
async fn a_webhook_delivered_many_times_at_once_is_kept_once() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    let (body, signature) = world.webhook_of(payment_id(&placed), PaymentStatus::Succeeded, None);
    let mut deliveries = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (engine, body, signature) = (world.engine.clone(), body.clone(), signature.clone());
        deliveries.spawn(async move {
            engine
                .receive_webhook(&body, Some(&signature), None)
                .await
                .unwrap()
        });
    }
    let receipts = deliveries.join_all().await;
    assert_eq!(
        receipts
            .iter()
            .filter(|receipt| matches!(receipt, WebhookReceipt::Kept(_)))
            .count(),
        1
    );
    assert_eq!(world.category("webhook").await.len(), 1);
}

#[tokio::test]
async fn a_webhook_may_come_before_our_own_call_has_returned() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    // The payment is made, but its answer and every later one are lost on the way to us.
    world.stand_in.set_faults(Faults {
        late_ms: 5_000,
        ..Faults::default()
    });
    let placed = world.order(&buyer(1), product).await;
    assert_eq!(
        placed.order.state.facts().unwrap().contact,
        PaymentContact::NotYet
    );
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;
    assert_eq!(
        world.order_names(order_id(&placed)).await,
        ["order.placed", "order.paid"]
    );
    assert_eq!(world.licences().await.len(), 1);
}

#[tokio::test]
async fn reports_in_any_order_end_in_the_same_state() {
    for reversed in [false, true] {
        let world = World::new().await;
        let placed = world
            .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
            .await;
        let statuses = [
            PaymentStatus::Processing,
            PaymentStatus::Failed,
            PaymentStatus::Succeeded,
        ];
        let mut webhooks = statuses.map(|status| world.webhook_of(payment_id(&placed), status, None));
        if reversed {
            webhooks.reverse();
        }
        for (body, signature) in &webhooks {
            world
                .engine
                .receive_webhook(body, Some(signature), None)
                .await
                .unwrap();
            world.work().await;
        }
        assert_eq!(
            world.status(order_id(&placed)).await,
            Some(OrderStatus::Paid),
            "reversed: {reversed}"
        );
        assert_eq!(world.licences().await.len(), 1);
    }
}

#[tokio::test]
async fn reports_that_are_behind_the_newest_one_change_nothing() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    let older = world.webhook_of(payment_id(&placed), PaymentStatus::Processing, None);
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Failed)
        .await;
    world.work().await;
    world
        .engine
        .receive_webhook(&older.0, Some(&older.1), None)
        .await
        .unwrap();
    world.work().await;
    assert_eq!(
        world.status(order_id(&placed)).await,
        Some(OrderStatus::PaymentFailed)
    );
}

#[tokio::test]
async fn another_amount_or_currency_never_pays_and_is_flagged_once() {
    for (paid, expected) in [
        ((1, "EUR"), ReviewReason::AmountMismatch),
        ((2991, "EUR"), ReviewReason::AmountMismatch),
        ((2990, "USD"), ReviewReason::CurrencyMismatch),
    ] {
        let world = World::new().await;
        let placed = world
            .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
            .await;
        let (body, signature) = world.webhook_of(payment_id(&placed), PaymentStatus::Succeeded, Some(paid));
        world.deliver(&body, &signature).await;
        world.work().await;
        world.work().await;
        let events = world.order_events(order_id(&placed)).await;
        let flagged = events.iter().filter_map(|event| {
            if let OrderEvent::FlaggedForReview(flagged) = event {
                Some(flagged.reason)
            } else {
                None
            }
        });
        assert_eq!(flagged.collect::<Vec<_>>(), [expected], "{paid:?}");
        assert_eq!(
            world.status(order_id(&placed)).await,
            Some(OrderStatus::AwaitingPayment)
        );
        assert!(world.licences().await.is_empty());
    }
}

#[tokio::test]
async fn what_is_unsigned_wrongly_signed_or_malformed_is_not_stored() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    let (body, signature) = world.webhook_of(payment_id(&placed), PaymentStatus::Succeeded, None);
    let before = world.ledger.horizon();
    let mut forged = body.clone();
    forged[20] ^= 1;
    let cases = [
        (&body, None, SignatureError::Missing),
        (&body, Some("00"), SignatureError::Malformed),
        (&forged, Some(signature.as_str()), SignatureError::Mismatch),
    ];
    for (body, signature, expected) in cases {
        let refused = world
            .engine
            .receive_webhook(body, signature, None)
            .await
            .unwrap_err();
        assert!(
            matches!(refused, UseCaseError::Unsigned(why) if why == expected),
            "{refused:?}"
        );
    }
    let malformed = r#"{"event_id":"evt_1"}"#;
    let refused = world
        .engine
        .receive_webhook(malformed.as_bytes(), Some(&signed(malformed)), None)
        .await
        .unwrap_err();
    assert!(
        matches!(
            refused,
            UseCaseError::MalformedWebhook(MalformedWebhook::Key("event_type"))
        ),
        "{refused:?}"
    );
    assert_eq!(world.ledger.horizon(), before);
}

/// Veza 10 and 13: what fitted no handler was dropped.
#[tokio::test]
async fn unknown_kinds_and_unknown_payments_are_kept_and_left_at_that() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    let object = |payment_id: &str| {
        format!(
            r#"{{"payment_id":"{payment_id}","status":"succeeded","amount":2990,"amount_received":2990,"currency":"EUR","updated":"2026-06-01T12:00:01.000Z"}}"#
        )
    };
    let webhook = |event_id: &str, event_type: &str, payment_id: &str| {
        let object = object(payment_id);
        format!(
            r#"{{"event_id":"{event_id}","event_type":"{event_type}","content":{{"type":"payment_details","object":{object}}}}}"#
        )
    };
    let ours = payment_id(&placed).to_string();
    let bodies = [
        webhook("evt_1", "payment_levitated", &ours),
        webhook("evt_2", "payment_succeeded", "pay_somebody_elses"),
        webhook("evt_3", "payment_succeeded", "pay_01ktx000000000000000000000"),
    ];
    for body in &bodies {
        let receipt = world
            .engine
            .receive_webhook(body.as_bytes(), Some(&signed(body)), None)
            .await
            .unwrap();
        assert!(matches!(receipt, WebhookReceipt::Kept(_)));
    }
    world.work().await;
    assert_eq!(world.category("webhook").await.len(), 3);
    assert_eq!(world.names::<Order>(order_id(&placed).as_uuid()).await.len(), 2);
}
