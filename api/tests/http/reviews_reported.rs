//! Reviews that somebody thinks should not be there, as the platform works them off.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::reviews::Bought;
use crate::support::{Answer, Person};

async fn list(shop: &Bought, by: &Person, query: &str) -> Answer {
    let path = format!("/api/v1/reviews?{query}min_position={}", shop.api.head());
    shop.api.get(&path).by(by).send().await
}

async fn ids(shop: &Bought, query: &str) -> Vec<String> {
    let found = list(shop, &Person::admin(), query).await.expect(StatusCode::OK);
    let data = found.body["data"].as_array().unwrap().clone();
    data.iter()
        .map(|review| review["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn report(shop: &Bought, review: &str, reason: &str, note: &str) {
    let body = json!({"reason": reason, "note": note});
    let path = format!("/api/v1/reviews/{review}/report");
    let told = shop.api.post(&path).by(&Person::buyer()).json(&body).send().await;
    told.expect(StatusCode::OK);
}

#[tokio::test]
async fn the_platform_lists_what_was_reported_until_it_has_looked() {
    let shop = Bought::new().await;
    let review = shop.posted(1, "Buy mine instead.").await.id();
    let other = shop.another(5).await.id();
    assert_eq!(ids(&shop, "status=reported&").await, Vec::<String>::new());
    for (reason, note) in [("spam", "Marmalade"), ("spam", "again"), ("fake", "never")] {
        report(&shop, &review, reason, note).await;
    }
    let found = list(&shop, &Person::admin(), "status=reported&").await;
    let found = found.expect(StatusCode::OK).body;
    assert_eq!(found["data"][0]["id"], review.as_str());
    assert_eq!(
        found["data"][0]["open_reports"],
        json!({"count": 3, "reasons": ["spam", "fake"]})
    );
    assert!(
        !found.to_string().contains("Marmalade"),
        "notes are for the single read"
    );
    let path = format!("/api/v1/reviews/{review}");
    let one = shop.api.get(&path).by(&Person::admin()).send().await.body;
    let reports = one["details"]["reports"].as_array().unwrap();
    assert!(reports.iter().any(|report| report["note"] == "Marmalade"));
    assert!(reports.iter().all(|report| report["status"] == "open"));

    // It stays, and is off the list; a further report brings it back, and hiding it settles that too.
    let admin = Person::admin();
    let stays = shop.api.act(&admin, &format!("{path}/restore")).await;
    let stays = stays.expect(StatusCode::OK).body;
    assert_eq!(stays["status"], "visible");
    assert_eq!(stays["details"]["reports"][0]["status"], "settled");
    assert_eq!(ids(&shop, "status=reported&").await, Vec::<String>::new());
    report(&shop, &review, "offensive", "still").await;
    assert_eq!(ids(&shop, "status=reported&").await, [review.as_str()]);
    let hide = json!({"reason": "spam"});
    let hidden = shop
        .api
        .post(&format!("{path}/hide"))
        .by(&admin)
        .json(&hide)
        .send()
        .await;
    hidden.expect(StatusCode::OK);
    assert_eq!(ids(&shop, "status=reported&").await, Vec::<String>::new());
    assert_eq!(ids(&shop, "status=hidden&").await, [review.as_str()]);
    assert_eq!(ids(&shop, "status=visible&").await, [other.as_str()]);
    assert_eq!(ids(&shop, "").await, [other.as_str(), review.as_str()]);
    assert_eq!(ids(&shop, "limit=1&").await, [other.as_str()]);
    let behind = format!("starting_after={other}&limit=1&");
    assert_eq!(ids(&shop, &behind).await, [review.as_str()]);
}

#[tokio::test]
async fn the_list_of_all_reviews_is_for_the_platform_and_takes_no_bad_input() {
    let shop = Bought::new().await;
    for person in [&shop.buyer, &shop.seller] {
        assert_eq!(list(&shop, person, "").await.refusal(), "403 forbidden");
    }
    let nobody = shop.api.get("/api/v1/reviews").send().await;
    assert_eq!(nobody.refusal(), "401 unauthenticated");
    list(&shop, &Person::auditor(), "").await.expect(StatusCode::OK);
    for bad in [
        "status=lost&",
        "limit=0&",
        "limit=101&",
        "starting_after=order_1&",
        "starting_after=%00&",
        "colour=red&",
    ] {
        let refused = list(&shop, &Person::admin(), bad).await;
        assert_eq!(refused.refusal(), "400 invalid_parameter", "{bad}");
    }
    let unknown = "starting_after=review_01jd3e8m6xf2r9kq7v5t4w8zab&";
    let refused = list(&shop, &Person::admin(), unknown).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{:?}", refused.body);
    assert_eq!(refused.body.get("data"), None::<&Value>);
}
