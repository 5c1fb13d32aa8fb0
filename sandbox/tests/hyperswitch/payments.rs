//! Payments, from creation to their end.

use comptoir_sandbox::http_client::Method;
use comptoir_sandbox::hyperswitch::PaymentStatus;
use serde_json::{Value, json};

use crate::support::{GOOD_CARD, Outcome, Shop, confirmation, order};

#[tokio::test]
async fn a_new_payment_waits_for_its_method() -> Outcome {
    let shop = Shop::open().await?;
    let payment = shop.create("pay_1").await?;
    assert_eq!(payment["status"], "requires_payment_method");
    assert_eq!(payment["amount"], 6540);
    assert_eq!(payment["amount_capturable"], 6540);
    assert_eq!(payment["amount_received"], Value::Null);
    assert_eq!(payment["metadata"], json!({ "order_id": "ord_1" }));
    assert!(
        payment["client_secret"]
            .as_str()
            .is_some_and(|secret| secret.starts_with("pay_1_secret_"))
    );
    assert_eq!(shop.get("/payments/pay_1").await?, (200, payment));
    Ok(())
}

#[tokio::test]
async fn every_key_is_there_and_in_the_order_of_the_original() -> Outcome {
    let shop = Shop::open().await?;
    let raw = raw_payment(&shop).await?;
    let example = include_str!("../../fixtures/hyperswitch/payment_succeeded.json");
    let start = example
        .find(r#"{"payment_id""#)
        .ok_or("no object in the example")?;
    assert_eq!(top_level_keys(&raw), top_level_keys(&example[start..]));
    Ok(())
}

#[tokio::test]
async fn times_have_milliseconds_and_a_z_and_the_session_expires() -> Outcome {
    let shop = Shop::open().await?;
    let payment = shop.create("pay_1").await?;
    let time = |key: &str| -> Result<chrono::DateTime<chrono::Utc>, Box<dyn std::error::Error>> {
        let text = payment[key].as_str().ok_or("no text")?;
        assert_eq!((text.len(), &text[19..20], &text[23..]), (24, ".", "Z"), "{text}");
        Ok(text.parse()?)
    };
    assert_eq!((time("expires_on")? - time("created")?).num_seconds(), 900);
    time("updated")?;
    time("modified_at")?;
    Ok(())
}

#[tokio::test]
async fn a_browser_pays_with_the_good_card() -> Outcome {
    let shop = Shop::open().await?;
    let (status, payment) = shop.pay("pay_1", GOOD_CARD).await?;
    assert_eq!(status, 200);
    assert_eq!(payment["status"], "succeeded");
    assert_eq!(payment["amount_received"], 6540);
    assert_eq!(payment["amount_capturable"], 0);
    assert_eq!(payment["connector"], "stripe_test");
    assert_eq!(payment["payment_method_data"]["card"]["last4"], "4242");
    Ok(())
}

#[tokio::test]
async fn a_payment_can_be_created_and_confirmed_in_one_call() -> Outcome {
    let shop = Shop::open().await?;
    let mut request = order("pay_1");
    let method = confirmation("", GOOD_CARD);
    request["confirm"] = json!(true);
    request["payment_method"] = method["payment_method"].clone();
    request["payment_method_data"] = method["payment_method_data"].clone();
    let (status, payment) = shop.post("/payments", &request).await?;
    assert_eq!((status, &payment["status"]), (200, &json!("succeeded")));
    Ok(())
}

#[tokio::test]
async fn a_declined_payment_says_why_and_may_be_tried_again() -> Outcome {
    let shop = Shop::open().await?;
    let (status, payment) = shop.pay("pay_1", "4000000000000002").await?;
    assert_eq!((status, &payment["status"]), (200, &json!("failed")));
    assert_eq!(payment["error_code"], "DC_08");
    assert_eq!(payment["manual_retry_allowed"], true);

    let secret = payment["client_secret"].as_str().unwrap_or_default();
    let (status, payment) = shop
        .browser_post("/payments/pay_1/confirm", &confirmation(secret, GOOD_CARD))
        .await?;
    assert_eq!((status, &payment["status"]), (200, &json!("succeeded")));
    assert_eq!(payment["attempt_count"], 2);
    assert_eq!(payment["error_code"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn a_card_that_is_not_in_the_table_is_declined() -> Outcome {
    let shop = Shop::open().await?;
    let (_, payment) = shop.pay("pay_1", "378282246310005").await?;
    assert_eq!(
        (&payment["status"], &payment["error_code"]),
        (&json!("failed"), &json!("DC_04"))
    );
    Ok(())
}

#[tokio::test]
async fn some_cards_take_their_time() -> Outcome {
    let shop = Shop::open().await?;
    for (id, card, end) in [
        ("pay_1", "4000000000000077", "succeeded"),
        ("pay_2", "4000000000000119", "failed"),
    ] {
        let (_, payment) = shop.pay(id, card).await?;
        assert_eq!(payment["status"], "processing");
        shop.wait_for_status(&format!("/payments/{id}?force_sync=true"), end)
            .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_redirect_settles_the_payment_and_leads_back_to_the_shop() -> Outcome {
    let shop = Shop::open().await?;
    for (id, card, end) in [
        ("pay_1", "4000003800000446", "succeeded"),
        ("pay_2", "4000000000003220", "failed"),
    ] {
        let (_, payment) = shop.pay(id, card).await?;
        assert_eq!(payment["status"], "requires_customer_action");
        assert_eq!(payment["next_action"]["type"], "redirect_to_url");
        let page = payment["next_action"]["redirect_to_url"]
            .as_str()
            .unwrap_or_default();
        let path = page
            .strip_prefix(shop.stand_in.base_url())
            .ok_or("a foreign page")?;
        let (status, _) = shop.call_with("", Method::GET, path, None).await?;
        assert_eq!(status, 303);
        assert_eq!(shop.get(&format!("/payments/{id}")).await?.1["status"], end);
    }
    Ok(())
}

#[tokio::test]
async fn a_blocked_payment_is_an_error_with_status_200() -> Outcome {
    let shop = Shop::open().await?;
    let (status, answer) = shop.pay("pay_1", "4100000000000019").await?;
    assert_eq!(status, 200);
    assert_eq!(answer["error"]["type"], "blocked");
    assert_eq!(answer["error"]["code"], "HE_03");
    Ok(())
}

#[tokio::test]
async fn an_unpaid_payment_can_be_cancelled() -> Outcome {
    let shop = Shop::open().await?;
    shop.create("pay_1").await?;
    let reason = json!({ "cancellation_reason": "requested_by_customer" });
    let (status, payment) = shop.post("/payments/pay_1/cancel", &reason).await?;
    assert_eq!((status, &payment["status"]), (200, &json!("cancelled")));
    assert_eq!(payment["cancellation_reason"], "requested_by_customer");
    Ok(())
}

#[tokio::test]
async fn a_test_can_settle_a_payment_with_another_amount() -> Outcome {
    let shop = Shop::open().await?;
    shop.create("pay_1").await?;
    shop.stand_in
        .settle_payment("pay_1", PaymentStatus::Succeeded, Some((1, "USD")))?;
    let (_, payment) = shop.get("/payments/pay_1").await?;
    assert_eq!(
        (&payment["amount_received"], &payment["currency"]),
        (&json!(1), &json!("USD"))
    );

    shop.create("pay_2").await?;
    let (status, payment) = shop
        .post("/_control/payments/pay_2/settle", &json!({ "status": "expired" }))
        .await?;
    assert_eq!((status, &payment["status"]), (200, &json!("expired")));
    Ok(())
}

#[tokio::test]
async fn calls_and_payments_are_counted_until_a_reset() -> Outcome {
    let shop = Shop::open().await?;
    shop.create("pay_1").await?;
    shop.get("/payments/pay_1").await?;
    let (_, tally) = shop.get("/_control/calls").await?;
    assert_eq!(
        tally["calls"],
        json!({ "GET /payments/{payment_id}": 1, "POST /payments": 1 })
    );
    assert_eq!(tally["payments"], 1);
    shop.post("/_control/reset", &json!({})).await?;
    assert_eq!(shop.stand_in.counts(), (0, 0));
    Ok(())
}

/// The bytes of a payment that succeeded, as they are on the wire.
async fn raw_payment(shop: &Shop) -> Result<String, Box<dyn std::error::Error>> {
    shop.pay("pay_1", GOOD_CARD).await?;
    let body = &shop.taker.wait_for(1).await[0].body;
    let text = std::str::from_utf8(body)?;
    let start = text.find(r#"{"payment_id""#).ok_or("no object")?;
    Ok(text[start..].to_owned())
}

/// The keys of the first object in a text, in their order.
fn top_level_keys(text: &str) -> Vec<String> {
    let (mut depth, mut keys, mut rest) = (0, Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        match first {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            '"' => {
                let end = rest.find('"').unwrap_or(rest.len());
                if depth == 1 && rest[end..].starts_with("\":") {
                    keys.push(rest[..end].to_owned());
                }
                rest = &rest[end + 1..];
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    keys
}
