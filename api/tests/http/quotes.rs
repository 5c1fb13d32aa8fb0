//! Quotes, and what makes a basket unpriceable.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Api, Listed, Person, order_of};

const PRODUCT: &str = "product_01jd3e8m6xf2r9kq7v5t4w8zab";

pub(crate) fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

pub(crate) fn quote_of(listed: &Listed) -> Value {
    let order = order_of(listed);
    json!({"lines": order["lines"], "currency": "EUR", "billing": {"country": "FR"}})
}

/// Status, code, and the first thing that is wrong: its place and its code.
pub(crate) fn refusal(answer: &Answer) -> (u16, String, String, String) {
    answer.problem();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let first = &answer.body["errors"][0];
    (
        answer.status.as_u16(),
        text(&answer.body["code"]),
        text(&first["pointer"]),
        text(&first["code"]),
    )
}

pub(crate) fn expected(
    status: u16,
    code: &str,
    pointer: &str,
    field_code: &str,
) -> (u16, String, String, String) {
    (status, code.to_owned(), pointer.to_owned(), field_code.to_owned())
}

#[tokio::test]
async fn a_quote_shows_all_parts_of_the_price() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let before = (api.head(), api.person_keys().await);
    let mut quote = with(quote_of(&listed), "promotion_code", json!("nobody"));
    quote["billing"] = json!({"country": "DE", "vat_id": "DE 136 695 976"});
    quote["location_evidence"] = json!([{"kind": "ip_country", "country": "DE"}]);
    let priced = api.post("/api/v1/quotes").by(&buyer).json(&quote).send().await;
    let priced = priced.expect(StatusCode::OK).body;
    assert_eq!(
        priced["totals"],
        json!({"discount": 0, "net": 2990, "tax": 0, "total": 2990})
    );
    assert_eq!(priced["lines"][0]["tax"]["treatment"], "reverse_charge");
    assert_eq!(priced["tax"]["customer"], "business");
    assert_eq!(priced["tax"]["vat_id_check"], "form");
    assert_eq!(priced["evidence_needed"], "nothing");
    let promotion = &priced["promotion"];
    assert_eq!(
        (&promotion["code"], &promotion["applied"]),
        (&json!("NOBODY"), &json!(false))
    );
    assert_eq!(promotion["refusal"]["code"], "promotion_unknown");
    assert_eq!((api.head(), api.person_keys().await), before);
}

#[tokio::test]
async fn a_quote_or_an_order_that_cannot_be_priced_names_the_field() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let before = (api.head(), api.person_keys().await);
    let invalid = |pointer: &str, code: &str| expected(422, "invalid_request", pointer, code);
    let evidence = |items: Value| with(order_of(&listed), "location_evidence", items);
    let billing = |field: &str, value: Value| {
        let mut order = order_of(&listed);
        order["billing"][field] = value;
        order
    };
    let item = json!({"kind": "ip_country", "country": "FR"});
    let cases = [
        (
            with(order_of(&listed), "promotion_code", json!("A B")),
            invalid("/promotion_code", "invalid_value"),
        ),
        (
            with(order_of(&listed), "promotion_code", json!(1)),
            invalid("/promotion_code", "wrong_type"),
        ),
        (
            with(order_of(&listed), "promotion_code", json!("NOBODY")),
            expected(409, "promotion_refused", "/promotion_code", "promotion_unknown"),
        ),
        (
            billing("vat_id", json!("DE136695977")),
            invalid("/billing/vat_id", "invalid_value"),
        ),
        (
            billing("vat_id", json!("XX1")),
            invalid("/billing/vat_id", "invalid_value"),
        ),
        (
            billing("vat_id", json!("DE136695976")),
            expected(
                422,
                "invalid_order",
                "/billing/vat_id",
                "vat_id_of_another_country",
            ),
        ),
        (evidence(json!("FR")), invalid("/location_evidence", "wrong_type")),
        (
            evidence(json!([{"kind": "horoscope", "country": "FR"}])),
            invalid("/location_evidence/0/kind", "unknown_value"),
        ),
        (
            evidence(json!([{"kind": "ip_country", "country": "France"}])),
            invalid("/location_evidence/0/country", "invalid_value"),
        ),
        (
            evidence(json!([{"kind": "billing_address", "country": "FR"}])),
            invalid("/location_evidence/0/kind", "invalid_value"),
        ),
        (
            evidence(json!(vec![item; 9])),
            invalid("/location_evidence", "too_many"),
        ),
    ];
    for (body, wanted) in cases {
        let answer = api.post("/api/v1/orders").by(&buyer).json(&body).send().await;
        assert_eq!(refusal(&answer), wanted, "{body}");
    }
    let unknown = with(
        quote_of(&listed),
        "lines",
        json!([{"product_id": PRODUCT, "offer_id": listed.offer_id, "quantity": 1}]),
    );
    let quotes = [
        (json!({}), invalid("/lines", "missing_field")),
        (
            with(quote_of(&listed), "billing", json!({})),
            invalid("/billing/country", "missing_field"),
        ),
        (
            with(quote_of(&listed), "consent", json!({})),
            invalid("/consent", "unknown_field"),
        ),
        (
            with(quote_of(&listed), "lines", json!([])),
            expected(422, "invalid_order", "/lines", "empty"),
        ),
        (
            unknown,
            expected(422, "invalid_order", "/lines/0/product_id", "unknown_product"),
        ),
    ];
    for (body, wanted) in quotes {
        let answer = api.post("/api/v1/quotes").by(&buyer).json(&body).send().await;
        assert_eq!(refusal(&answer), wanted, "{body}");
    }
    assert_eq!((api.head(), api.person_keys().await), before);
}

