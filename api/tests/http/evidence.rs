//! What an admin hands a bank, and what an auditor sees of it.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::TimeDelta;
use comptoir_domain::values::{PersonId, Role};
use comptoir_ledger::clock::{Clock as _, IdSource as _, ManualClock, SystemClock, SystemIds};
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::support::{Api, Person};

/// The address of the evidence for the only dispute.
async fn evidence_path(api: &Api, by: &Person) -> String {
    let list = format!("/api/v1/disputes?min_position={}", api.head());
    let listed = api.get(&list).by(by).send().await.expect(StatusCode::OK).body;
    format!(
        "/api/v1/disputes/{}/evidence",
        listed["data"][0]["id"].as_str().unwrap()
    )
}

async fn evidence(api: &Api, by: &Person) -> Value {
    let path = evidence_path(api, by).await;
    api.get(&path).by(by).send().await.expect(StatusCode::OK).body
}

async fn disputed() -> Sale {
    let sale = Sale::paid().await;
    sale.dispute("dispute_opened").await;
    sale.until(|order| order["dispute_status"] == "open").await;
    sale
}

/// Sold under fourteen days; since a restart there are seven.
#[tokio::test]
async fn the_evidence_shows_the_refund_policy_of_the_sale() {
    let sale = disputed().await;
    let restarted = sale.api.restarted(&[("COMPTOIR_SELLER_REFUND_DAYS", "7")]).await;
    let policy = evidence(&restarted, &Person::admin()).await["refund_policy"].clone();
    assert_eq!(
        (
            &policy["standing"],
            &policy["seller_days"],
            &policy["platform_days"]
        ),
        (&json!("as_sold"), &json!(14), &json!(365))
    );
    assert!(policy["withdrawal_until"].is_string());
}

/// A licence that has run out is not shown as one that can be used.
#[tokio::test]
async fn the_evidence_shows_licences_as_they_stand() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let api = Api::start_at(Arc::<ManualClock>::clone(&clock), &[]).await;
    let terms = json!({"valid_days": 1});
    let sale = Sale::under_terms(api, &terms).await.pay().await;
    sale.dispute("dispute_opened").await;
    sale.until(|order| order["dispute_status"] == "open").await;
    sale.dispute("dispute_won").await;
    sale.until(|order| order["licences"][0]["status"] == "issued")
        .await;
    clock.advance(TimeDelta::days(2));
    let id = PersonId::from_uuid(SystemIds.uuid_v7());
    let admin = Person::known(id, &[Role::Admin], clock.now());
    let shown = evidence(&sale.api, &admin).await;
    let statuses: Vec<&Value> = shown["licences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|licence| &licence["status"])
        .collect();
    assert_eq!(statuses, ["expired", "issued"]);
}

/// What everybody can read of a review, an auditor can. What was hidden, and why, is between its author and the platform.
#[tokio::test]
async fn an_auditor_reads_nobodys_words_but_those_that_everybody_reads() {
    let sale = disputed().await;
    let product = sale.until(|order| order["lines"].is_array()).await["lines"][0]["product_id"].clone();
    let reviews = format!("/api/v1/products/{}/reviews", product.as_str().unwrap());
    let review = json!({"order_id": sale.order, "rating": 1, "text": "Wombat calling."});
    let posted = sale.api.post(&reviews).by(&sale.buyer).json(&review).send().await;
    let path = format!("/api/v1/reviews/{}", posted.expect(StatusCode::CREATED).id());
    let (admin, auditor) = (Person::admin(), Person::auditor());
    for person in [&admin, &auditor] {
        let shown = evidence(&sale.api, person).await["reviews"][0].clone();
        assert_eq!(
            shown["text"], "Wombat calling.",
            "as long as everybody can read it"
        );
        assert_eq!(shown.get("words_withheld"), None);
    }
    for (action, person, body) in [
        (
            "report",
            Person::buyer(),
            json!({"reason": "personal_data", "note": "Zebra."}),
        ),
        (
            "hide",
            Person::admin(),
            json!({"reason": "personal_data", "note": "Quagga."}),
        ),
    ] {
        let call = sale.api.post(&format!("{path}/{action}")).by(&person);
        call.json(&body).send().await.expect(StatusCode::OK);
    }
    let list = format!("/api/v1/reviews?status=hidden&min_position={}", sale.api.head());
    for (person, sees) in [(&admin, true), (&auditor, false)] {
        let in_evidence = evidence(&sale.api, person).await;
        let single = sale.read(person, &path).await.expect(StatusCode::OK);
        let listed = sale.api.get(&list).by(person).send().await.expect(StatusCode::OK);
        for shown in [&in_evidence["reviews"][0], &single.body, &listed.body["data"][0]] {
            assert_eq!(shown["text"].is_string(), sees, "{shown}");
            assert_eq!(shown.get("words_withheld").is_some(), !sees, "{shown}");
            assert_eq!(shown["rating"], 1);
        }
        for words in ["Wombat", "Zebra", "Quagga"] {
            let text = format!("{in_evidence}{}{}", single.text, listed.text);
            assert_eq!(text.contains(words), sees, "{words}");
        }
        let details = &single.body["details"];
        assert_eq!(details["hidden"]["reason"], "personal_data");
        assert_eq!(details["reports"][0]["reason"], "personal_data");
    }
}
