//! Bad requests: the status, the code and the body of each refusal, and nothing stored.

use comptoir_sandbox::http_client::Method;
use serde_json::{Value, json};

use crate::support::{GOOD_CARD, Outcome, Shop, confirmation, order};

/// An order with one key set to something else.
fn order_with(key: &str, value: Value) -> Value {
    let mut request = order("pay_1");
    request[key] = value;
    request
}

fn order_without(key: &str) -> Value {
    let mut request = order("pay_1");
    request.as_object_mut().and_then(|object| object.remove(key));
    request
}

#[track_caller]
fn assert_refused(answer: &(u16, Value), status: u16, code: &str) {
    let (met, body) = answer;
    assert_eq!((*met, &body["error"]["code"]), (status, &json!(code)), "{body}");
    assert!(body["error"]["message"].is_string(), "{body}");
}

#[tokio::test]
async fn bad_payments_are_refused_and_not_stored() -> Outcome {
    let shop = Shop::open().await?;
    let cases = [
        (order_without("amount"), 400, "IR_04"),
        (order_without("currency"), 400, "IR_04"),
        (order_with("session_expiry", json!(59)), 422, "IR_06"),
        (order_with("session_expiry", json!(7_890_001)), 422, "IR_06"),
        (order_with("client_secret", json!("pay_1_secret_x")), 422, "IR_06"),
        (order_with("confirm", json!(true)), 400, "IR_04"),
        (order_with("profile_id", json!("pro_unknown")), 404, "HE_02"),
        (order_with("capture_method", json!("scheduled")), 501, "IR_00"),
        (order_with("payment_method", json!("wallet")), 501, "IR_00"),
        (
            order_with("merchant_order_reference_id", json!("x".repeat(256))),
            400,
            "IR_07",
        ),
        (order_with("description", json!("x".repeat(256))), 500, "HE_00"),
    ];
    for (request, status, code) in cases {
        let answer = shop.post("/payments", &request).await?;
        assert_refused(&answer, status, code);
        assert!(answer.1["error"]["type"].is_string(), "{}", answer.1);
    }
    assert_eq!(shop.stand_in.counts(), (0, 0));
    Ok(())
}

#[tokio::test]
async fn json_that_does_not_fit_is_refused_with_error_type_in_place_of_type() -> Outcome {
    let shop = Shop::open().await?;
    let cases = [
        json!("text"),
        order_with("amount", json!(-1)),
        order_with("amount", json!(1.5)),
        order_with("amount", json!("100")),
        order_with("currency", json!("eur")),
        order_with("currency", json!("XXX")),
        order_with("surprise", json!(1)),
        order_with("metadata", json!("text")),
        order_with("order_details", json!([{ "product_name": "Song", "amount": 1 }])),
        order_with(
            "order_details",
            json!([{ "product_name": "Song", "quantity": 70_000, "amount": 1 }]),
        ),
        order_with("payment_id", json!("not an id")),
        order_with("payment_id", json!("x".repeat(65))),
        order_with("customer_id", json!("x".repeat(65))),
        order_with("return_url", json!("/relative")),
        order_with("capture_method", json!("sometimes")),
        order_with("customer", json!({ "surprise": 1 })),
    ];
    for request in cases {
        let answer = shop.post("/payments", &request).await?;
        assert_refused(&answer, 400, "IR_06");
        assert_eq!(answer.1["error"]["error_type"], "invalid_request");
        assert_eq!(answer.1["error"]["type"], Value::Null);
    }
    assert_eq!(shop.stand_in.counts(), (0, 0));
    Ok(())
}

#[tokio::test]
async fn a_payment_id_is_used_once() -> Outcome {
    let shop = Shop::open().await?;
    let first = shop.create("pay_1").await?;
    let answer = shop.post("/payments", &order_with("amount", json!(1))).await?;
    assert_refused(&answer, 400, "HE_01");
    assert!(
        answer.1["error"]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("pay_1"))
    );
    assert_eq!(shop.get("/payments/pay_1").await?.1, first);
    Ok(())
}

#[tokio::test]
async fn keys_open_only_their_own_doors() -> Outcome {
    let shop = Shop::open().await?;
    shop.create("pay_1").await?;
    for key in ["", "snd_wrong"] {
        assert_refused(
            &shop
                .call_with(key, Method::POST, "/payments", Some(&order("pay_2")))
                .await?,
            401,
            "IR_01",
        );
        assert_refused(
            &shop.call_with(key, Method::GET, "/payments/pay_1", None).await?,
            401,
            "IR_01",
        );
    }
    assert_refused(
        &shop.browser_post("/payments", &order("pay_2")).await?,
        401,
        "IR_01",
    );
    assert_refused(
        &shop.browser_post("/payments/pay_1/cancel", &json!({})).await?,
        401,
        "IR_01",
    );
    assert_refused(
        &shop
            .browser_post("/refunds", &json!({ "payment_id": "pay_1" }))
            .await?,
        401,
        "IR_01",
    );
    assert_refused(&shop.browser_get("/refunds/ref_1").await?, 401, "IR_01");
    Ok(())
}

