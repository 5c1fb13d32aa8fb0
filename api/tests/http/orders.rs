//! Orders: placed, refused, cancelled, and seen by whom.

use axum::http::StatusCode;
use comptoir_domain::values::SubjectId;
use serde_json::{Value, json};

use crate::support::{Api, Listed, Person, order_of};

#[tokio::test]
async fn an_order_is_placed_though_the_payment_provider_is_down() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let placed = api.order(&buyer, &listed).await;
    assert_eq!(
        placed.headers["location"].to_str().unwrap(),
        format!("/api/v1/orders/{}", placed.id())
    );
    assert_eq!(placed.body["status"], "awaiting_payment");
    assert_eq!(
        placed.body["totals"],
        json!({"discount": 0, "net": 2492, "tax": 498, "total": 2990})
    );
    assert_eq!(placed.body["payment"]["status"], "pending");
    let ask = format!("/api/v1/orders/{}/payment", placed.id());
    let asked = api.post(&ask).by(&buyer).send().await;
    insta::assert_snapshot!(asked.problem(), @"502 payment_provider_failed");
}

#[tokio::test]
async fn an_order_is_seen_by_those_it_concerns() {
    let api = Api::start().await;
    let (seller, other_seller, buyer, other_buyer) = (
        Person::seller(),
        Person::seller(),
        Person::buyer(),
        Person::buyer(),
    );
    let (listed, other) = (
        api.product(&seller, "basic", 2990).await,
        api.product(&other_seller, "basic", 1000).await,
    );
    let mut order = order_of(&listed);
    let second = json!({"product_id": other.id, "offer_id": other.offer_id, "quantity": 2});
    order["lines"].as_array_mut().unwrap().push(second);
    let placed = api
        .post("/api/v1/orders")
        .by(&buyer)
        .json(&order)
        .send()
        .await
        .expect(StatusCode::CREATED);
    let path = format!(
        "/api/v1/orders/{}?min_position={}",
        placed.id(),
        placed.position()
    );

    let own = api.get(&path).by(&buyer).send().await.expect(StatusCode::OK);
    assert_eq!(own.body["lines"].as_array().unwrap().len(), 2);
    assert_eq!(own.body["billing"]["email"], "ada@example.org");
    assert_eq!(own.body["totals"]["total"], 4990);
    assert!(own.body["payment"].get("client_secret").is_none());

    let sold = api.get(&path).by(&seller).send().await.expect(StatusCode::OK);
    assert_eq!(sold.body["lines"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&sold.body["totals"]["total"], sold.body.get("billing")),
        (&json!(2990), None)
    );

    let admin = api
        .get(&path)
        .by(&Person::admin())
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(admin.body["billing"]["name"], "Ada Lovelace");
    let auditor = api
        .get(&path)
        .by(&Person::auditor())
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (
            auditor.body["lines"].as_array().unwrap().len(),
            auditor.body.get("billing")
        ),
        (2, None)
    );

    for stranger in [&other_buyer, &Person::seller()] {
        let answer = api.get(&path).by(stranger).send().await;
        insta::allow_duplicates! { insta::assert_snapshot!(answer.problem(), @"404 order_not_found"); }
    }
    assert_eq!(
        api.get("/api/v1/orders").by(&other_buyer).send().await.body["data"],
        json!([])
    );
    let list = api
        .get("/api/v1/orders")
        .by(&seller)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(list.body["data"][0]["lines"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_calls_off_or_pays_the_order_of_another() {
    let api = Api::start().await;
    let (seller, buyer, other) = (Person::seller(), Person::buyer(), Person::buyer());
    let listed = api.product(&seller, "exclusive", 50_000).await;
    let placed = api.order(&buyer, &listed).await;
    let unknown = "order_01jd3e8m6xf2r9kq7v5t4w8zab";
    let head = api.head();
    let mut refusals = Vec::new();
    for (whose, id) in [("another's", &*placed.id()), ("nobody's", unknown)] {
        for (action, body) in [("cancel", json!({"reason": "mistake"})), ("payment", json!({}))] {
            let path = format!("/api/v1/orders/{id}/{action}");
            for (who, person) in [("buyer", &other), ("seller", &seller)] {
                let call = api.post(&path).by(person).header("idempotency-key", "foreign");
                let answer = call.json(&body).send().await;
                refusals.push(format!("{whose} {action} by a {who} -> {}", answer.problem()));
            }
        }
    }
    insta::assert_snapshot!(refusals.join("\n"), @r"
    another's cancel by a buyer -> 404 order_not_found
    another's cancel by a seller -> 403 forbidden: a role is needed: buyer, admin
    another's payment by a buyer -> 404 order_not_found
    another's payment by a seller -> 403 forbidden: a role is needed: buyer, admin
    nobody's cancel by a buyer -> 404 order_not_found
    nobody's cancel by a seller -> 403 forbidden: a role is needed: buyer, admin
    nobody's payment by a buyer -> 404 order_not_found
    nobody's payment by a seller -> 403 forbidden: a role is needed: buyer, admin
    ");
    assert_eq!(api.head(), head, "nothing was recorded");
    let path = format!("/api/v1/orders/{}?min_position={head}", placed.id());
    let own = api.get(&path).by(&buyer).send().await.expect(StatusCode::OK);
    assert_eq!(own.body["status"], "awaiting_payment");
}

#[tokio::test]
async fn billing_details_are_gone_once_they_are_erased() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let placed = api.order(&buyer, &listed).await;
    api.node
        .engine()
        .vault()
        .destroy(SubjectId::from(buyer.id))
        .await
        .unwrap();
    let path = format!(
        "/api/v1/orders/{}?min_position={}",
        placed.id(),
        placed.position()
    );
    let read = api.get(&path).by(&buyer).send().await.expect(StatusCode::OK);
    assert_eq!(
        (&read.body["billing"], &read.body["billing_erased"]),
        (&Value::Null, &json!(true))
    );
    let again = api
        .post("/api/v1/orders")
        .by(&buyer)
        .json(&order_of(&listed))
        .send()
        .await;
    insta::assert_snapshot!(again.problem(), @"409 person_erased: the personal data of this person has been erased");
}

/// Lines that cannot be ordered, with the order's currency and what is wrong with them.
fn wrong_orders(listed: &Listed, withdrawn: &Listed) -> Vec<(&'static str, Value, &'static str)> {
    let line = |listed: &Listed| json!({"product_id": listed.id, "offer_id": listed.offer_id, "quantity": 1});
    let changed = |line: Value, key: &str, value: Value| {
        let mut line = line;
        line[key] = value;
        line
    };
    let good = line(listed);
    vec![
        ("no lines", json!([]), "EUR"),
        (
            "unknown product",
            json!([changed(
                good.clone(),
                "product_id",
                json!("product_01jd3e8m6xf2r9kq7v5t4w8zab")
            )]),
            "EUR",
        ),
        (
            "unknown offer",
            json!([changed(
                good.clone(),
                "offer_id",
                json!("offer_01jd3e8m6xf2r9kq7v5t4w8zab")
            )]),
            "EUR",
        ),
        ("withdrawn offer", json!([line(withdrawn)]), "EUR"),
        ("wrong currency", json!([good.clone()]), "USD"),
        (
            "quantity 0",
            json!([changed(good.clone(), "quantity", json!(0))]),
            "EUR",
        ),
        (
            "negative quantity",
            json!([changed(good.clone(), "quantity", json!(-1))]),
            "EUR",
        ),
        (
            "huge quantity",
            json!([changed(good.clone(), "quantity", json!(i64::MAX))]),
            "EUR",
        ),
        (
            "price changed",
            json!([changed(good.clone(), "expected_unit_price", json!(1990))]),
            "EUR",
        ),
        ("duplicate lines", json!([good.clone(), good.clone()]), "EUR"),
        (
            "two wrong lines",
            json!([changed(good.clone(), "quantity", json!(0)), line(withdrawn)]),
            "EUR",
        ),
        ("too many lines", Value::Array(vec![good.clone(); 101]), "EUR"),
    ]
}

#[tokio::test]
async fn an_order_that_cannot_be_had_names_each_line() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let withdrawn = api.product(&seller, "premium", 4990).await;
    let withdraw = format!(
        "/api/v1/products/{}/offers/{}/withdraw",
        withdrawn.id, withdrawn.offer_id
    );
    api.act(&seller, &withdraw).await;
    let head = api.head();
    let cases = wrong_orders(&listed, &withdrawn);
    let mut refusals = Vec::new();
    for (what, lines, currency) in cases {
        let mut order = order_of(&listed);
        order["lines"] = lines;
        order["currency"] = json!(currency);
        let answer = api.post("/api/v1/orders").by(&buyer).json(&order).send().await;
        refusals.push(format!("{what} -> {}", answer.problem()));
    }
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    no lines -> 422 invalid_order: an order needs at least one line
    /lines empty: an order needs at least one line
    unknown product -> 422 invalid_order: 1 of the lines cannot be ordered
    /lines/0/product_id unknown_product: the product does not exist
    unknown offer -> 422 invalid_order: 1 of the lines cannot be ordered
    /lines/0/offer_id unknown_offer: the product has no such offer
    withdrawn offer -> 409 order_unavailable: 1 of the lines cannot be ordered
    /lines/0/offer_id offer_withdrawn: the offer was withdrawn
    wrong currency -> 422 invalid_order: 1 of the lines cannot be ordered
    /lines/0/offer_id wrong_currency: the offer is priced in EUR
    quantity 0 -> 422 invalid_order: 1 of the lines cannot be ordered
    /lines/0/quantity out_of_range: the quantity must be from 1 to 1000
    negative quantity -> 422 invalid_order: 1 of the lines cannot be ordered
    /lines/0/quantity out_of_range: the quantity must be from 1 to 1000
    huge quantity -> 422 invalid_order: 1 of the lines cannot be ordered
    /lines/0/quantity out_of_range: the quantity must be from 1 to 1000
    price changed -> 409 order_unavailable: 1 of the lines cannot be ordered
    /lines/0/expected_unit_price price_changed: the price is now 2990 EUR minor units
    duplicate lines -> 422 invalid_order: 1 of the lines cannot be ordered
    /lines/1/offer_id duplicate: line 0 has the same offer
    two wrong lines -> 422 invalid_order: 2 of the lines cannot be ordered
    /lines/0/quantity out_of_range: the quantity must be from 1 to 1000
    /lines/1/offer_id offer_withdrawn: the offer was withdrawn
    too many lines -> 422 invalid_order: an order has at most 100 lines
    /lines too_many_lines: an order has at most 100 lines
    "#);
    assert_eq!((api.head(), api.person_keys().await), (head, 0));
}

#[tokio::test]
async fn of_two_buyers_of_an_exclusive_licence_one_wins() {
    let api = Api::start().await;
    let seller = Person::seller();
    let listed = api.product(&seller, "exclusive", 50_000).await;
    let (one, two) = (Person::buyer(), Person::buyer());
    let order = order_of(&listed);
    let place = |buyer| api.post("/api/v1/orders").by(buyer).json(&order).send();
    let (left, right) = tokio::join!(place(&one), place(&two));
    let (won, lost) = if left.status == StatusCode::CREATED {
        (left, right)
    } else {
        (right, left)
    };
    won.expect(StatusCode::CREATED);
    insta::assert_snapshot!(lost.problem(), @r#"
    409 order_unavailable: 1 of the lines cannot be ordered
    /lines/0/product_id exclusive_reserved: the product is reserved by an order for its exclusive licence
    "#);
}

#[tokio::test]
async fn a_cancelled_order_gives_back_what_it_had_reserved() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "exclusive", 50_000).await;
    let placed = api.order(&buyer, &listed).await;
    let cancel = format!("/api/v1/orders/{}/cancel", placed.id());
    let reason = json!({"reason": "mistake"});
    let cancelled = api
        .post(&cancel)
        .by(&buyer)
        .json(&reason)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&cancelled.body["status"], &cancelled.body["payment"]["status"]),
        (&json!("cancelled"), &json!("closed"))
    );
    api.post(&cancel)
        .by(&buyer)
        .json(&reason)
        .send()
        .await
        .expect(StatusCode::OK);
    let ask = format!("/api/v1/orders/{}/payment", placed.id());
    insta::assert_snapshot!(api.post(&ask).by(&buyer).send().await.problem(), @"409 order_conflict: the order was cancelled");
    api.order(&Person::buyer(), &listed).await;
}
