//! The same idempotency key with another body is refused, by every operation that takes a key.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::bad_input::operations_with_a_key;
use crate::invoice_corrections::correction;
use crate::licences::{bounded, held};
use crate::sellers::{identify, identity, mandate};
use crate::support::{Answer, Api, Person, order_of};

/// Sends each operation once under a key of its own, once more, and then with another body.
struct Table<'a> {
    api: &'a Api,
    seen: BTreeSet<String>,
}

impl Table<'_> {
    /// `name` is the operation as the OpenAPI document has it, `path` its address here.
    async fn hold(&mut self, by: &Person, name: &str, path: &str, first: &Value, other: &Value) -> Answer {
        let method: Method = name.split(' ').next().unwrap().parse().unwrap();
        let key = format!("key-{}", self.seen.len());
        let send = async |body: &Value| {
            let call = self
                .api
                .call(method.clone(), path)
                .by(by)
                .header("idempotency-key", &key);
            // No content and an empty one are two bodies.
            if body.is_null() {
                call.send().await
            } else {
                call.json(body).send().await
            }
        };
        let answer = send(first).await;
        assert!(answer.status.is_success(), "{name}: {}", answer.text);
        let again = send(first).await;
        assert_eq!(again.status, answer.status, "{name}: {}", again.text);
        let replayed = again.headers.get("idempotent-replayed");
        assert!(
            replayed.is_some_and(|value| value == "true"),
            "{name}: {}",
            again.text
        );
        let refused = send(other).await;
        assert_eq!(
            refused.problem(),
            "422 idempotency_key_reused: the idempotency key was used before, for another request\n\
             Idempotency-Key reused: the idempotency key was used before, for another request",
            "{name}"
        );
        self.seen.insert(name.to_owned());
        answer
    }
}

const NONE: Value = Value::Null;

fn offer(kind: &str, price: i64) -> Value {
    json!({
        "kind": kind, "price": {"amount": price, "currency": "EUR"},
        "terms": {"version": "1", "text": "Use it well."},
    })
}

async fn catalogue(table: &mut Table<'_>) {
    let seller = &Person::seller();
    let (one, other) = (json!({"title": "Night Drive"}), json!({"title": "Day Drive"}));
    let product = table
        .hold(seller, "POST /api/v1/products", "/api/v1/products", &one, &other)
        .await
        .id();
    let path = format!("/api/v1/products/{product}");
    let offers = format!("{path}/offers");
    let name = "POST /api/v1/products/{product_id}/offers";
    let (one, other) = (offer("basic", 2990), offer("basic", 100));
    let offered = table.hold(seller, name, &offers, &one, &other).await.id();
    let second = table.api.post(&offers).by(seller).json(&offer("premium", 9900));
    second.send().await.expect(StatusCode::CREATED);
    for (name, path) in [
        (
            "POST /api/v1/products/{product_id}/publish",
            format!("{path}/publish"),
        ),
        (
            "POST /api/v1/products/{product_id}/offers/{offer_id}/withdraw",
            format!("{offers}/{offered}/withdraw"),
        ),
        (
            "POST /api/v1/products/{product_id}/withdraw",
            format!("{path}/withdraw"),
        ),
    ] {
        table.hold(seller, name, &path, &NONE, &json!({})).await;
    }
}

async fn orders(table: &mut Table<'_>) {
    let buyer = &Person::buyer();
    let listed = table.api.product(&Person::seller(), "basic", 2990).await;
    let (one, mut two) = (order_of(&listed), order_of(&listed));
    two["lines"][0]["quantity"] = json!(2);
    let placed = table
        .hold(buyer, "POST /api/v1/orders", "/api/v1/orders", &one, &two)
        .await
        .id();
    let path = format!("/api/v1/orders/{placed}/cancel");
    let (one, other) = (json!({"reason": "mistake"}), json!({"reason": "buyer_request"}));
    let name = "POST /api/v1/orders/{order_id}/cancel";
    table.hold(buyer, name, &path, &one, &other).await;
}

async fn after_sale(table: &mut Table<'_>, sale: &Sale) {
    let path = format!("/api/v1/orders/{}", sale.order);
    let amount = |minor: i64| json!({"amount": minor, "reason": "customer_request"});
    let name = "POST /api/v1/orders/{order_id}/refund";
    let refund = format!("{path}/refund");
    table
        .hold(&sale.seller, name, &refund, &amount(100), &amount(101))
        .await;
    let line = |line: i64| json!({"lines": [line]});
    let name = "POST /api/v1/orders/{order_id}/withdrawal";
    let withdrawal = format!("{path}/withdrawal");
    table
        .hold(&sale.buyer, name, &withdrawal, &line(1), &line(0))
        .await;
    let name = "POST /api/v1/orders/{order_id}/withdrawal/confirm";
    let confirm = format!("{withdrawal}/confirm");
    table.hold(&sale.buyer, name, &confirm, &NONE, &json!({})).await;
}

