//! Personal data: sealed wherever it stands, and forgotten with its key.

use comptoir_domain::order::OrderEvent;
use comptoir_domain::values::{BillingDetails, LicenceKind, SubjectId};
use comptoir_domain::webhook::WebhookEvent;
use comptoir_engine::UseCaseError;
use comptoir_engine::vault::VaultError;
use comptoir_ledger::{Filter, Position};
use comptoir_sandbox::hyperswitch::PaymentStatus;

use crate::given::{billing, buyer, keyed, order_id, payment_id, place, refusal};
use crate::world::World;

#[tokio::test]
async fn nothing_personal_and_no_secret_stands_anywhere_in_plain() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let placed = world
        .engine
        .place_order(&keyed(buyer(1), "key-1", 1), place(&[product]))
        .await
        .unwrap()
        .answer;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    world.work().await;

    let events = world
        .ledger
        .read_page(Position::START, &Filter::All, 1000)
        .await
        .unwrap()
        .events;
    let mut stored: Vec<String> = events
        .into_iter()
        .flat_map(|event| [event.data, event.metadata])
        .collect();
    let answers: Vec<String> = sqlx::query_scalar("SELECT answer::text FROM idempotency_keys")
        .fetch_all(world.ledger.pool())
        .await
        .unwrap();
    assert_eq!(answers, [format!(r#"{{"order_id":"{}"}}"#, order_id(&placed))]);
    stored.extend(answers);
    for text in &stored {
        for personal in [
            "Ada",
            "Lovelace",
            "ada@",
            "analytical",
            "St James",
            "SW1Y",
            "London",
            "_secret_",
            "4242",
        ] {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
    }
}

/// Veza 9: what the provider sent was not kept, and later only for 90 days.
#[tokio::test]
async fn the_buyer_key_opens_billing_and_webhooks_until_it_is_destroyed() {
    let world = World::new().await;
    let placed = world
        .order(&buyer(1), world.product(LicenceKind::Basic, 2990).await)
        .await;
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    let vault = world.engine.vault();

    let OrderEvent::Placed(order) = world.order_events(order_id(&placed)).await.remove(0) else {
        panic!()
    };
    let opened: BillingDetails = vault.open_json(&order.billing, "order.billing").await.unwrap();
    assert_eq!(opened, billing());
    let webhook = world.category("webhook").await.remove(0);
    let WebhookEvent::Received(webhook) = webhook.decode().unwrap();
    assert_eq!(webhook.body.subject, SubjectId::from(order.buyer_id));
    let body = String::from_utf8(vault.open(&webhook.body, "webhook.body").await.unwrap()).unwrap();
    assert!(body.contains("merchant_order_reference_id"), "{body}");
    assert!(
        !body.contains("client_secret") && !body.contains("_secret_"),
        "{body}"
    );

    vault.destroy(SubjectId::from(order.buyer_id)).await.unwrap();
    assert!(matches!(
        vault.open(&order.billing, "order.billing").await,
        Err(VaultError::Erased)
    ));
    assert!(matches!(
        vault.open(&webhook.body, "webhook.body").await,
        Err(VaultError::Erased)
    ));
}

#[tokio::test]
async fn for_an_erased_buyer_nothing_more_is_stored_but_money_still_counts() {
    let world = World::new().await;
    let product = world.product(LicenceKind::Basic, 2990).await;
    let placed = world.order(&buyer(1), product).await;
    let person = SubjectId::from(buyer(1).actor.person_id);
    world.engine.vault().destroy(person).await.unwrap();

    let refused = refusal(world.engine.place_order(&buyer(1), place(&[product])).await);
    assert!(matches!(refused, UseCaseError::Erased), "{refused:?}");
    world
        .payment_becomes(payment_id(&placed), PaymentStatus::Succeeded)
        .await;
    let WebhookEvent::Received(webhook) = world.category("webhook").await.remove(0).decode().unwrap();
    assert_ne!(webhook.body.subject, person);
    assert_eq!(
        world
            .engine
            .vault()
            .open(&webhook.body, "webhook.body")
            .await
            .unwrap(),
        b"{}"
    );
    world.work().await;
    assert_eq!(world.licences().await.len(), 1);
}
