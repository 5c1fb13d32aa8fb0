//! A bigger licence for the difference, over HTTP: what it costs, what is refused, and which licences are listed as what.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::TimeDelta;
use comptoir_domain::values::Role;
use comptoir_ledger::clock::{Clock as _, ManualClock, SystemClock};
use serde_json::{Value, json};

use crate::licences::{Held, LICENCE, PRODUCT, bounded, code, held, used};
use crate::quotes::{expected, refusal, with};
use crate::support::{Answer, Api, Listed, Person, order_of};

/// A further offer of a product.
async fn offer(api: &Api, seller: &Person, product: &str, kind: &str, price: i64) -> String {
    let offer = json!({
        "kind": kind, "price": {"amount": price, "currency": "EUR"}, "terms": {"version": "1", "text": "Use it well."},
    });
    let path = format!("/api/v1/products/{product}/offers");
    let offer = api.post(&path).by(seller).json(&offer).send().await;
    offer.expect(StatusCode::CREATED).id()
}

/// Somebody's premium licence, which was free, and an order of the unlimited one in its place.
async fn wish(api: &Api, price: i64) -> (Held, Value) {
    let held = held(api, bounded()).await;
    let offer_id = offer(api, &held.seller, &held.product, "unlimited", price).await;
    let listed = Listed {
        id: held.product.clone(),
        offer_id,
        position: 0,
    };
    let order = line(order_of(&listed), "upgrade_of", json!(held.id));
    (held, order)
}

fn line(mut order: Value, field: &str, value: Value) -> Value {
    order["lines"][0][field] = value;
    order
}

fn quote(order: &Value) -> Value {
    json!({"lines": order["lines"], "currency": "EUR", "billing": {"country": "FR"}})
}

async fn ask(api: &Api, person: &Person, path: &str, body: &Value) -> Answer {
    let path = format!("/api/v1/{path}");
    api.post(&path).by(person).json(body).send().await
}

#[tokio::test]
async fn a_quote_and_an_order_show_what_is_upgraded() {
    let api = Api::start().await;
    let (held, order) = wish(&api, 5000).await;
    let before = api.head();
    let priced = ask(&api, &held.holder, "quotes", &quote(&order)).await;
    let priced = priced.expect(StatusCode::OK).body;
    assert_eq!(api.head(), before, "a quote stores nothing");
    let placed = ask(&api, &held.holder, "orders", &order).await;
    let placed = placed.expect(StatusCode::CREATED).body;
    for body in [&priced, &placed] {
        let sold = &body["lines"][0];
        assert_eq!(
            (&sold["upgrade_of"], &sold["credit"]),
            (&json!(held.id), &json!(0))
        );
        assert_eq!(body["totals"]["total"], 5000);
    }
    // Until it is paid the smaller one works; it cannot be passed on, and no other order can have it.
    let shown = json!({"key": held.key, "product_id": held.product});
    assert_eq!(code(&used(&api, "validate", &shown).await), "valid");
    let transfer = format!("licences/{}/transfer", held.id);
    let to = json!({"to": Person::buyer().id});
    let passed_on = ask(&api, &held.holder, &transfer, &to).await;
    assert_eq!(passed_on.refusal(), "409 licence_conflict", "{}", passed_on.text);
    let again = ask(&api, &held.holder, "orders", &order).await;
    let taken = expected(
        409,
        "order_unavailable",
        "/lines/0/upgrade_of",
        "licence_being_upgraded",
    );
    assert_eq!(refusal(&again), taken);
}

