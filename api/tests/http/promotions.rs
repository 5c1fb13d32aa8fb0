//! Promotion codes: made, read, refused, and seen by whom.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::quotes::{expected, quote_of, refusal, with};
use crate::support::{Answer, Api, Person, order_of};

const PRODUCT: &str = "product_01jd3e8m6xf2r9kq7v5t4w8zab";

fn promotion() -> Value {
    json!({"code": "spring-10", "percent_off_basis_points": 1000, "uses_max": 1})
}

async fn make(api: &Api, maker: &Person, body: &Value) -> Answer {
    api.post("/api/v1/promotions").by(maker).json(body).send().await
}

#[tokio::test]
async fn a_promotion_is_made_used_and_ended() {
    let api = Api::start().await;
    let (seller, buyer, admin) = (Person::seller(), Person::buyer(), Person::admin());
    let listed = api.product(&seller, "basic", 2990).await;
    let made = make(&api, &admin, &promotion()).await.expect(StatusCode::CREATED);
    assert_eq!(made.body["code"], "SPRING-10");
    assert_eq!(
        made.headers["location"].to_str().unwrap(),
        format!("/api/v1/promotions/{}", made.id())
    );

    let order = with(order_of(&listed), "promotion_code", json!("Spring-10"));
    let placed = api.post("/api/v1/orders").by(&buyer).json(&order).send().await;
    let placed = placed.expect(StatusCode::CREATED);
    assert_eq!(
        placed.body["totals"],
        json!({"discount": 299, "net": 2242, "tax": 449, "total": 2691})
    );
    assert_eq!(
        placed.body["promotion"],
        json!({"id": made.id(), "code": "SPRING-10"})
    );
    let line = &placed.body["lines"][0];
    assert_eq!((&line["discount"], &line["total"]), (&json!(299), &json!(2691)));
    assert_eq!(line["supplier_of_record"], "platform");
    assert_eq!(line["tax"]["treatment"], "taxed");
    assert_eq!(line["tax"]["price_basis"], "tax_included");
    assert!(line["tax"]["legal_reference"].is_string(), "{line}");

    let again = api.post("/api/v1/orders").by(&buyer).json(&order).send().await;
    let exhausted = expected(409, "promotion_refused", "/promotion_code", "promotion_exhausted");
    assert_eq!(refusal(&again), exhausted);

    let path = format!("/api/v1/promotions/{}", made.id());
    let read = format!("{path}?min_position={}", placed.position());
    let uses = json!({"reserved": 1, "redeemed": 0, "beyond_caps": 0});
    for reader in [&admin, &Person::auditor()] {
        let read = api.get(&read).by(reader).send().await.expect(StatusCode::OK);
        assert_eq!(
            (&read.body["uses"], &read.body["status"]),
            (&uses, &json!("active"))
        );
    }
    let end = format!("{path}/deactivate");
    let ended = api.post(&end).by(&admin).send().await.expect(StatusCode::OK);
    assert_eq!(ended.body["status"], "deactivated");
    let ended = api.post(&end).by(&admin).send().await.expect(StatusCode::OK);
    assert_eq!(ended.body["status"], "deactivated");
    let taken = make(&api, &admin, &promotion()).await;
    assert_eq!(
        refusal(&taken),
        expected(409, "promotion_code_taken", "/code", "taken")
    );

    // What was agreed stays in the order, for its buyer and its seller; who bought from where is not for the seller.
    let path = format!("/api/v1/orders/{}?min_position={}", placed.id(), ended.position());
    let own = api.get(&path).by(&buyer).send().await.expect(StatusCode::OK);
    assert_eq!(own.body["promotion"]["code"], "SPRING-10");
    assert_eq!(own.body["tax"]["evidence_standing"], "billing_only");
    let sold = api.get(&path).by(&seller).send().await.expect(StatusCode::OK);
    assert_eq!(
        (&sold.body["totals"]["discount"], sold.body.get("tax")),
        (&json!(299), None)
    );
}

