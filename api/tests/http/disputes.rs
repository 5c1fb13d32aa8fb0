//! Withdrawal and disputes: who may, what is refused, and who sees what.

use axum::http::StatusCode;
use serde_json::json;

use crate::after_sale::{Sale, reason};
use crate::support::Person;

#[tokio::test]
async fn a_buyer_withdraws_in_two_steps_and_gets_a_receipt() {
    let sale = Sale::paid().await;
    let order = sale.until(|order| order["withdrawal"].is_object()).await;
    assert_eq!(order["withdrawal"]["available"], true);
    let head = sale.api.head();
    let cases = [
        (&sale.seller, "", json!({}), "403 forbidden"),
        (&Person::buyer(), "", json!({}), "404 order_not_found"),
        (&sale.buyer, "", json!({"lines": [7]}), "422 invalid_request"),
        (&sale.buyer, "", json!({"lines": []}), "422 invalid_request"),
        (&sale.buyer, "", json!({"line": [0]}), "422 invalid_request"),
        (&sale.buyer, "/confirm", json!({}), "409 withdrawal_not_possible"),
        (
            &sale.buyer,
            "/confirm",
            json!({"lines": [0]}),
            "422 invalid_request",
        ),
    ];
    for (person, step, body, expected) in cases {
        assert_eq!(
            sale.withdraw(person, step, &body).await.refusal(),
            expected,
            "{body}"
        );
    }
    assert_eq!(sale.api.head(), head);
    let declared = sale
        .withdraw(&sale.buyer, "", &json!({"lines": [1]}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(declared.body["declared"]["lines"], json!([1]));
    let confirmed = sale
        .withdraw(&sale.buyer, "/confirm", &json!({}))
        .await
        .expect(StatusCode::OK);
    let receipt = &confirmed.body["receipts"][0];
    assert_eq!(
        (&receipt["lines"], &receipt["amount"]),
        (&json!([1]), &json!(1000))
    );
    for part in ["content", "date", "time", "refund_id"] {
        assert!(receipt[part].is_string(), "{receipt}");
    }
    assert_eq!(confirmed.body["lines"][1]["status"], "withdrawn");
    assert_eq!(confirmed.body["consent"]["kind"], "withdrawal_waiver");
    let order = sale
        .until(|order| order["licences"][1]["status"] == "revoked")
        .await;
    assert_eq!(
        (
            &order["licences"][0]["status"],
            &order["withdrawal"]["receipts"][0]
        ),
        (&json!("issued"), receipt)
    );
}

#[tokio::test]
async fn a_dispute_is_seen_by_those_it_concerns_and_its_evidence_by_the_platform() {
    let sale = Sale::paid().await;
    sale.dispute("dispute_opened").await;
    let order = sale
        .until(|order| order["licences"][0]["status"] == "suspended")
        .await;
    assert_eq!(
        (&order["dispute_status"], &order["status"]),
        (&json!("open"), &json!("paid"))
    );
    insta::assert_snapshot!(sale.refund(&sale.seller, &reason()).await.refusal(), @"409 order_disputed");
    insta::assert_snapshot!(sale.refund(&Person::admin(), &reason()).await.refusal(), @"409 order_disputed");
    let listed = sale
        .read(&sale.buyer, "/api/v1/disputes")
        .await
        .expect(StatusCode::OK);
    let dispute = &listed.body["data"][0];
    assert_eq!(
        (&dispute["status"], &dispute["amount"]),
        (&json!("open"), &json!(3990))
    );
    let path = format!("/api/v1/disputes/{}", dispute["id"].as_str().unwrap());
    for person in [&sale.seller, &sale.buyer, &Person::auditor()] {
        assert_eq!(
            &sale.read(person, &path).await.expect(StatusCode::OK).body,
            dispute
        );
    }
    insta::assert_snapshot!(sale.read(&Person::seller(), &path).await.refusal(), @"404 dispute_not_found");
    let evidence = format!("{path}/evidence");
    insta::assert_snapshot!(sale.read(&sale.buyer, &evidence).await.refusal(), @"403 forbidden");
    let seen = sale
        .read(&Person::auditor(), &evidence)
        .await
        .expect(StatusCode::OK)
        .body;
    assert_eq!(seen["dispute"], *dispute);
    assert_eq!(
        (
            &seen["licences"][0]["status"],
            &seen["refund_policy"]["seller_days"]
        ),
        (&json!("suspended"), &json!(14))
    );
    assert_eq!(seen["withdrawal"]["consent"]["kind"], "withdrawal_waiver");
    for (query, expected) in [("status=open", 1), ("status=lost", 0), ("status=won", 0)] {
        let listed = sale
            .api
            .get(&format!("/api/v1/disputes?{query}"))
            .by(&Person::admin())
            .send()
            .await;
        assert_eq!(
            listed.expect(StatusCode::OK).body["data"]
                .as_array()
                .unwrap()
                .len(),
            expected
        );
    }
    for bad in [
        "disputes?status=sparkling",
        "refunds?status=x",
        "refunds?limit=0",
        "disputes?colour=red",
        "disputes/ref_1",
        "refunds/1",
    ] {
        let refused = sale
            .api
            .get(&format!("/api/v1/{bad}"))
            .by(&Person::admin())
            .send()
            .await;
        assert_eq!(refused.refusal(), "400 invalid_parameter", "{bad}");
    }
}
