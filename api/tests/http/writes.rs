//! What a write answers is what a read shows.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Api, Person};

/// The answer to a write, and to the read of the same thing that waits for it.
async fn written_and_read(api: &Api, person: &Person, path: &str, written: &Answer) -> (Value, Value) {
    let path = format!("{path}?min_position={}", written.position());
    let read = api.get(&path).by(person).send().await.expect(StatusCode::OK);
    (written.body.clone(), read.body)
}

#[tokio::test]
async fn a_product_looks_the_same_after_each_write_and_in_a_read() {
    let api = Api::start().await;
    let seller = Person::seller();
    let create = json!({"title": "Night Drive", "description": "Dark."});
    let created = api
        .post("/api/v1/products")
        .by(&seller)
        .json(&create)
        .send()
        .await;
    let created = created.expect(StatusCode::CREATED);
    let path = format!("/api/v1/products/{}", created.id());
    let (written, read) = written_and_read(&api, &seller, &path, &created).await;
    assert_eq!(written, read);
    let mut fields: Vec<&String> = written.as_object().unwrap().keys().collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "created_at",
            "description",
            "files",
            "id",
            "offers",
            "published_at",
            "rating",
            "seller_id",
            "status",
            "title",
            "updated_at"
        ]
    );

    let mut offers = Vec::new();
    for kind in ["premium", "basic"] {
        let offer = json!({
            "kind": kind,
            "price": {"amount": 2990, "currency": "EUR"},
            "terms": {"version": "1", "text": "Use it well."},
        });
        let offer = api
            .post(&format!("{path}/offers"))
            .by(&seller)
            .json(&offer)
            .send()
            .await;
        offers.push(offer.expect(StatusCode::CREATED));
    }
    let offer_path = format!("{path}/offers/{}", offers[0].id());
    let price = json!({"price": {"amount": 100, "currency": "EUR"}});
    let calls = [
        api.post(&format!("{path}/publish")),
        api.patch(&path).json(&json!({"description": null})),
        api.patch(&offer_path).json(&price),
        api.post(&format!("{offer_path}/withdraw")),
        api.post(&format!("{path}/withdraw")),
        api.post(&format!("{path}/publish")),
    ];
    for call in calls {
        let answer = call.by(&seller).send().await.expect(StatusCode::OK);
        let (written, read) = written_and_read(&api, &seller, &path, &answer).await;
        assert_eq!(written, read);
        assert_eq!(
            written["offers"][1], offers[1].body,
            "an offer is shown as it was answered"
        );
        assert!(written["published_at"].is_string());
    }
}

#[tokio::test]
async fn an_order_looks_the_same_after_each_write_and_in_a_read() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let placed = api.order(&buyer, &listed).await;
    let path = format!("/api/v1/orders/{}", placed.id());
    let (written, read) = written_and_read(&api, &buyer, &path, &placed).await;
    assert_eq!(written, read);
    let mut fields: Vec<&String> = written.as_object().unwrap().keys().collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "billing",
            "billing_erased",
            "buyer_id",
            "currency",
            "dispute_status",
            "expires_at",
            "id",
            "licences",
            "lines",
            "needs_review",
            "payment",
            "placed_at",
            "refund_status",
            "refunds",
            "status",
            "tax",
            "totals",
            "updated_at"
        ]
    );

    let reason = json!({"reason": "mistake"});
    let cancelled = api
        .post(&format!("{path}/cancel"))
        .by(&buyer)
        .json(&reason)
        .send()
        .await;
    let cancelled = cancelled.expect(StatusCode::OK);
    let (written, read) = written_and_read(&api, &buyer, &path, &cancelled).await;
    assert_eq!(written, read);
    assert_eq!(written["cancel_reason"], "mistake");
    assert!(written["closed_at"].is_string());
}

/// It is paid by being placed, and its licence issued with it.
#[tokio::test]
async fn an_order_without_anything_to_pay_looks_the_same_licences_included() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 0).await;
    let placed = api.order(&buyer, &listed).await;
    let path = format!("/api/v1/orders/{}", placed.id());
    let (written, read) = written_and_read(&api, &buyer, &path, &placed).await;
    assert_eq!(written, read);
    assert_eq!(written["status"], "paid");
    assert_eq!(written["paid_at"], written["placed_at"]);
    assert_eq!(written["licences"].as_array().unwrap().len(), 1);
}
