//! Bad input: a problem document that names what is wrong, and nothing stored.

use hyper::Method;
use serde_json::{Value, json};

use crate::world::client::Answer;
use crate::world::people::Person;
use crate::world::shop::PRICE;
use crate::world::{World, node::Node};

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
    let before = stored(&world).await;
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
        is_a_problem_document(&refused, "/api/v1/orders");
    }
    assert_eq!(stored(&world).await, before, "something was stored");
    assert_eq!(world.stand_in.counts(), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_read_is_refused() {
    let world = World::with(&[("COMPTOIR_BODY_BYTES_MAX", "4096")]).await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let before = stored(&world).await;
    let order = on_sale.order(1).to_string();
    let trailing = format!("{order} {{}}");
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let huge = format!("{order}{}", " ".repeat(4_096));
    let twice = order.replacen('{', "{\"currency\":\"EUR\",", 1);
    let json = "application/json";
    let bodies = [
        // No body reads as `{}`: some requests need none.
        ("", json, 422, "invalid_request"),
        ("{", json, 400, "invalid_json"),
        (&trailing, json, 400, "invalid_json"),
        (&deep, json, 422, "invalid_request"),
        ("[]", json, 422, "invalid_request"),
        ("null", json, 422, "invalid_request"),
        (&twice, json, 422, "invalid_request"),
        (&huge, json, 413, "body_too_large"),
        (&order, "text/plain", 415, "unsupported_media_type"),
    ];
    for (body, content_type, status, code) in bodies {
        let refused = post_text(&world.node, &world, &buyer, content_type, body).await;
        assert_eq!(
            (refused.status, refused.code()),
            (status, code),
            "{body:.60}: {}",
            refused.body
        );
        is_a_problem_document(&refused, "/api/v1/orders");
    }
    for path in [
        "/orders?limit=0",
        "/orders?limit=101",
        "/orders?limit=x",
        "/orders?colour=red",
        "/orders/order_1",
    ] {
        assert_eq!(
            world.get(&buyer, path).await.expect(400).code(),
            "invalid_parameter",
            "{path}"
        );
    }
    let cursor = format!("/orders?starting_after=order_{}", &UNKNOWN_OFFER[6..]);
    assert_eq!(
        world.get(&buyer, &cursor).await.expect(400).code(),
        "invalid_parameter"
    );
    assert_eq!(
        world.get(&buyer, "/nothing").await.expect(404).code(),
        "route_not_found"
    );
    let url = world.node.url("/orders");
    let headers = [("authorization", &*format!("Bearer {}", buyer.token))];
    let refused = world
        .client
        .send(Method::DELETE, &url, &headers, "".into())
        .await
        .expect(405);
    assert_eq!(refused.code(), "method_not_allowed");
    assert_eq!(stored(&world).await, before, "something was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_theirs_is_refused() {
    let world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let (buyer, other_seller) = (world.buyer().await, world.seller().await);
    let product = format!("/products/{}", on_sale.product);
    let refusals = [
        (&buyer, "/products".to_owned(), json!({ "title": "Mine" }), 403),
        (&other_seller, format!("{product}/withdraw"), json!({}), 403),
        (&other_seller, "/orders".to_owned(), on_sale.order(1), 403),
    ];
    let before = stored(&world).await;
    for (who, path, body, status) in refusals {
        assert_eq!(
            world.post(who, &path, &body).await.expect(status).code(),
            "forbidden",
            "{path}"
        );
    }
    let (head, rest) = buyer.token.split_once('.').expect("a token has parts");
    let expired = world
        .binary
        .run_well(&["token", "--role", "buyer", "--ttl", "0s"])
        .await;
    let stranger = world
        .binary
        .clone()
        .with(&[("COMPTOIR_JWT_SECRET", "another secret, of thirty-two characters")]);
    let forged = stranger.run_well(&["token", "--role", "admin"]).await;
    // `{"alg":"none"}`
    let unsigned = format!(
        "eyJhbGciOiJub25lIn0.{}.",
        rest.split('.').next().unwrap_or_default()
    );
    for token in [
        "",
        head,
        &buyer.token[..buyer.token.len() - 2],
        &expired,
        &forged,
        &unsigned,
    ] {
        let nobody = Person {
            token: token.to_owned(),
        };
        let refused = world
            .post(&nobody, "/orders", &on_sale.order(1))
            .await
            .expect(401);
        assert_eq!(refused.code(), "unauthenticated", "{token}");
        assert!(
            refused
                .header("www-authenticate")
                .is_some_and(|challenge| challenge.starts_with("Bearer"))
        );
    }
    assert_eq!(stored(&world).await, before, "something was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn exotic_text_comes_back_as_it_was_sent() {
    let world = World::new().await;
    let seller = world.seller().await;
    for title in [
        "Ünïcödé",
        "夜のドライブ",
        "ليلة",
        "🎶🎧",
        "a\u{301}",
        "\"quoted\" \\ slash",
        "'; DROP TABLE events; --",
    ] {
        let created = world
            .post(&seller, "/products", &json!({ "title": title }))
            .await
            .expect(201);
        let path = format!(
            "/products/{}?min_position={}",
            crate::world::shop::id(&created.body),
            created.position()
        );
        assert_eq!(world.get(&seller, &path).await.expect(200).body["title"], title);
    }
    for title in ["", "   ", "a\u{0}b", "a\nb", &"x".repeat(201)] {
        let refused = world
            .post(&seller, "/products", &json!({ "title": title }))
            .await
            .expect(422);
        assert_eq!(refused.body["errors"][0]["pointer"], "/title", "{title:?}");
    }
}

#[track_caller]
fn is_a_problem_document(answer: &Answer, instance: &str) {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let body = &answer.body;
    assert_eq!(body["status"], answer.status, "{body}");
    assert_eq!(body["instance"], instance, "{body}");
    assert_eq!(
        body["type"],
        format!("/docs/problems#{}", answer.code()),
        "{body}"
    );
    assert!(
        body["title"].is_string() && body["request_id"].is_string(),
        "{body}"
    );
}

async fn post_text(node: &Node, world: &World, buyer: &Person, content_type: &str, body: &str) -> Answer {
    let token = format!("Bearer {}", buyer.token);
    let headers = [("authorization", token.as_str()), ("content-type", content_type)];
    world
        .client
        .send(
            Method::POST,
            &node.url("/orders"),
            &headers,
            body.to_owned().into(),
        )
        .await
}

/// How many events and keys of persons there are.
async fn stored(world: &World) -> (i64, usize) {
    let keys = world
        .all_rows()
        .await
        .iter()
        .filter(|row| row.starts_with("public.person_keys"))
        .count();
    (world.count_all_events().await, keys)
}