#[tokio::test]
async fn what_is_no_upgrade_is_refused_by_name_and_stores_nothing() {
    let api = Api::start().await;
    let (held, order) = wish(&api, 5000).await;
    let smaller = offer(&api, &held.seller, &held.product, "basic", 9000).await;
    let free = offer(&api, &held.seller, &held.product, "exclusive", 0).await;
    let other = api.product(&held.seller, "exclusive", 9000).await;
    let before = (api.head(), api.person_keys().await);
    let at = "/lines/0/upgrade_of";
    let invalid = |code: &str| expected(422, "invalid_order", at, code);
    let of = |value: Value| line(order.clone(), "upgrade_of", value);
    let other_product = line(of(json!(held.id)), "product_id", json!(other.id));
    let mut twice = order.clone();
    let again = twice["lines"][0].clone();
    twice["lines"].as_array_mut().unwrap().push(again);
    twice["lines"][1]["offer_id"] = json!(smaller);
    let cases = [
        (of(json!(LICENCE)), invalid("unknown_licence")),
        (
            line(order.clone(), "quantity", json!(2)),
            invalid("upgrade_is_single"),
        ),
        (
            line(order.clone(), "offer_id", json!(smaller)),
            invalid("not_bigger"),
        ),
        (
            line(order.clone(), "offer_id", json!(free)),
            expected(409, "order_unavailable", at, "not_dearer"),
        ),
        (
            line(other_product, "offer_id", json!(other.offer_id)),
            invalid("other_product"),
        ),
        (
            twice,
            expected(422, "invalid_order", "/lines/1/upgrade_of", "duplicate"),
        ),
        (of(json!(7)), expected(422, "invalid_request", at, "wrong_type")),
        (
            of(json!(PRODUCT)),
            expected(422, "invalid_request", at, "invalid_value"),
        ),
        (
            of(json!("licence_\u{0}")),
            expected(422, "invalid_request", at, "invalid_value"),
        ),
        (
            line(order.clone(), "upgrades", json!(held.id)),
            expected(422, "invalid_request", "/lines/0/upgrades", "unknown_field"),
        ),
    ];
    for (body, expected) in cases {
        let ordered = ask(&api, &held.holder, "orders", &body).await;
        assert_eq!(refusal(&ordered), expected, "{body}");
        let quoted = ask(&api, &held.holder, "quotes", &quote(&body)).await;
        assert_eq!(refusal(&quoted), expected, "{body}");
    }
    // Whose licence it is concerns nobody else.
    let foreign = ask(&api, &Person::buyer(), "orders", &order).await;
    assert_eq!(refusal(&foreign), invalid("unknown_licence"));
    let unknown = ask(&api, &Person::buyer(), "orders", &of(json!(LICENCE))).await;
    assert_eq!(unknown.problem(), foreign.problem());
    let forged = api.post("/api/v1/orders").header("authorization", "Bearer x.y.z");
    assert_eq!(forged.json(&order).send().await.refusal(), "401 unauthenticated");
    assert_eq!((api.head(), api.person_keys().await), before);
}

#[tokio::test]
async fn an_upgrade_asked_for_again_under_its_key_is_the_same_order() {
    let api = Api::start().await;
    let (held, order) = wish(&api, 5000).await;
    let send = async |body: &Value| {
        let call = api.post("/api/v1/orders").by(&held.holder);
        call.header("idempotency-key", "upgrade-1")
            .json(body)
            .send()
            .await
    };
    let first = send(&order).await.expect(StatusCode::CREATED).id();
    assert_eq!(send(&order).await.id(), first);
    let other = send(&with(order.clone(), "promotion_code", json!("SPRING"))).await;
    assert_eq!(other.refusal(), "422 idempotency_key_reused");
}

/// Licences that were over were listed among those that are issued.
#[tokio::test]
async fn a_list_by_status_shows_what_is_shown_with_that_status() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let api = Api::start_at(clock.clone(), &[]).await;
    let held = held(&api, json!({"valid_days": 1})).await;
    let counts = async || {
        let holder = Person::known(held.holder.id, &[Role::Buyer], clock.now());
        let mut counts = Vec::new();
        for status in ["issued", "expired", "suspended", "superseded", "revoked"] {
            let path = format!("/api/v1/licences?status={status}&min_position={}", api.head());
            let list = api.get(&path).by(&holder).send().await.expect(StatusCode::OK);
            let found = list.body["data"].as_array().unwrap();
            assert!(
                found.iter().all(|licence| licence["status"] == status),
                "{found:?}"
            );
            counts.push(found.len());
        }
        counts
    };
    assert_eq!(counts().await, [1, 0, 0, 0, 0]);
    clock.advance(TimeDelta::days(1));
    assert_eq!(counts().await, [0, 1, 0, 0, 0]);
    let holder = Person::known(held.holder.id, &[Role::Buyer], clock.now());
    for wrong in ["live", "", "%00", "1"] {
        let path = format!("/api/v1/licences?status={wrong}");
        let refused = api.get(&path).by(&holder).send().await;
        assert_eq!(refused.refusal(), "400 invalid_parameter", "{wrong}");
    }
}