#[tokio::test]
async fn a_browser_proves_that_the_payment_is_its_own() -> Outcome {
    let shop = Shop::open().await?;
    let payment = shop.create("pay_1").await?;
    let mut without = confirmation("", GOOD_CARD);
    without
        .as_object_mut()
        .and_then(|object| object.remove("client_secret"));
    assert_refused(
        &shop.browser_post("/payments/pay_1/confirm", &without).await?,
        400,
        "IR_04",
    );
    let wrong = confirmation("pay_1_secret_wrong", GOOD_CARD);
    assert_refused(
        &shop.browser_post("/payments/pay_1/confirm", &wrong).await?,
        400,
        "IR_09",
    );
    assert_refused(&shop.browser_get("/payments/pay_1").await?, 400, "IR_04");
    assert_refused(
        &shop.browser_get("/payments/pay_1?client_secret=wrong").await?,
        400,
        "IR_09",
    );

    let secret = payment["client_secret"].as_str().unwrap_or_default();
    assert_eq!(
        shop.browser_get(&format!("/payments/pay_1?client_secret={secret}"))
            .await?
            .0,
        200
    );
    let with_secret_key = shop
        .post("/payments/pay_1/confirm", &confirmation(secret, GOOD_CARD))
        .await?;
    assert_refused(&with_secret_key, 422, "IR_06");
    Ok(())
}

#[tokio::test]
async fn bad_confirmations_are_refused() -> Outcome {
    let shop = Shop::open().await?;
    shop.create("pay_1").await?;
    let path = "/payments/pay_1/confirm";
    assert_refused(&shop.post(path, &json!({})).await?, 400, "IR_04");
    let no_card = json!({ "payment_method": "card", "payment_method_data": {} });
    assert_refused(&shop.post(path, &no_card).await?, 400, "IR_04");
    let mut wrong_digit = confirmation("", "4242424242424241");
    wrong_digit
        .as_object_mut()
        .and_then(|object| object.remove("client_secret"));
    let answer = shop.post(path, &wrong_digit).await?;
    assert_refused(&answer, 400, "IR_06");
    assert!(
        !answer.1.to_string().contains("4242"),
        "a card number in a message"
    );
    assert_eq!(
        shop.get("/payments/pay_1").await?.1["status"],
        "requires_payment_method"
    );
    Ok(())
}

#[tokio::test]
async fn what_has_ended_is_not_changed() -> Outcome {
    let shop = Shop::open().await?;
    let (_, payment) = shop.pay("pay_1", GOOD_CARD).await?;
    let secret = payment["client_secret"].as_str().unwrap_or_default();
    let again = shop
        .browser_post("/payments/pay_1/confirm", &confirmation(secret, GOOD_CARD))
        .await?;
    assert_refused(&again, 400, "IR_14");
    for (id, card) in [
        ("pay_2", GOOD_CARD),
        ("pay_3", "4000000000000002"),
        ("pay_4", "4000000000000077"),
    ] {
        shop.pay(id, card).await?;
        assert_refused(
            &shop.post(&format!("/payments/{id}/cancel"), &json!({})).await?,
            400,
            "IR_14",
        );
    }
    Ok(())
}

#[tokio::test]
async fn bad_refunds_are_refused_and_not_stored() -> Outcome {
    let shop = Shop::open().await?;
    shop.create("pay_unpaid").await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    let cases = [
        (json!({}), 400, "IR_04"),
        (json!({ "payment_id": "pay_unknown" }), 404, "HE_02"),
        (json!({ "payment_id": "pay_unpaid" }), 400, "IR_14"),
        (json!({ "payment_id": "pay_1", "amount": 0 }), 422, "IR_05"),
        (json!({ "payment_id": "pay_1", "amount": -1 }), 422, "IR_05"),
        (json!({ "payment_id": "pay_1", "amount": 6541 }), 400, "IR_13"),
        (json!({ "payment_id": "pay_1", "amount": "1" }), 400, "IR_06"),
        (
            json!({ "payment_id": "pay_1", "refund_id": "not an id" }),
            400,
            "IR_06",
        ),
        (json!({ "payment_id": "pay_1", "surprise": 1 }), 400, "IR_06"),
        (
            json!({ "payment_id": "pay_1", "refund_type": "scheduled" }),
            501,
            "IR_00",
        ),
    ];
    for (request, status, code) in cases {
        assert_refused(&shop.post("/refunds", &request).await?, status, code);
    }
    assert_eq!(shop.stand_in.counts(), (2, 0));
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_is_not_found() -> Outcome {
    let shop = Shop::open().await?;
    assert_refused(&shop.get("/payments/pay_unknown").await?, 404, "HE_02");
    assert_refused(
        &shop.post("/payments/pay_unknown/confirm", &json!({})).await?,
        404,
        "HE_02",
    );
    assert_refused(
        &shop.post("/payments/pay_unknown/cancel", &json!({})).await?,
        404,
        "HE_02",
    );
    assert_refused(&shop.get("/refunds/ref_unknown").await?, 404, "HE_02");
    assert_refused(&shop.get("/nowhere").await?, 404, "IR_02");
    assert_refused(
        &shop.call_with("", Method::DELETE, "/payments", None).await?,
        405,
        "IR_03",
    );
    Ok(())
}
