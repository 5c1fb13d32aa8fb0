//! All that is known of a person, for the person and for admins.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::persons::{activate, erase, licence_of};
use crate::reviews::Bought;
use crate::support::{Answer, Api, Person, order_of};

fn path_of(api: &Api, person: &Person) -> String {
    format!("/api/v1/persons/{}/export?min_position={}", person.id, api.head())
}

async fn export(api: &Api, person: &Person, by: &Person) -> Answer {
    api.get(&path_of(api, person))
        .by(by)
        .send()
        .await
        .expect(StatusCode::OK)
}

/// The events that a list names, in order.
fn events(list: &Value) -> Vec<&str> {
    let entries = list.as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry["event"].as_str().unwrap())
        .collect()
}

/// A buyer with an order, a licence in use, and a review with two versions.
async fn shop() -> Bought {
    let shop = Bought::new().await;
    activate(&shop, &licence_of(&shop).await, "Studio of Ada").await;
    let review = shop.posted(4, "Warm and dark.").await.id();
    let path = format!("/api/v1/reviews/{review}");
    let edit = json!({"rating": 5, "text": "Warm, dark and long."});
    let edited = shop.api.patch(&path).by(&shop.buyer).json(&edit).send().await;
    edited.expect(StatusCode::OK);
    let answer = json!({"text": "Thank you."});
    let path = format!("{path}/answer");
    let answered = shop.api.post(&path).by(&shop.seller).json(&answer).send().await;
    answered.expect(StatusCode::OK);
    shop
}

#[tokio::test]
async fn a_person_reads_all_that_is_known_of_them() {
    let shop = shop().await;
    let answer = export(&shop.api, &shop.buyer, &shop.buyer).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["content-type"], "application/json");
    let name = format!("attachment; filename=\"{}.json\"", shop.buyer.id);
    assert_eq!(answer.headers["content-disposition"], name);
    let known = answer.body;
    assert_eq!(known["person_id"], shop.buyer.id.to_string());
    assert_eq!(known["erased"], Value::Null);
    let order = &known["orders"][0];
    assert_eq!(order["order"]["id"], shop.order);
    assert_eq!(order["order"]["billing"]["name"], "Ada Lovelace");
    assert_eq!(order["consent"]["kind"], "withdrawal_waiver");
    assert_eq!((&order["refunds"], &order["disputes"]), (&json!([]), &json!([])));
    let key = known["licences"][0]["key"].as_str().unwrap();
    assert!(key.len() == 34 && !key.starts_with('*'));
    assert_eq!(events(&known["licence_history"]), ["issued", "activated"]);
    let device = &known["licence_history"][1];
    assert_eq!(
        (&device["label"], &device["label_erased"]),
        (&json!("Studio of Ada"), &json!(false))
    );
    assert_eq!(known["reviews"][0]["text"], "Warm, dark and long.");
    let history = &known["review_history"];
    assert_eq!(events(history), ["posted", "edited"]);
    assert_eq!(
        (&history[0]["text"], &history[0]["rating"]),
        (&json!("Warm and dark."), &json!(4))
    );
    assert_eq!(
        (&known["products"], &known["promotions"]),
        (&json!([]), &json!([]))
    );

    let sold = export(&shop.api, &shop.seller, &shop.seller).await.body;
    assert_eq!(sold["products"][0]["title"], "Night Drive");
    assert_eq!(events(&sold["review_history"]), ["answered"]);
    assert_eq!(sold["review_history"][0]["text"], "Thank you.");
    assert_eq!(sold["orders"], json!([]));
}