/// A buyer who says where they are would choose the rate of their tax: where a proxy knows it, only the proxy is believed.
#[tokio::test]
async fn the_country_of_the_address_is_what_the_proxy_has_found() {
    let settings = [
        ("COMPTOIR_CLIENT_COUNTRY_HEADER", "x-country"),
        ("COMPTOIR_TAX_EVIDENCE", "two"),
    ];
    let api = Api::start_with(&settings).await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let claimed = json!([{"kind": "ip_country", "country": "FR"}]);
    let order = with(order_of(&listed), "location_evidence", claimed.clone());
    let place = async |found: &str| {
        let call = api.post("/api/v1/orders").by(&buyer);
        call.header("x-country", found).json(&order).send().await
    };
    let invalid = |code| expected(422, "invalid_order", "/location_evidence", code);
    assert_eq!(refusal(&place("XX").await), invalid("evidence_missing"));
    assert_eq!(refusal(&place("LU").await), invalid("evidence_contradictory"));
    let placed = place("FR").await.expect(StatusCode::CREATED);
    assert_eq!(
        placed.body["tax"]["evidence_standing"], "two_agree",
        "{}",
        placed.text
    );
    let quote = with(quote_of(&listed), "location_evidence", claimed);
    let quoted = api.post("/api/v1/quotes").by(&buyer).header("x-country", "XX");
    let quoted = quoted.json(&quote).send().await.expect(StatusCode::OK);
    assert_eq!(quoted.body["evidence_needed"], "required");
}

#[tokio::test]
async fn a_code_leaves_nothing_to_pay_or_as_much_as_can_be_charged() {
    let api = Api::start().await;
    let (seller, buyer, admin) = (Person::seller(), Person::buyer(), Person::admin());
    let listed = api.product(&seller, "basic", 2990).await;
    for (code, off) in [("NEARLY", 2941), ("ALMOST", 2940), ("WHOLLY", 2990)] {
        let promotion = json!({"code": code, "amount_off": {"amount": off, "currency": "EUR"}});
        let made = api
            .post("/api/v1/promotions")
            .by(&admin)
            .json(&promotion)
            .send()
            .await;
        made.expect(StatusCode::CREATED);
    }
    let head = api.head();
    let quoted = with(quote_of(&listed), "promotion_code", json!("NEARLY"));
    let quoted = api.post("/api/v1/quotes").by(&buyer).json(&quoted).send().await;
    let quoted = quoted.expect(StatusCode::OK).body;
    assert_eq!(
        quoted["totals"]["total"], 2990,
        "the price comes without the code"
    );
    assert_eq!(
        quoted["promotion"]["refusal"],
        json!({
            "code": "promotion_below_minimum",
            "detail": "the code would leave 49 EUR minor units to pay, and no less than 50 EUR minor units can be charged",
        })
    );
    let order = |code: &str| with(order_of(&listed), "promotion_code", json!(code));
    let place = async |code| {
        api.post("/api/v1/orders")
            .by(&buyer)
            .json(&order(code))
            .send()
            .await
    };
    assert_eq!(
        refusal(&place("NEARLY").await),
        expected(
            409,
            "promotion_refused",
            "/promotion_code",
            "promotion_below_minimum"
        )
    );
    assert_eq!(api.head(), head);
    for (code, total) in [("ALMOST", 50), ("WHOLLY", 0)] {
        let placed = place(code).await.expect(StatusCode::CREATED);
        assert_eq!(placed.body["totals"]["total"], total);
    }
}
