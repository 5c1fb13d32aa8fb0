//! Bodies and parameters that are not as they must be: named, refused, and nothing stored.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Api, Listed, Person, order_of};

const PRODUCT: &str = "product_01jd3e8m6xf2r9kq7v5t4w8zab";
const OFFER: &str = "offer_01jd3e8m6xf2r9kq7v5t4w8zab";

fn order() -> Value {
    order_of(&Listed { id: PRODUCT.to_owned(), offer_id: OFFER.to_owned(), position: 0 })
}

fn with(pointer: &str, value: Value) -> String {
    let mut order = order();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = if parent.is_empty() { &mut order } else { order.pointer_mut(parent).unwrap() };
    match parent {
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        other => other[key] = value,
    }
    order.to_string()
}

#[tokio::test]
async fn an_order_that_is_not_one_names_the_field() {
    let api = Api::start().await;
    let buyer = Person::buyer();
    let bodies = [
        ("nothing", String::new()),
        ("invalid JSON", "{\"lines\":".to_owned()),
        ("a list", "[]".to_owned()),
        ("unknown field", with("/colour", json!("blue"))),
        ("unknown field of a line", with("/lines/0/price", json!(1))),
        ("unknown field of the person", with("/billing/age", json!(36))),
        ("wrong type", with("/lines", json!("all"))),
        ("quantity as text", with("/lines/0/quantity", json!("1"))),
        ("quantity beyond 64 bits", with("/lines/0/quantity", json!(1e30))),
        ("bad product id", with("/lines/0/product_id", json!("product_1"))),
        ("an id of another kind", with("/lines/0/product_id", json!(OFFER))),
        ("unknown currency", with("/currency", json!("EUX"))),
        ("lower-case currency", with("/currency", json!("eur"))),
        ("NUL in a name", with("/billing/name", json!("Ada\u{0}Lovelace"))),
        ("a name that runs backwards", with("/billing/name", json!("\u{202E}adA"))),
        ("an empty name", with("/billing/name", json!(""))),
        ("a long name", with("/billing/name", json!("a".repeat(201)))),
        ("no e-mail address", with("/billing/email", json!("ada"))),
        ("no country", with("/billing/country", json!("France"))),
        ("no consent", with("/consent", json!(null))),
        ("another consent", with("/consent/kind", json!("newsletter"))),
        ("no hash", with("/consent/text_hash", json!("abc"))),
    ];
    let mut refusals = Vec::new();
    for (what, body) in bodies {
        let answer = api.post("/api/v1/orders").by(&buyer).text(&body).send().await;
        refusals.push(format!("{what} -> {}", answer.problem()));
    }
    insta::assert_snapshot!(refusals.join("\n"), @"");
    assert_eq!((api.head(), api.person_keys().await), (0, 0));
}

#[tokio::test]
async fn exotic_text_that_is_sound_is_taken() {
    let api = Api::start().await;
    let seller = Person::seller();
    for title in ["Nuit d'été 🎶", "夜のドライブ", "سيارة ليلية", "e\u{301}te\u{301}", "👩‍👩‍👧‍👦"] {
        let body = json!({"title": title});
        let made = api.post("/api/v1/products").by(&seller).json(&body).send().await.expect(StatusCode::CREATED);
        assert_eq!(made.body["title"], title);
    }
}

#[tokio::test]
async fn amounts_out_of_range_are_refused() {
    let api = Api::start().await;
    let seller = Person::seller();
    let made = api.post("/api/v1/products").by(&seller).json(&json!({"title": "Night Drive"})).send().await;
    let path = format!("/api/v1/products/{}/offers", made.expect(StatusCode::CREATED).id());
    let head = api.head();
    let mut refusals = Vec::new();
    for amount in [json!(-1), json!(i64::MAX), json!(i64::MIN), json!(29.9), json!("2990"), json!(null)] {
        let offer = json!({
            "kind": "basic",
            "price": {"amount": amount, "currency": "EUR"},
            "terms": {"version": "1", "text": "Use it well."},
        });
        let answer = api.post(&path).by(&seller).json(&offer).send().await;
        refusals.push(format!("{amount} -> {}", answer.problem()));
    }
    insta::assert_snapshot!(refusals.join("\n"), @"");
    assert_eq!(api.head(), head);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let api = Api::start_with(&[("COMPTOIR_BODY_BYTES_MAX", "2048")]).await;
    let body = json!({"title": "a".repeat(3000)});
    let answer = api.post("/api/v1/products").by(&Person::seller()).json(&body).send().await;
    insta::assert_snapshot!(answer.problem(), @"");
    assert_eq!(api.head(), 0);
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let api = Api::start().await;
    let call = api.post("/api/v1/products").by(&Person::seller());
    let answer = call.header("content-type", "text/plain").bytes(b"{}".to_vec()).send().await;
    insta::assert_snapshot!(answer.problem(), @"");
}

#[tokio::test]
async fn parameters_that_are_wrong_are_named() {
    let api = Api::start().await;
    let admin = Person::admin();
    let paths = [
        "/api/v1/orders/42",
        "/api/v1/orders/order_",
        "/api/v1/orders/order_01JD3E8M6XF2R9KQ7V5T4W8ZAB",
        "/api/v1/orders/order_81jd3e8m6xf2r9kq7v5t4w8zab",
        "/api/v1/orders/product_01jd3e8m6xf2r9kq7v5t4w8zab",
        "/api/v1/orders/%00",
        "/api/v1/orders/%ff",
        "/api/v1/products/nonsense",
        "/api/v1/licences/nonsense",
        "/api/v1/orders?limit=0",
        "/api/v1/orders?limit=101",
        "/api/v1/orders?limit=many",
        "/api/v1/orders?starting_after=nonsense",
        "/api/v1/products?starting_after=order_01jd3e8m6xf2r9kq7v5t4w8zab",
        "/api/v1/licences?starting_after=licence_01jd3e8m6xf2r9kq7v5t4w8zab",
        "/api/v1/orders?status=lost",
        "/api/v1/orders?colour=blue",
        "/api/v1/orders?limit=1&limit=2",
        "/api/v1/orders?min_position=-1",
        "/api/v1/orders?min_position=soon",
    ];
    let mut refusals = Vec::new();
    for path in paths {
        refusals.push(format!("{path} -> {}", api.get(path).by(&admin).send().await.problem()));
    }
    let with_header = api.get("/api/v1/orders").by(&admin).header("comptoir-min-position", "x").send().await;
    refusals.push(with_header.problem());
    insta::assert_snapshot!(refusals.join("\n"), @"");
}
