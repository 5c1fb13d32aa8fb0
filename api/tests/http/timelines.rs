//! Timelines: found by whatever names a thing or a person, and told in words.

use axum::http::StatusCode;
use comptoir_audit::timeline::{Wanted, find, timeline};
use comptoir_domain::values::PersonId;
use serde_json::json;

use crate::histories::{history, refunded};
use crate::support::Person;

#[tokio::test]
async fn anything_that_an_order_led_to_finds_its_timeline() {
    let sale = refunded().await;
    sale.read(
        &Person::auditor(),
        &format!("/api/v1/orders/{}/history", sale.order),
    )
    .await;
    let ledger = sale.api.node.engine().ledger();
    let shown = sale.until(|order| order["status"] == "paid").await;
    let (line, licence) = (&shown["lines"][0], &shown["licences"][0]["id"]);
    let refund = &shown["refunds"][0]["id"];
    let wanted = |through| Wanted {
        through,
        entries_max: 100,
        before: None,
    };
    let mut kinds = Vec::new();
    for id in [
        &json!(sale.order),
        &json!(sale.payment),
        licence,
        refund,
        &line["product_id"],
        &line["offer_id"],
        &line["seller_id"],
    ] {
        let subject = find(ledger, id.as_str().unwrap()).await.unwrap();
        let found = timeline(ledger, &subject, &wanted(ledger.horizon()))
            .await
            .unwrap();
        assert!(!found.entries.is_empty());
        kinds.push(found.kind);
    }
    assert_eq!(
        kinds,
        [
            "order", "order", "licence", "refund", "product", "product", "person"
        ]
    );
    let event = ledger
        .read_positions(&[ledger.horizon()])
        .await
        .unwrap()
        .remove(0);
    for name in [
        event.event_id.to_string(),
        event.stream.clone(),
        format!("#{}", event.position),
    ] {
        find(ledger, &name).await.unwrap();
    }
    for nothing in [
        "order_01jd3e8m6xf2r9kq7v5t4w8zab",
        "F-1999-000001",
        "",
        "order-1",
        "x y",
        "🦀",
    ] {
        let missing = find(ledger, nothing).await.unwrap_err().to_string();
        assert!(
            missing.contains("order_..., ") && missing.contains("invoice"),
            "{missing}"
        );
    }
}

/// A person's timeline has what they did and what concerns them; those who were erased are shown as such.
#[tokio::test]
async fn a_person_has_a_timeline_that_outlives_their_data() {
    let sale = refunded().await;
    history(&sale, &Person::admin()).await;
    let ledger = sale.api.node.engine().ledger();
    let wanted = |through| Wanted {
        through,
        entries_max: 100,
        before: None,
    };
    let buyer = find(ledger, &sale.buyer.id.to_string()).await.unwrap();
    let told = timeline(ledger, &buyer, &wanted(ledger.horizon())).await.unwrap();
    let types: Vec<_> = told
        .entries
        .iter()
        .map(|entry| entry.event_type.as_str())
        .collect();
    for expected in [
        "order.placed",
        "order.paid",
        "licence.issued",
        "licence.revoked",
        "refund.succeeded",
        "webhook.received",
    ] {
        assert!(types.contains(&expected), "{expected} of {types:?}");
    }
    assert!(
        told.entries
            .windows(2)
            .all(|pair| pair[0].position < pair[1].position)
    );
    let paid = told
        .entries
        .iter()
        .find(|entry| entry.event_type == "order.paid")
        .unwrap();
    assert!(
        paid.state
            .iter()
            .any(|line| line.label == "status" && line.value == "paid" && line.changed)
    );
    let person: PersonId = sale.buyer.id;
    crate::persons::erase(&sale.api, person)
        .await
        .expect(StatusCode::OK);
    let head = comptoir_ledger::Position::new(sale.api.head());
    let told = timeline(ledger, &buyer, &wanted(head)).await.unwrap();
    assert!(
        told.entries
            .iter()
            .any(|entry| entry.actor.words == format!("the buyer ({person}, erased)")),
        "{told:?}"
    );
}
