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

/// Consent, what was accessed and what the buyer said of it: that is what a bank asks for.
#[tokio::test]
async fn the_evidence_shows_what_was_accessed_and_what_the_buyer_has_said() {
    let sale = Sale::paid().await;
    let order = sale.until(|order| order["licences"].is_array()).await;
    let licence = &order["licences"][0];
    let (id, product) = (&licence["id"], &licence["product_id"]);
    let path = format!("/api/v1/licences/{}", id.as_str().unwrap());
    let held = sale.read(&sale.buyer, &path).await.expect(StatusCode::OK).body;
    let device = json!({"key": held["key"], "product_id": product, "device": "machine 1"});
    let activated = sale
        .api
        .post("/api/v1/licences/activate")
        .json(&device)
        .send()
        .await;
    assert_eq!(activated.expect(StatusCode::OK).body["code"], "activated");
    let review = json!({"order_id": sale.order, "rating": 5, "text": "Wonderful."});
    let reviews = format!("/api/v1/products/{}/reviews", product.as_str().unwrap());
    let posted = sale.api.post(&reviews).by(&sale.buyer).json(&review).send().await;
    let posted = posted.expect(StatusCode::CREATED);
    sale.dispute("dispute_opened").await;
    sale.until(|order| order["dispute_status"] == "open").await;
    let admin = Person::admin();
    let listed = sale
        .read(&admin, "/api/v1/disputes")
        .await
        .expect(StatusCode::OK)
        .body;
    let path = format!(
        "/api/v1/disputes/{}/evidence",
        listed["data"][0]["id"].as_str().unwrap()
    );
    let seen = sale.read(&admin, &path).await.expect(StatusCode::OK).body;
    assert_eq!(seen["accesses"].as_array().unwrap().len(), 1);
    let access = &seen["accesses"][0];
    assert_eq!(
        (&access["licence_id"], &access["kind"]),
        (id, &json!("activation"))
    );
    assert!(access["at"].is_string());
    let said = &seen["reviews"][0];
    assert_eq!(
        (&said["id"], &said["text"]),
        (&posted.body["id"], &json!("Wonderful."))
    );
    let number = usize::try_from(licence["line"].as_u64().unwrap()).unwrap();
    assert_eq!(seen["withdrawal"]["lines"][number]["status"], "delivery_began");
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
    assert_eq!((&seen["accesses"], &seen["reviews"]), (&json!([]), &json!([])));
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