async fn promotions(table: &mut Table<'_>) {
    let admin = &Person::admin();
    let ten = |code: &str| json!({"code": code, "percent_off_basis_points": 1000});
    let name = "POST /api/v1/promotions";
    let made = table
        .hold(admin, name, "/api/v1/promotions", &ten("SPRING"), &ten("SUMMER"))
        .await
        .id();
    let name = "POST /api/v1/promotions/{promo_id}/deactivate";
    let path = format!("/api/v1/promotions/{made}/deactivate");
    table.hold(admin, name, &path, &NONE, &json!({})).await;
}

async fn reviews(table: &mut Table<'_>, sale: &Sale) {
    let order = sale.until(|order| order["lines"].is_array()).await;
    let product = order["lines"][0]["product_id"].as_str().unwrap();
    let review = |rating: i64| json!({"order_id": sale.order, "rating": rating});
    let name = "POST /api/v1/products/{product_id}/reviews";
    let path = format!("/api/v1/products/{product}/reviews");
    let posted = table
        .hold(&sale.buyer, name, &path, &review(5), &review(4))
        .await
        .id();
    let text = |text: &str| json!({"text": text});
    let reason = |reason: &str| json!({"reason": reason});
    for (action, by, one, other) in [
        ("answer", &sale.seller, text("Thanks."), text("Thank you.")),
        ("report", &Person::buyer(), reason("spam"), reason("fake")),
        ("hide", &Person::admin(), reason("spam"), reason("fake")),
        ("restore", &Person::admin(), NONE, json!({})),
    ] {
        let name = format!("POST /api/v1/reviews/{{review_id}}/{action}");
        let path = format!("/api/v1/reviews/{posted}/{action}");
        table.hold(by, &name, &path, &one, &other).await;
    }
}

async fn licences(table: &mut Table<'_>) {
    let held = held(table.api, bounded()).await;
    let path = format!("/api/v1/licences/{}", held.id);
    let name = "POST /api/v1/licences/{licence_id}/rotate-key";
    let rotate = format!("{path}/rotate-key");
    table.hold(&held.holder, name, &rotate, &NONE, &json!({})).await;
    let to = |person: &Person| json!({"to": person.id.to_string()});
    let (one, other) = (to(&Person::buyer()), to(&Person::buyer()));
    let name = "POST /api/v1/licences/{licence_id}/transfer";
    let transfer = format!("{path}/transfer");
    table.hold(&held.holder, name, &transfer, &one, &other).await;
}

async fn persons(table: &mut Table<'_>, sale: &Sale) {
    let name = "POST /api/v1/persons/{person_id}/erase";
    let path = format!("/api/v1/persons/{}/erase", sale.other_seller.id);
    let other = json!({"reason": "consent_withdrawn"});
    table.hold(&Person::admin(), name, &path, &NONE, &other).await;
}

async fn documents(table: &mut Table<'_>, sale: &Sale) {
    let invoice = sale.invoice().await["id"].as_str().unwrap().to_owned();
    let name = "POST /api/v1/invoices/{invoice_id}/corrections";
    let path = format!("/api/v1/invoices/{invoice}/corrections");
    let (one, mut other) = (correction(), correction());
    other["name"] = json!("Somebody Else");
    table.hold(&sale.buyer, name, &path, &one, &other).await;
    identify(table.api, &sale.seller, &sale.seller, &identity())
        .await
        .expect(StatusCode::OK);
    let name = "POST /api/v1/sellers/{seller_id}/mandate";
    let path = format!("/api/v1/sellers/{}/mandate", sale.seller.id);
    let (one, mut other) = (mandate(), mandate());
    other["version"] = json!("another one");
    table.hold(&sale.seller, name, &path, &one, &other).await;
}

#[tokio::test]
async fn another_body_under_the_same_key_is_refused_by_every_operation_that_takes_one() {
    let sale = Sale::paid().await;
    let mut table = Table {
        api: &sale.api,
        seen: BTreeSet::new(),
    };
    catalogue(&mut table).await;
    orders(&mut table).await;
    reviews(&mut table, &sale).await;
    after_sale(&mut table, &sale).await;
    promotions(&mut table).await;
    licences(&mut table).await;
    persons(&mut table, &sale).await;
    let invoiced = Sale::invoiced().await;
    let mut table = Table {
        api: &invoiced.api,
        seen: table.seen,
    };
    documents(&mut table, &invoiced).await;
    let all: BTreeSet<String> = operations_with_a_key().into_iter().collect();
    assert_eq!(
        table.seen, all,
        "left: those held here; right: those of the OpenAPI document"
    );
}
