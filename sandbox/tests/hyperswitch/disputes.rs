//! Disputes, and refunds that go as a test wants.

use comptoir_sandbox::hyperswitch::{DisputeStatus, DisputeWord, RefundStatus};
use serde_json::{Value, json};

use crate::support::{GOOD_CARD, Outcome, Shop};

fn keys(object: &Value) -> Option<Vec<&String>> {
    object.as_object().map(|object| object.keys().collect())
}

#[tokio::test]
async fn a_dispute_is_told_by_a_webhook_of_the_real_form() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    shop.stand_in
        .dispute_payment("pay_1", DisputeWord::of(DisputeStatus::DisputeOpened))?;
    let delivery = shop.stand_in.deliveries().pop().ok_or("a webhook")?;
    let (body, _) = shop.stand_in.signed_webhook(&delivery.event_id).ok_or("a body")?;
    let sent: Value = serde_json::from_slice(&body)?;
    let example: Value =
        serde_json::from_str(include_str!("../../fixtures/hyperswitch/dispute_opened.json"))?;
    assert_eq!(keys(&sent), keys(&example));
    let (sent, example) = (&sent["content"]["object"], &example["content"]["object"]);
    assert_eq!(keys(sent), keys(example));
    assert_eq!(
        (&sent["amount"], &sent["dispute_status"]),
        (&json!("6540"), &json!("dispute_opened"))
    );
    Ok(())
}

#[tokio::test]
async fn disputes_can_be_read_one_by_one_and_as_a_list_the_last_change_first() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    shop.pay("pay_2", GOOD_CARD).await?;
    for payment in ["pay_1", "pay_2"] {
        let word = DisputeWord::of(DisputeStatus::DisputeOpened);
        shop.stand_in.dispute_payment(payment, word)?;
    }
    shop.stand_in
        .dispute_payment("pay_1", DisputeWord::of(DisputeStatus::DisputeWon))?;
    let (status, one) = shop.get("/disputes/dp_pay_1?force_sync=true").await?;
    assert_eq!((status, &one["dispute_status"]), (200, &json!("dispute_won")));
    let (_, list) = shop.get("/disputes/list?limit=10").await?;
    assert_eq!((&list[0], &list[1]["dispute_id"]), (&one, &json!("dp_pay_2")));
    let (_, behind) = shop.get("/disputes/list?limit=10&offset=1").await?;
    assert_eq!(behind, json!([list[1]]));
    assert_eq!(shop.get("/disputes/list?limt=1").await?.0, 400);
    assert_eq!(shop.get("/disputes/dp_unknown").await?.0, 404);
    assert_eq!(shop.browser_get("/disputes/dp_pay_1").await?.0, 401);
    Ok(())
}

#[tokio::test]
async fn each_status_is_told_once_and_what_is_lost_cannot_be_refunded() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    let told = || shop.stand_in.deliveries().len();
    let before = told();
    for status in [
        DisputeStatus::DisputeOpened,
        DisputeStatus::DisputeOpened,
        DisputeStatus::DisputeLost,
    ] {
        shop.stand_in.dispute_payment("pay_1", DisputeWord::of(status))?;
    }
    assert_eq!(told() - before, 2);
    let (status, refused) = shop
        .post("/refunds", &json!({ "payment_id": "pay_1", "amount": 1 }))
        .await?;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!("IR_13")));
    Ok(())
}

#[tokio::test]
async fn a_refund_goes_as_it_was_planned_and_then_as_it_is_told() -> Outcome {
    let shop = Shop::open().await?;
    shop.pay("pay_1", GOOD_CARD).await?;
    shop.stand_in.plan_refunds(Some(RefundStatus::Pending));
    let request = json!({ "payment_id": "pay_1", "refund_id": "ref_1", "amount": 1 });
    let (_, refund) = shop.post("/refunds", &request).await?;
    assert_eq!(refund["status"], "pending");
    for status in ["succeeded", "failed"] {
        let word = if status == "failed" {
            RefundStatus::Failed
        } else {
            RefundStatus::Succeeded
        };
        shop.stand_in.settle_refund("ref_1", word)?;
        assert_eq!(shop.get("/refunds/ref_1").await?.1["status"], status);
    }
    Ok(())
}
