//! Refunds.

use serde_json::{Value, json};

use crate::support::{GOOD_CARD, Outcome, Shop};

#[tokio::test]
async fn a_refund_succeeds_and_can_be_read() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    let request = json!({
        "payment_id": "pay_1", "refund_id": "ref_1", "amount": 100,
        "reason": "requested_by_customer", "metadata": { "return_id": "ret_1" },
    });
    let (status, refund) = shop.post("/refunds", &request).await?;
    assert_eq!((status, &refund["status"]), (200, &json!("succeeded")));
    assert_eq!(
        (&refund["amount"], &refund["currency"]),
        (&json!(100), &json!("EUR"))
    );
    let example: Value =
        serde_json::from_str(include_str!("../../fixtures/hyperswitch/refund_succeeded.json"))?;
    let keys = |object: &Value| {
        object
            .as_object()
            .map(|object| object.keys().cloned().collect::<Vec<_>>())
    };
    assert_eq!(keys(&refund), keys(&example["content"]["object"]));
    assert_eq!(shop.get("/refunds/ref_1").await?, (200, refund));
    Ok(())
}

#[tokio::test]
async fn a_payment_shows_its_refunds() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    shop.post(
        "/refunds",
        &json!({ "payment_id": "pay_1", "refund_id": "ref_1", "amount": 1 }),
    )
    .await?;
    let (_, payment) = shop.get("/payments/pay_1").await?;
    assert_eq!(payment["refunds"][0]["refund_id"], "ref_1");
    Ok(())
}

#[tokio::test]
async fn the_card_decides_what_comes_of_a_refund() -> Outcome {
    let shop = Shop::open().await?;
    let cards = [
        ("4000000000007726", "pending", Some("succeeded")),
        ("4000000000005126", "succeeded", Some("failed")),
        ("4000000000005134", "failed", None),
        ("4000000000005142", "review", None),
    ];
    for (card, first, last) in cards {
        let (pay, refund_id) = (format!("pay_{card}"), format!("ref_{card}"));
        shop.pay(&pay, card).await?;
        let (_, refund) = shop
            .post("/refunds", &json!({ "payment_id": pay, "refund_id": refund_id }))
            .await?;
        assert_eq!(refund["status"], first, "{card}");
        if let Some(last) = last {
            shop.wait_for_status(&format!("/refunds/{refund_id}"), last)
                .await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_refund_without_an_amount_is_of_all_that_was_captured_not_of_the_rest() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    shop.post("/refunds", &json!({ "payment_id": "pay_1", "amount": 1 }))
        .await?;
    let (status, answer) = shop.post("/refunds", &json!({ "payment_id": "pay_1" })).await?;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("IR_13")));
    Ok(())
}

#[tokio::test]
async fn a_failed_refund_leaves_the_money_to_be_refunded() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", "4000000000005134").await?;
    for _ in 0..2 {
        let (status, _) = shop.post("/refunds", &json!({ "payment_id": "pay_1" })).await?;
        assert_eq!(status, 200);
    }
    Ok(())
}

#[tokio::test]
async fn a_repeated_partial_refund_is_a_duplicate_and_a_repeated_full_one_exceeds_the_payment() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    let part = json!({ "payment_id": "pay_1", "refund_id": "ref_1", "amount": 100 });
    shop.post("/refunds", &part).await?;
    assert_eq!(shop.post("/refunds", &part).await?.1["error"]["code"], "HE_01");

    shop.pay("pay_2", GOOD_CARD).await?;
    let full = json!({ "payment_id": "pay_2", "refund_id": "ref_2" });
    shop.post("/refunds", &full).await?;
    assert_eq!(shop.post("/refunds", &full).await?.1["error"]["code"], "IR_13");
    Ok(())
}

#[tokio::test]
async fn the_twelfth_refund_of_a_payment_is_refused() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    let part = json!({ "payment_id": "pay_1", "amount": 1 });
    for _ in 0..11 {
        assert_eq!(shop.post("/refunds", &part).await?.0, 200);
    }
    let (status, answer) = shop.post("/refunds", &part).await?;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("IR_12")));
    Ok(())
}

#[tokio::test]
async fn a_test_can_settle_a_refund() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    shop.post(
        "/refunds",
        &json!({ "payment_id": "pay_1", "refund_id": "ref_1" }),
    )
    .await?;
    let (status, refund) = shop
        .post("/_control/refunds/ref_1/settle", &json!({ "status": "failed" }))
        .await?;
    assert_eq!((status, &refund["status"]), (200, &json!("failed")));
    Ok(())
}