#[tokio::test]
async fn an_admin_reads_the_same_without_the_keys_of_licences() {
    let shop = shop().await;
    let own = export(&shop.api, &shop.buyer, &shop.buyer).await.body;
    let mut seen = export(&shop.api, &shop.buyer, &Person::admin()).await.body;
    let key = seen["licences"][0]["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("******"), "{key}");
    assert_eq!(seen["licences"][0].get("key_erased"), None);
    for field in ["licences", "exported_at"] {
        seen[field] = own[field].clone();
    }
    assert_eq!(seen, own);
}

#[tokio::test]
async fn what_others_did_is_not_in_it() {
    let shop = shop().await;
    let reader = Person::buyer();
    let review = export(&shop.api, &shop.buyer, &shop.buyer).await.body["reviews"][0]["id"].clone();
    let path = format!("/api/v1/reviews/{}", review.as_str().unwrap());
    let vote = shop
        .api
        .put(&format!("{path}/helpful-vote"))
        .by(&reader)
        .send()
        .await;
    vote.expect(StatusCode::OK);
    let report = json!({"reason": "fake", "note": "I know them."});
    let reported = shop.api.post(&format!("{path}/report")).by(&reader);
    reported.json(&report).send().await.expect(StatusCode::OK);
    let author = export(&shop.api, &shop.buyer, &shop.buyer).await;
    assert!(!author.text.contains(&reader.id.to_string()) && !author.text.contains("I know them."));
    let voter = export(&shop.api, &reader, &reader).await.body;
    assert_eq!(events(&voter["review_history"]), ["helpful_voted", "reported"]);
    assert_eq!(voter["review_history"][1]["text"], "I know them.");
    assert_eq!(voter["reviews"], json!([]));
}

#[tokio::test]
async fn an_erased_person_is_told_so_and_finds_nothing_legible() {
    let shop = shop().await;
    erase(&shop.api, shop.buyer.id).await;
    for by in [&shop.buyer, &Person::admin()] {
        let answer = export(&shop.api, &shop.buyer, by).await;
        for word in ["Ada", "Lovelace", "Square", "Warm", "long"] {
            assert!(!answer.text.contains(word), "{word} in {}", answer.text);
        }
        let known = answer.body;
        assert_eq!(known["erased"]["reason"], "consent_withdrawn");
        assert!(known["erased"]["erased_at"].is_string());
        let order = &known["orders"][0]["order"];
        assert_eq!(
            (&order["billing"], &order["billing_erased"]),
            (&Value::Null, &json!(true))
        );
        let device = &known["licence_history"][1];
        assert_eq!(
            (&device["label"], &device["label_erased"]),
            (&Value::Null, &json!(true))
        );
        let version = &known["review_history"][0];
        assert_eq!(
            (&version["text"], &version["text_erased"]),
            (&Value::Null, &json!(true))
        );
        assert_eq!(known["reviews"][0]["author_erased"], true);
    }
}

#[tokio::test]
async fn a_licence_that_was_passed_on_is_in_the_history_of_both() {
    let api = Api::start().await;
    let (seller, buyer, heir) = (Person::seller(), Person::buyer(), Person::buyer());
    let mut listed = api.product(&seller, "basic", 0).await;
    let offer = json!({
        "kind": "premium", "price": {"amount": 0, "currency": "EUR"},
        "terms": {"version": "1", "text": "Use it well."}, "use_terms": {"transferable": true},
    });
    let path = format!("/api/v1/products/{}/offers", listed.id);
    let offer = api.post(&path).by(&seller).json(&offer).send().await;
    listed.offer_id = offer.expect(StatusCode::CREATED).id();
    let order = api.order(&buyer, &listed).await.id();
    let shop = Bought {
        api,
        seller,
        buyer,
        listed,
        order,
    };
    let licence = licence_of(&shop).await;
    activate(&shop, &licence, "Studio of Ada").await;
    let transfer = json!({"to": heir.id.to_string()});
    let path = format!("/api/v1/licences/{licence}/transfer");
    let moved = shop.api.post(&path).by(&shop.buyer).json(&transfer).send().await;
    moved.expect(StatusCode::OK);
    let before = export(&shop.api, &shop.buyer, &shop.buyer).await.body;
    assert_eq!(before["licences"], json!([]));
    assert_eq!(
        events(&before["licence_history"]),
        ["issued", "activated", "passed_on"]
    );
    let after = export(&shop.api, &heir, &heir).await;
    assert_eq!(events(&after.body["licence_history"]), ["received"]);
    assert!(!after.text.contains("Studio of Ada"));

    erase(&shop.api, shop.buyer.id).await;
    let back = json!({"to": shop.buyer.id.to_string()});
    let refused = shop.api.post(&path).by(&heir).json(&back).send().await;
    insta::assert_snapshot!(refused.problem(), @"
    409 person_erased: the personal data of the person who is to get it has been erased
    /to person_erased: the personal data of the person who is to get it has been erased
    ");
}

#[tokio::test]
async fn refunds_and_disputes_stand_with_their_order_and_notes_with_who_wrote_them() {
    let sale = Sale::paid().await;
    let body = json!({"amount": 1000, "reason": "other", "note": "By letter."});
    let refund = sale.refund(&sale.seller, &body).await.expect(StatusCode::CREATED);
    sale.dispute("dispute_opened").await;
    sale.until(|order| order["dispute_status"] == "open").await;
    let bought = export(&sale.api, &sale.buyer, &sale.buyer).await;
    assert!(!bought.text.contains("By letter."));
    let order = &bought.body["orders"][0];
    assert_eq!(order["refunds"][0]["id"], refund.id());
    assert_eq!(order["disputes"][0]["status"], "open");
    assert_eq!(order["promotion_use"], Value::Null);
    let asked = async || {
        let known = export(&sale.api, &sale.seller, &sale.seller).await.body;
        known["refunds_requested"][0].clone()
    };
    let written = asked().await;
    assert_eq!(
        (&written["note"], &written["note_erased"]),
        (&json!("By letter."), &json!(false))
    );
    erase(&sale.api, sale.seller.id).await;
    let path = format!("/api/v1/refunds/{}", refund.id());
    let read = sale
        .read(&Person::admin(), &path)
        .await
        .expect(StatusCode::OK)
        .body;
    for shown in [asked().await, read] {
        assert_eq!(
            (&shown["note"], &shown["note_erased"]),
            (&Value::Null, &json!(true))
        );
    }
    let evidence = format!(
        "/api/v1/disputes/{}/evidence",
        order["disputes"][0]["id"].as_str().unwrap()
    );
    let auditor = Person::auditor();
    let shown = sale.read(&auditor, &evidence).await.expect(StatusCode::OK);
    assert_eq!(shown.body["buyer_erased"], false);
    erase(&sale.api, sale.buyer.id).await;
    let shown = sale.read(&auditor, &evidence).await.expect(StatusCode::OK);
    assert_eq!(shown.body["buyer_erased"], true);
}

#[tokio::test]
async fn the_use_of_a_promotion_code_stands_with_the_order() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let code = json!({"code": "spring-10", "percent_off_basis_points": 1000, "product_ids": [listed.id]});
    let made = api
        .post("/api/v1/promotions")
        .by(&seller)
        .json(&code)
        .send()
        .await;
    made.expect(StatusCode::CREATED);
    let mut order = order_of(&listed);
    order["promotion_code"] = json!("SPRING-10");
    let placed = api.post("/api/v1/orders").by(&buyer).json(&order).send().await;
    let placed = placed.expect(StatusCode::CREATED).id();
    let used = async || export(&api, &buyer, &buyer).await.body["orders"][0].clone();
    let known = used().await;
    assert_eq!(
        (&known["promotion_use"], &known["order"]["promotion"]["code"]),
        (&json!("reserved"), &json!("SPRING-10"))
    );
    let cancel = format!("/api/v1/orders/{placed}/cancel");
    let cancelled = api
        .post(&cancel)
        .by(&buyer)
        .json(&json!({"reason": "mistake"}))
        .send()
        .await;
    cancelled.expect(StatusCode::OK);
    assert_eq!(used().await["promotion_use"], "released");
    let sold = export(&api, &seller, &seller).await.body;
    assert_eq!(sold["promotions"][0]["code"], "SPRING-10");
}

#[tokio::test]
async fn a_long_history_comes_in_pieces_and_whole() {
    let shop = Bought::new().await;
    for _ in 0..44 {
        shop.api.order(&shop.buyer, &shop.listed).await;
    }
    let known = export(&shop.api, &shop.buyer, &shop.buyer).await.body;
    for (list, id) in [
        ("orders", "/order/id"),
        ("licences", "/id"),
        ("licence_history", "/licence_id"),
    ] {
        let entries = known[list].as_array().unwrap();
        let ids: std::collections::BTreeSet<_> = entries
            .iter()
            .map(|entry| entry.pointer(id).unwrap().to_string())
            .collect();
        assert_eq!((entries.len(), ids.len()), (45, 45), "{list}");
    }
}

#[tokio::test]
async fn who_may_not_read_it_and_what_is_no_person_is_refused() {
    let shop = shop().await;
    let path = path_of(&shop.api, &shop.buyer);
    let mut refusals = Vec::new();
    for person in [&shop.seller, &Person::buyer(), &Person::auditor()] {
        refusals.push(shop.api.get(&path).by(person).send().await.problem());
    }
    refusals.push(shop.api.get(&path).send().await.refusal());
    let forged = shop
        .api
        .get(&path)
        .header("authorization", "Bearer no.such.token");
    refusals.push(forged.send().await.refusal());
    let (admin, nobody) = (Person::admin(), Person::buyer());
    refusals.push(
        shop.api
            .get(&path_of(&shop.api, &nobody))
            .by(&admin)
            .send()
            .await
            .problem(),
    );
    for id in ["nonsense", "order_01jd3e8m6xf2r9kq7v5t4w8zab", "%00"] {
        let path = format!("/api/v1/persons/{id}/export");
        refusals.push(shop.api.get(&path).by(&admin).send().await.problem());
    }
    for query in ["colour=1", "min_position=x"] {
        let path = format!("/api/v1/persons/{}/export?{query}", shop.buyer.id);
        refusals.push(shop.api.get(&path).by(&shop.buyer).send().await.problem());
    }
    refusals.push(shop.api.post(&path).by(&shop.buyer).send().await.problem());
    insta::assert_snapshot!(refusals.join("\n"), @"
    404 person_not_found
    404 person_not_found
    403 forbidden: auditors see no personal data; what is known of a person is for the person and admins
    401 unauthenticated
    401 unauthenticated
    404 person_not_found
    400 invalid_parameter: the parameter person_id is wrong
    person_id invalid_value: an id that starts with `person_` is expected
    400 invalid_parameter: the parameter person_id is wrong
    person_id invalid_value: an id that starts with `person_` is expected
    400 invalid_parameter: the parameter person_id is wrong
    person_id invalid_value: an id that starts with `person_` is expected
    400 invalid_parameter: the parameter colour is wrong
    colour unknown_parameter: unknown field `colour`, expected `min_position`
    400 invalid_parameter: the parameter min_position is wrong
    min_position invalid_value: must be a position: a whole number, as the header Comptoir-Position gives it
    405 method_not_allowed
    ");
    let nothing = export(&shop.api, &nobody, &nobody).await.body;
    assert_eq!(
        (&nothing["orders"], &nothing["reviews"]),
        (&json!([]), &json!([]))
    );
}
