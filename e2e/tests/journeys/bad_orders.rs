//! Orders with something wrong: a problem document that points at it, and nothing stored.

use serde_json::{Value, json};

use crate::world::World;
use crate::world::shop::PRICE;

/// What is wrong with an order, and how the answer says so: status, code, pointer.
type Case = (&'static str, fn(&mut Value), u16, &'static str, &'static str);

const UNKNOWN_PRODUCT: &str = "product_7zzzzzzzzzzzzzzzzzzzzzzzzz";
const UNKNOWN_OFFER: &str = "offer_7zzzzzzzzzzzzzzzzzzzzzzzzz";

const ORDERS: [Case; 25] = [
    (
        "unknown product",
        |o| o["lines"][0]["product_id"] = json!(UNKNOWN_PRODUCT),
        422,
        "invalid_order",
        "/lines/0/product_id",
    ),
    (
        "unknown offer",
        |o| o["lines"][0]["offer_id"] = json!(UNKNOWN_OFFER),
        422,
        "invalid_order",
        "/lines/0/offer_id",
    ),
    (
        "bad id",
        |o| o["lines"][0]["product_id"] = json!("product_1"),
        422,
        "invalid_request",
        "/lines/0/product_id",
    ),
    (
        "id of another kind",
        |o| o["lines"][0]["product_id"] = o["lines"][0]["offer_id"].clone(),
        422,
        "invalid_request",
        "/lines/0/product_id",
    ),
    (
        "wrong currency",
        |o| o["currency"] = json!("USD"),
        422,
        "invalid_order",
        "/lines/0/offer_id",
    ),
    (
        "no currency",
        |o| o["currency"] = json!("XXX"),
        422,
        "invalid_request",
        "/currency",
    ),
    (
        "quantity 0",
        |o| o["lines"][0]["quantity"] = json!(0),
        422,
        "invalid_order",
        "/lines/0/quantity",
    ),
    (
        "negative quantity",
        |o| o["lines"][0]["quantity"] = json!(-1),
        422,
        "invalid_order",
        "/lines/0/quantity",
    ),
    (
        "huge quantity",
        |o| o["lines"][0]["quantity"] = json!(i64::MAX),
        422,
        "invalid_order",
        "/lines/0/quantity",
    ),
    (
        "quantity beyond all numbers",
        |o| o["lines"][0]["quantity"] = json!(u64::MAX),
        422,
        "invalid_request",
        "/lines/0/quantity",
    ),
    (
        "half a licence",
        |o| o["lines"][0]["quantity"] = json!(0.5),
        422,
        "invalid_request",
        "/lines/0/quantity",
    ),
    (
        "quantity as text",
        |o| o["lines"][0]["quantity"] = json!("1"),
        422,
        "invalid_request",
        "/lines/0/quantity",
    ),
    (
        "price changed",
        |o| o["lines"][0]["expected_unit_price"] = json!(PRICE - 1),
        409,
        "order_unavailable",
        "/lines/0/expected_unit_price",
    ),
    (
        "negative price",
        |o| o["lines"][0]["expected_unit_price"] = json!(-1),
        409,
        "order_unavailable",
        "/lines/0/expected_unit_price",
    ),
    (
        "no lines",
        |o| o["lines"] = json!([]),
        422,
        "invalid_order",
        "/lines",
    ),
    (
        "the same line twice",
        |o| o["lines"] = json!([o["lines"][0], o["lines"][0]]),
        422,
        "invalid_order",
        "/lines/1/offer_id",
    ),
    (
        "too many lines",
        |o| o["lines"] = Value::Array(vec![o["lines"][0].clone(); 101]),
        422,
        "invalid_order",
        "/lines",
    ),
    (
        "unknown field",
        |o| o["discount"] = json!(100),
        422,
        "invalid_request",
        "/discount",
    ),
    (
        "unknown field in a line",
        |o| o["lines"][0]["price"] = json!(1),
        422,
        "invalid_request",
        "/lines/0/price",
    ),
    (
        "missing field",
        |o| drop(o.as_object_mut().and_then(|o| o.remove("consent"))),
        422,
        "invalid_request",
        "/consent",
    ),
    (
        "NUL in a name",
        |o| o["billing"]["name"] = json!("Ada\u{0}"),
        422,
        "invalid_request",
        "/billing/name",
    ),
    (
        "text that turns around",
        |o| o["billing"]["city"] = json!("Pa\u{202e}ris"),
        422,
        "invalid_request",
        "/billing/city",
    ),
    (
        "no e-mail",
        |o| o["billing"]["email"] = json!("ada"),
        422,
        "invalid_request",
        "/billing/email",
    ),
    (
        "no country",
        |o| o["billing"]["country"] = json!("FRA"),
        422,
        "invalid_request",
        "/billing/country",
    ),
    (
        "no hash",
        |o| o["consent"]["text_hash"] = json!("abc"),
        422,
        "invalid_request",
        "/consent/text_hash",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_order_with_anything_wrong_is_refused_with_a_pointer_to_it() {
    let world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let before = world.stored().await;
    for (what, spoil, status, code, pointer) in ORDERS {
        let mut order = on_sale.order(1);
        spoil(&mut order);
        let refused = world.post(&buyer, "/orders", &order).await;
        let said = (
            refused.status,
            refused.code(),
            refused.body["errors"][0]["pointer"].as_str().unwrap_or_default(),
        );
        assert_eq!(said, (status, code, pointer), "{what}: {}", refused.body);
        refused.assert_problem_at("/api/v1/orders");
    }
    assert_eq!(world.stored().await, before, "something was stored");
    assert_eq!(world.stand_in.counts(), (0, 0));
}
