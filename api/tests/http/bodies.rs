//! Bodies and parameters that are not as they must be: named, refused, and nothing stored.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Api, Listed, Person, TEXT_HASH, order_of};

const PRODUCT: &str = "product_01jd3e8m6xf2r9kq7v5t4w8zab";
const OFFER: &str = "offer_01jd3e8m6xf2r9kq7v5t4w8zab";

fn order() -> Value {
    order_of(&Listed {
        id: PRODUCT.to_owned(),
        offer_id: OFFER.to_owned(),
        position: 0,
    })
}

fn with(pointer: &str, value: Value) -> String {
    let mut order = order();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = if parent.is_empty() {
        &mut order
    } else {
        order.pointer_mut(parent).unwrap()
    };
    match key.parse::<usize>() {
        Ok(index) => parent[index] = value,
        Err(_) => parent[key] = value,
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
        (
            "a name that runs backwards",
            with("/billing/name", json!("\u{202E}adA")),
        ),
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
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    nothing -> 422 invalid_request: the body does not have the form that is wanted
    /lines missing_field: missing field `lines`
    invalid JSON -> 400 invalid_json: EOF while parsing a value at line 1 column 9
    a list -> 422 invalid_request: the body does not have the form that is wanted
     wrong_type: invalid type: sequence, expected an object
    unknown field -> 422 invalid_request: the body does not have the form that is wanted
    /colour unknown_field: unknown field `colour`, expected one of `lines`, `currency`, `billing`, `consent`, `location_evidence`, `promotion_code`
    unknown field of a line -> 422 invalid_request: the body does not have the form that is wanted
    /lines/0/price unknown_field: unknown field `price`, expected one of `product_id`, `offer_id`, `quantity`, `expected_unit_price`, `upgrade_of`
    unknown field of the person -> 422 invalid_request: the body does not have the form that is wanted
    /billing/age unknown_field: unknown field `age`, expected one of `name`, `email`, `address_line_1`, `address_line_2`, `postal_code`, `city`, `country`, `vat_id`
    wrong type -> 422 invalid_request: the body does not have the form that is wanted
    /lines wrong_type: invalid type: string "all", expected a sequence
    quantity as text -> 422 invalid_request: the body does not have the form that is wanted
    /lines/0/quantity wrong_type: invalid type: string "1", expected i64
    quantity beyond 64 bits -> 422 invalid_request: the body does not have the form that is wanted
    /lines/0/quantity wrong_type: invalid type: floating point `1e+30`, expected i64
    bad product id -> 422 invalid_request: the body does not have the form that is wanted
    /lines/0/product_id invalid_value: `product_` must be followed by 26 characters of lower-case Crockford base 32
    an id of another kind -> 422 invalid_request: the body does not have the form that is wanted
    /lines/0/product_id invalid_value: an id that starts with `product_` is expected
    unknown currency -> 422 invalid_request: the body does not have the form that is wanted
    /currency invalid_value: an upper-case ISO 4217 currency code is expected
    lower-case currency -> 422 invalid_request: the body does not have the form that is wanted
    /currency invalid_value: an upper-case ISO 4217 currency code is expected
    NUL in a name -> 422 invalid_request: the body does not have the form that is wanted
    /billing/name invalid_value: must not contain the character U+0000
    a name that runs backwards -> 422 invalid_request: the body does not have the form that is wanted
    /billing/name invalid_value: must not contain the character U+202E
    an empty name -> 422 invalid_request: the body does not have the form that is wanted
    /billing/name invalid_value: must not be empty
    a long name -> 422 invalid_request: the body does not have the form that is wanted
    /billing/name invalid_value: must have at most 200 characters
    no e-mail address -> 422 invalid_request: the body does not have the form that is wanted
    /billing/email invalid_value: must be an e-mail address
    no country -> 422 invalid_request: the body does not have the form that is wanted
    /billing/country invalid_value: must be two upper-case letters (ISO 3166-1 alpha-2)
    no consent -> 422 invalid_request: the body does not have the form that is wanted
    /consent wrong_type: invalid type: null, expected an object
    another consent -> 422 invalid_request: the body does not have the form that is wanted
    /consent/kind unknown_value: unknown variant `newsletter`, expected `withdrawal_waiver`
    no hash -> 422 invalid_request: the body does not have the form that is wanted
    /consent/text_hash invalid_value: must be 64 lower-case hexadecimal digits
    "#);
    assert_eq!((api.head(), api.person_keys().await), (0, 0));
}

#[tokio::test]
async fn a_list_is_no_object() {
    let api = Api::start().await;
    let buyer = Person::buyer();
    let bodies = [
        (
            "the whole order as a list",
            json!([order()["lines"], "EUR", order()["billing"], order()["consent"]]).to_string(),
        ),
        ("a line as a list", with("/lines/0", json!([PRODUCT, OFFER, 1]))),
        (
            "the person as a list",
            with(
                "/billing",
                json!(["Ada", "ada@example.org", "1", null, "1", "Paris", "FR"]),
            ),
        ),
        (
            "the consent as a list",
            with("/consent", json!(["withdrawal_waiver", TEXT_HASH])),
        ),
    ];
    let mut refusals = Vec::new();
    for (what, body) in bodies {
        let answer = api.post("/api/v1/orders").by(&buyer).text(&body).send().await;
        refusals.push(format!("{what} -> {}", answer.problem()));
    }
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    the whole order as a list -> 422 invalid_request: the body does not have the form that is wanted
     wrong_type: invalid type: sequence, expected an object
    a line as a list -> 422 invalid_request: the body does not have the form that is wanted
    /lines/0 wrong_type: invalid type: sequence, expected an object
    the person as a list -> 422 invalid_request: the body does not have the form that is wanted
    /billing wrong_type: invalid type: sequence, expected an object
    the consent as a list -> 422 invalid_request: the body does not have the form that is wanted
    /consent wrong_type: invalid type: sequence, expected an object
    "#);
    assert_eq!((api.head(), api.person_keys().await), (0, 0));
}

#[tokio::test]
async fn exotic_text_that_is_sound_is_taken() {
    let api = Api::start().await;
    let seller = Person::seller();
    for title in [
        "Nuit d'été 🎶",
        "夜のドライブ",
        "سيارة ليلية",
        "e\u{301}te\u{301}",
        "👩‍👩‍👧‍👦",
    ] {
        let body = json!({"title": title});
        let made = api
            .post("/api/v1/products")
            .by(&seller)
            .json(&body)
            .send()
            .await
            .expect(StatusCode::CREATED);
        assert_eq!(made.body["title"], title);
    }
}

#[tokio::test]
async fn amounts_out_of_range_are_refused() {
    let api = Api::start().await;
    let seller = Person::seller();
    let made = api
        .post("/api/v1/products")
        .by(&seller)
        .json(&json!({"title": "Night Drive"}))
        .send()
        .await;
    let path = format!(
        "/api/v1/products/{}/offers",
        made.expect(StatusCode::CREATED).id()
    );
    let head = api.head();
    let mut refusals = Vec::new();
    for amount in [
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(29.9),
        json!("2990"),
        json!(null),
    ] {
        let offer = json!({
            "kind": "basic",
            "price": {"amount": amount, "currency": "EUR"},
            "terms": {"version": "1", "text": "Use it well."},
        });
        let answer = api.post(&path).by(&seller).json(&offer).send().await;
        refusals.push(format!("{amount} -> {}", answer.problem()));
    }
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    -1 -> 422 invalid_request: the price must be from 0 to 100000000000 minor units
    /price/amount out_of_range: the price must be from 0 to 100000000000 minor units
    9223372036854775807 -> 422 invalid_request: the price must be from 0 to 100000000000 minor units
    /price/amount out_of_range: the price must be from 0 to 100000000000 minor units
    -9223372036854775808 -> 422 invalid_request: the price must be from 0 to 100000000000 minor units
    /price/amount out_of_range: the price must be from 0 to 100000000000 minor units
    29.9 -> 422 invalid_request: the body does not have the form that is wanted
    /price/amount wrong_type: invalid type: floating point `29.9`, expected i64
    "2990" -> 422 invalid_request: the body does not have the form that is wanted
    /price/amount wrong_type: invalid type: string "2990", expected i64
    null -> 422 invalid_request: the body does not have the form that is wanted
    /price/amount wrong_type: invalid type: null, expected i64
    "#);
    assert_eq!(api.head(), head);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let api = Api::start_with(&[("COMPTOIR_BODY_BYTES_MAX", "2048")]).await;
    let body = json!({"title": "a".repeat(3000)});
    let answer = api
        .post("/api/v1/products")
        .by(&Person::seller())
        .json(&body)
        .send()
        .await;
    insta::assert_snapshot!(answer.problem(), @"413 body_too_large: the body must have at most 2048 bytes");
    assert_eq!(api.head(), 0);
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let api = Api::start().await;
    let call = api.post("/api/v1/products").by(&Person::seller());
    let answer = call
        .header("content-type", "text/plain")
        .bytes(b"{}".to_vec())
        .send()
        .await;
    insta::assert_snapshot!(answer.problem(), @"415 unsupported_media_type: the header Content-Type must be application/json");
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
        refusals.push(format!(
            "{path} -> {}",
            api.get(path).by(&admin).send().await.problem()
        ));
    }
    let with_header = api
        .get("/api/v1/orders")
        .by(&admin)
        .header("comptoir-min-position", "x")
        .send()
        .await;
    refusals.push(with_header.problem());
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    /api/v1/orders/42 -> 400 invalid_parameter: the parameter order_id is wrong
    order_id invalid_value: an id that starts with `order_` is expected
    /api/v1/orders/order_ -> 400 invalid_parameter: the parameter order_id is wrong
    order_id invalid_value: `order_` must be followed by 26 characters of lower-case Crockford base 32
    /api/v1/orders/order_01JD3E8M6XF2R9KQ7V5T4W8ZAB -> 400 invalid_parameter: the parameter order_id is wrong
    order_id invalid_value: `order_` must be followed by 26 characters of lower-case Crockford base 32
    /api/v1/orders/order_81jd3e8m6xf2r9kq7v5t4w8zab -> 400 invalid_parameter: the parameter order_id is wrong
    order_id invalid_value: `order_` must be followed by 26 characters of lower-case Crockford base 32
    /api/v1/orders/product_01jd3e8m6xf2r9kq7v5t4w8zab -> 400 invalid_parameter: the parameter order_id is wrong
    order_id invalid_value: an id that starts with `order_` is expected
    /api/v1/orders/%00 -> 400 invalid_parameter: the parameter order_id is wrong
    order_id invalid_value: an id that starts with `order_` is expected
    /api/v1/orders/%ff -> 400 invalid_parameter: the parameter order_id is wrong
    order_id invalid_value: must be UTF-8
    /api/v1/products/nonsense -> 400 invalid_parameter: the parameter product_id is wrong
    product_id invalid_value: an id that starts with `product_` is expected
    /api/v1/licences/nonsense -> 400 invalid_parameter: the parameter licence_id is wrong
    licence_id invalid_value: an id that starts with `licence_` is expected
    /api/v1/orders?limit=0 -> 400 invalid_parameter: the parameter limit is wrong
    limit invalid_value: must be from 1 to 100
    /api/v1/orders?limit=101 -> 400 invalid_parameter: the parameter limit is wrong
    limit invalid_value: must be from 1 to 100
    /api/v1/orders?limit=many -> 400 invalid_parameter: the parameter limit is wrong
    limit invalid_value: invalid digit found in string
    /api/v1/orders?starting_after=nonsense -> 400 invalid_parameter: the parameter starting_after is wrong
    starting_after invalid_value: an id that starts with `order_` is expected
    /api/v1/products?starting_after=order_01jd3e8m6xf2r9kq7v5t4w8zab -> 400 invalid_parameter: the parameter starting_after is wrong
    starting_after invalid_value: an id that starts with `product_` is expected
    /api/v1/licences?starting_after=licence_01jd3e8m6xf2r9kq7v5t4w8zab -> 400 invalid_parameter: the parameter starting_after is wrong
    starting_after unknown_cursor: the row to start after does not exist
    /api/v1/orders?status=lost -> 400 invalid_parameter: the parameter status is wrong
    status invalid_value: unknown variant `lost`, expected one of `awaiting_payment`, `processing`, `payment_failed`, `paid`, `cancelled`, `expired`, `needs_review`
    /api/v1/orders?colour=blue -> 400 invalid_parameter: the parameter colour is wrong
    colour unknown_parameter: unknown field `colour`, expected one of `limit`, `starting_after`, `status`, `view`, `min_position`
    /api/v1/orders?limit=1&limit=2 -> 400 invalid_parameter: the parameter limit is wrong
    limit duplicate_parameter: duplicate field `limit`
    /api/v1/orders?min_position=-1 -> 400 invalid_parameter: the parameter min_position is wrong
    min_position invalid_value: must be a position: a whole number, as the header Comptoir-Position gives it
    /api/v1/orders?min_position=soon -> 400 invalid_parameter: the parameter min_position is wrong
    min_position invalid_value: must be a position: a whole number, as the header Comptoir-Position gives it
    400 invalid_header: the header Comptoir-Min-Position is wrong
    Comptoir-Min-Position invalid_value: must be a position: a whole number, as the header Comptoir-Position gives it
    "#);
}
