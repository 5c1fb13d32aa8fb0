//! The same key twice.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{Api, Person, order_of};

#[tokio::test]
async fn a_repeat_gets_the_first_answer() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let order = order_of(&listed);
    let place = || {
        api.post("/api/v1/orders")
            .by(&buyer)
            .header("idempotency-key", "k1")
            .json(&order)
            .send()
    };
    let first = place().await.expect(StatusCode::CREATED);
    assert!(!first.headers.contains_key("idempotent-replayed"));
    let head = api.head();
    let second = place().await.expect(StatusCode::CREATED);
    assert_eq!(second.headers["idempotent-replayed"], "true");
    assert_eq!(second.body, first.body);
    assert_eq!(api.head(), head);
}

#[tokio::test]
async fn another_body_under_the_same_key_is_refused() {
    let api = Api::start().await;
    let seller = Person::seller();
    let create = |title: &str| {
        let body = json!({"title": title});
        api.post("/api/v1/products")
            .by(&seller)
            .header("idempotency-key", "k1")
            .json(&body)
            .send()
    };
    let first = create("Night Drive").await.expect(StatusCode::CREATED);
    let head = api.head();
    let second = create("Day Drive").await;
    insta::assert_snapshot!(second.problem(), @r#"
    422 idempotency_key_reused: the idempotency key was used before, for another request
    Idempotency-Key reused: the idempotency key was used before, for another request
    "#);
    assert_eq!(api.head(), head);
    let again = create("Night Drive").await.expect(StatusCode::CREATED);
    assert_eq!(again.id(), first.id());
}

#[tokio::test]
async fn two_equal_keys_at_once_make_one_thing() {
    let api = Api::start().await;
    let seller = Person::seller();
    let body = json!({"title": "Night Drive"});
    let create = || {
        api.post("/api/v1/products")
            .by(&seller)
            .header("idempotency-key", "k1")
            .json(&body)
            .send()
    };
    let (left, right) = tokio::join!(create(), create());
    let (made, other) = if left.status == StatusCode::CREATED {
        (left, right)
    } else {
        (right, left)
    };
    let id = made.expect(StatusCode::CREATED).id();
    match other.status {
        StatusCode::CREATED => assert_eq!(other.id(), id),
        _ => insta::assert_snapshot!(other.problem(), @r#"
        409 idempotency_key_in_use: a request with this idempotency key is still being worked on
        Idempotency-Key in_use: a request with this idempotency key is still being worked on
        "#),
    }
    assert_eq!(api.head(), 1);
}

#[tokio::test]
async fn the_same_key_of_another_person_is_another_key() {
    let api = Api::start().await;
    let (one, two) = (Person::seller(), Person::seller());
    let body = json!({"title": "Night Drive"});
    let create = |seller| {
        api.post("/api/v1/products")
            .by(seller)
            .header("idempotency-key", "k1")
            .json(&body)
            .send()
    };
    let first = create(&one).await.expect(StatusCode::CREATED);
    let second = create(&two).await.expect(StatusCode::CREATED);
    assert_ne!(first.id(), second.id());
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let api = Api::start().await;
    let body = json!({"title": "Night Drive"});
    let call = api
        .post("/api/v1/products")
        .by(&Person::seller())
        .header("idempotency-key", "two words");
    insta::assert_snapshot!(call.json(&body).send().await.problem(), @r#"
    400 invalid_header: the header Idempotency-Key is wrong
    Idempotency-Key invalid_value: must be given once, with 1 to 255 visible ASCII characters
    "#);
    assert_eq!(api.head(), 0);
}