#[tokio::test]
async fn promotions_are_seen_by_those_who_made_them() {
    let api = Api::start().await;
    let (seller, other) = (Person::seller(), Person::seller());
    let listed = api.product(&seller, "basic", 2990).await;
    let own = with(promotion(), "product_ids", json!([listed.id]));
    let made = make(&api, &seller, &own).await.expect(StatusCode::CREATED);
    let path = format!("/api/v1/promotions/{}", made.id());
    let at = format!("?min_position={}", made.position());

    let list = api
        .get(&format!("/api/v1/promotions{at}"))
        .by(&seller)
        .send()
        .await;
    assert_eq!(list.expect(StatusCode::OK).body["data"][0]["code"], "SPRING-10");
    let list = api
        .get(&format!("/api/v1/promotions{at}"))
        .by(&other)
        .send()
        .await;
    assert_eq!(list.expect(StatusCode::OK).body["data"], json!([]));
    let foreign = [
        api.get(&format!("{path}{at}")).by(&other).send().await,
        api.post(&format!("{path}/deactivate")).by(&other).send().await,
        api.get("/api/v1/promotions/promo_01jd3e8m6xf2r9kq7v5t4w8zab")
            .by(&seller)
            .send()
            .await,
    ];
    for answer in foreign {
        insta::allow_duplicates! { insta::assert_snapshot!(answer.problem(), @"404 promotion_not_found"); }
    }
    let buyer = Person::buyer();
    let forbidden = [
        make(&api, &buyer, &promotion()).await,
        make(&api, &Person::auditor(), &promotion()).await,
        api.get("/api/v1/promotions").by(&buyer).send().await,
        api.get(&path).by(&buyer).send().await,
        api.post(&format!("{path}/deactivate")).by(&buyer).send().await,
        // Not theirs to take something off.
        make(&api, &other, &with(own, "code", json!("MINE"))).await,
        make(&api, &seller, &with(promotion(), "code", json!("ALL"))).await,
        api.post("/api/v1/quotes")
            .by(&seller)
            .json(&quote_of(&listed))
            .send()
            .await,
    ];
    for answer in forbidden {
        answer.problem();
        assert_eq!(answer.body["code"], "forbidden", "{}", answer.text);
    }
    for path in ["/api/v1/promotions", "/api/v1/quotes"] {
        let nobody = api
            .post(path)
            .header("authorization", "Bearer no.such.token")
            .json(&promotion());
        nobody.send().await.expect(StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_promotion_that_is_not_one_names_the_field_and_stores_nothing() {
    let api = Api::start().await;
    let admin = Person::admin();
    let before = api.head();
    let invalid = |pointer: &str, code: &str| expected(422, "invalid_request", pointer, code);
    let percent = "/percent_off_basis_points";
    let both = with(promotion(), "amount_off", json!({"amount": 1, "currency": "EUR"}));
    let fixed = |amount: Value| json!({"code": "FIXED", "amount_off": amount});
    let cases = [
        (json!({}), invalid("/code", "missing_field")),
        (json!({"code": "SPRING"}), invalid(percent, "invalid_value")),
        (both, invalid("/amount_off", "invalid_value")),
        (
            with(promotion(), "code", json!("A B")),
            invalid("/code", "invalid_value"),
        ),
        (
            with(promotion(), "code", json!("A\u{0}BC")),
            invalid("/code", "invalid_value"),
        ),
        (
            with(promotion(), "code", json!(10)),
            invalid("/code", "wrong_type"),
        ),
        (
            with(promotion(), "colour", json!("red")),
            invalid("/colour", "unknown_field"),
        ),
        (
            with(promotion(), &percent[1..], json!(0)),
            invalid(percent, "invalid_value"),
        ),
        (
            with(promotion(), &percent[1..], json!(10_001)),
            invalid(percent, "invalid_value"),
        ),
        (
            with(promotion(), &percent[1..], json!("10")),
            invalid(percent, "wrong_type"),
        ),
        (
            fixed(json!({"amount": 0, "currency": "EUR"})),
            invalid("/amount_off/amount", "invalid_value"),
        ),
        (
            fixed(json!({"amount": 1, "currency": "EUX"})),
            invalid("/amount_off/currency", "invalid_value"),
        ),
        (
            with(promotion(), "uses_max", json!(0)),
            invalid("/uses_max", "invalid_value"),
        ),
        (
            with(promotion(), "uses_per_buyer_max", json!(-1)),
            invalid("/uses_per_buyer_max", "invalid_value"),
        ),
        (
            with(promotion(), "ends_at", json!("2020-01-01T00:00:00Z")),
            invalid("/ends_at", "ends_before_start"),
        ),
        (
            with(promotion(), "ends_at", json!("soon")),
            invalid("/ends_at", "invalid_value"),
        ),
        (
            with(promotion(), "minimum", json!({"amount": -1, "currency": "EUR"})),
            invalid("/minimum", "invalid_value"),
        ),
        (
            with(promotion(), "product_ids", json!([])),
            invalid("/product_ids", "invalid_value"),
        ),
        (
            with(promotion(), "product_ids", json!(["product_1"])),
            invalid("/product_ids/0", "invalid_value"),
        ),
        (
            with(promotion(), "product_ids", json!([PRODUCT])),
            invalid("/product_ids", "unknown_product"),
        ),
        (
            with(promotion(), "seller_ids", json!([PRODUCT])),
            invalid("/seller_ids/0", "invalid_value"),
        ),
    ];
    for (body, wanted) in cases {
        let answer = make(&api, &admin, &body).await;
        assert_eq!(refusal(&answer), wanted, "{body}");
    }
    for query in ["limit=0", "starting_after=promo_1", "colour=red"] {
        let path = format!("/api/v1/promotions?{query}");
        api.get(&path)
            .by(&admin)
            .send()
            .await
            .expect(StatusCode::BAD_REQUEST);
    }
    assert_eq!(api.head(), before);
}

#[tokio::test]
async fn a_promotion_is_made_once_for_each_key() {
    let api = Api::start().await;
    let admin = Person::admin();
    let keyed = |body: &Value| {
        let call = api.post("/api/v1/promotions").by(&admin);
        call.header("idempotency-key", "make").json(body)
    };
    let first = keyed(&promotion()).send().await.expect(StatusCode::CREATED);
    let again = keyed(&promotion()).send().await.expect(StatusCode::CREATED);
    assert_eq!((first.id(), first.position()), (again.id(), again.position()));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let other = keyed(&with(promotion(), "code", json!("OTHER"))).send().await;
    assert_eq!(other.body["code"], "idempotency_key_reused");
}
