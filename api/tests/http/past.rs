//! Reads of past moments: what was shown then is shown again, to those who may see it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::support::{Api, Person, eventually};

/// What somebody reads when nothing is under way, and the position it stands for.
async fn seen_at_rest(sale: &Sale, by: &Person, path: &str) -> (i64, Value) {
    eventually("the node is at rest", async || {
        let head = sale.api.head();
        // What an auditor reads is recorded, so that an admin looks whether all is at rest.
        let answer = sale.read(&Person::admin(), path).await.expect(StatusCode::OK);
        if answer.position() != head || sale.api.head() != head {
            return None;
        }
        let answer = sale.read(by, path).await.expect(StatusCode::OK);
        assert_eq!(answer.position(), head);
        Some((head, answer.body))
    })
    .await
}

async fn as_of(api: &Api, by: &Person, path: &str, moment: &str) -> crate::support::Answer {
    api.get(&format!("{path}?as_of={moment}")).by(by).send().await
}

/// The same without what says that it is of the past.
fn without_moment(mut body: Value, position: i64) -> Value {
    let fields = body.as_object_mut().unwrap();
    assert_eq!(fields.remove("as_of_position"), Some(json!(position)));
    body
}

#[tokio::test]
async fn an_order_is_shown_as_it_was_at_each_stage_to_each_reader() {
    let sale = Sale::unpaid().await;
    let path = format!("/api/v1/orders/{}", sale.order);
    let (admin, auditor) = (Person::admin(), Person::auditor());
    let mut seen = Vec::new();
    let mut look = async |sale: &Sale, by: &str| {
        let person = match by {
            "buyer" => &sale.buyer,
            "seller" => &sale.seller,
            "admin" => &admin,
            _ => &auditor,
        };
        seen.push((by.to_owned(), seen_at_rest(sale, person, &path).await));
    };
    let everybody = ["buyer", "seller", "admin", "auditor"];
    for by in everybody {
        look(&sale, by).await;
    }
    let sale = sale.pay().await;
    for by in everybody {
        look(&sale, by).await;
    }
    sale.dispute("dispute_opened").await;
    sale.until(|order| order["dispute_status"] == "open").await;
    look(&sale, "buyer").await;
    sale.dispute("dispute_won").await;
    sale.until(|order| order["dispute_status"] == "won").await;
    sale.refund_in_full().await;
    sale.until(|order| order["refund_status"] == "refunded" && order["licences"][0]["status"] == "revoked")
        .await;
    for by in everybody {
        look(&sale, by).await;
    }

    let statuses: Vec<_> = seen.iter().map(|(_, (_, body))| body["status"].clone()).collect();
    assert_eq!(
        (&statuses[0], &statuses[12]),
        (&json!("awaiting_payment"), &json!("paid"))
    );
    for (by, (position, body)) in seen {
        let person = match &*by {
            "buyer" => &sale.buyer,
            "seller" => &sale.seller,
            "admin" => &admin,
            _ => &auditor,
        };
        let then = as_of(&sale.api, person, &path, &position.to_string()).await;
        let then = then.expect(StatusCode::OK);
        assert_eq!(then.position(), position);
        assert_eq!(without_moment(then.body, position), body, "{by} at {position}");
    }
}

#[tokio::test]
async fn a_time_stands_for_the_newest_position_of_then() {
    let sale = Sale::unpaid().await;
    let path = format!("/api/v1/orders/{}", sale.order);
    let (position, body) = seen_at_rest(&sale, &sale.buyer, &path).await;
    let between = sale.api.node.engine().now();
    let sale = sale.pay().await;
    let moment = between.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
    let then = as_of(&sale.api, &sale.buyer, &path, &moment)
        .await
        .expect(StatusCode::OK);
    assert_eq!(without_moment(then.body, position), body);
    // The same moment, as another time zone writes it.
    let abroad = between + chrono::TimeDelta::hours(2);
    let abroad = abroad.format("%Y-%m-%dT%H:%M:%S%.6f%%2B02:00").to_string();
    let then = as_of(&sale.api, &sale.buyer, &path, &abroad)
        .await
        .expect(StatusCode::OK);
    assert_eq!(then.body["as_of_position"], position);
}

#[tokio::test]
async fn what_did_not_exist_yet_is_not_found_and_what_is_to_come_is_now() {
    let sale = Sale::paid().await;
    let path = format!("/api/v1/orders/{}", sale.order);
    for moment in ["0", "1", "2000-01-01T00:00:00Z"] {
        let answer = as_of(&sale.api, &sale.buyer, &path, moment).await;
        assert_eq!(answer.refusal(), "404 order_not_found", "{moment}");
    }
    let (position, body) = seen_at_rest(&sale, &sale.buyer, &path).await;
    for moment in ["999999999", "2999-01-01T00:00:00Z"] {
        let answer = as_of(&sale.api, &sale.buyer, &path, moment)
            .await
            .expect(StatusCode::OK);
        assert_eq!(without_moment(answer.body, position), body, "{moment}");
    }
    let stranger = as_of(&sale.api, &Person::buyer(), &path, &position.to_string()).await;
    assert_eq!(stranger.refusal(), "404 order_not_found");
}

#[tokio::test]
async fn what_is_no_moment_is_refused_with_the_parameter_named() {
    let api = Api::start().await;
    let paths = [
        "/api/v1/orders/order_01jd3e8m6xf2r9kq7v5t4w8zab",
        "/api/v1/licences/licence_01jd3e8m6xf2r9kq7v5t4w8zab",
        "/api/v1/products/product_01jd3e8m6xf2r9kq7v5t4w8zab",
        "/api/v1/sellers/seller_01jd3e8m6xf2r9kq7v5t4w8zab/balance",
    ];
    for path in paths {
        for wrong in ["", "yesterday", "-1", "2026-03-01", "1.5"] {
            let answer = as_of(&api, &Person::auditor(), path, wrong).await;
            insta::allow_duplicates! { insta::assert_snapshot!(answer.problem(), @r"
            400 invalid_parameter: the parameter as_of is wrong
            as_of invalid_value: must be a time such as 2026-03-01T12:00:00Z (RFC 3339), or a position such as 1200
            ") };
        }
    }
}

#[tokio::test]
async fn a_licence_is_shown_as_it_was_to_whoever_holds_it_now_and_held_it_then() {
    let terms = json!({"activations_max": 2, "valid_days": 30, "transferable": true});
    let sale = Sale::under_terms(Api::start().await, &terms).await.pay().await;
    let licence = sale
        .until(|order| order["licences"][0]["status"] == "issued")
        .await;
    let licence = licence["licences"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/licences/{licence}");
    let auditor = Person::auditor();
    let (issued, body) = seen_at_rest(&sale, &auditor, &path).await;
    let next = Person::buyer();
    let transfer = sale.api.post(&format!("{path}/transfer")).by(&sale.buyer);
    transfer
        .json(&json!({"to": next.id}))
        .send()
        .await
        .expect(StatusCode::OK);
    let (passed_on, now) = seen_at_rest(&sale, &auditor, &path).await;
    assert_ne!(body["holder_id"], now["holder_id"]);

    let then = as_of(&sale.api, &auditor, &path, &issued.to_string())
        .await
        .expect(StatusCode::OK);
    assert_eq!(without_moment(then.body, issued), body);
    let seller = as_of(&sale.api, &sale.seller, &path, &issued.to_string())
        .await
        .expect(StatusCode::OK);
    assert_eq!(seller.body["holder_id"], sale.buyer.id.to_string());
    for person in [&sale.buyer, &next, &Person::buyer()] {
        let answer = as_of(&sale.api, person, &path, &issued.to_string()).await;
        assert_eq!(answer.refusal(), "404 licence_not_found");
    }
    let own = as_of(&sale.api, &next, &path, &passed_on.to_string())
        .await
        .expect(StatusCode::OK);
    let key = own.body["key"].as_str().unwrap();
    assert!(key.starts_with("******-"), "no whole key of the past: {key}");
}

#[tokio::test]
async fn a_product_is_shown_as_it_was_with_its_ratings_of_then() {
    let sale = Sale::paid().await;
    let shown = sale.until(|order| order["status"] == "paid").await;
    let product = shown["lines"][0]["product_id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/products/{product}");
    let (before, unrated) = seen_at_rest(&sale, &sale.buyer, &path).await;
    let review = json!({"order_id": sale.order, "rating": 4, "text": "Good."});
    let posted = sale
        .api
        .post(&format!("{path}/reviews"))
        .by(&sale.buyer)
        .json(&review)
        .send()
        .await;
    posted.expect(StatusCode::CREATED);
    let describe = sale
        .api
        .patch(&path)
        .by(&sale.seller)
        .json(&json!({"title": "Day Drive"}));
    describe.send().await.expect(StatusCode::OK);
    let (after, rated) = seen_at_rest(&sale, &sale.buyer, &path).await;
    assert_eq!(
        (&rated["rating"]["count"], &rated["title"]),
        (&json!(1), &json!("Day Drive"))
    );
    for (position, body) in [(before, unrated), (after, rated)] {
        let then = as_of(&sale.api, &sale.buyer, &path, &position.to_string())
            .await
            .expect(StatusCode::OK);
        assert_eq!(without_moment(then.body, position), body);
    }
    // What was withdrawn since is not shown to others by the way of the past, nor is a draft.
    sale.api.act(&sale.seller, &format!("{path}/withdraw")).await;
    let answer = as_of(&sale.api, &sale.buyer, &path, &after.to_string()).await;
    assert_eq!(answer.refusal(), "404 product_not_found");
    as_of(&sale.api, &sale.seller, &path, &after.to_string())
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn balances_of_sellers_add_up_to_their_orders_at_every_moment() {
    let sale = Sale::unpaid().await;
    let auditor = Person::auditor();
    let order = format!("/api/v1/orders/{}", sale.order);
    let (placed, _) = seen_at_rest(&sale, &sale.buyer, &order).await;
    let sale = sale.pay().await;
    let (paid, _) = seen_at_rest(&sale, &sale.buyer, &order).await;
    let part = json!({"amount": 1000, "reason": "other", "note": "By letter."});
    sale.refund(&Person::admin(), &part)
        .await
        .expect(StatusCode::CREATED);
    let (opened, _) = seen_at_rest(&sale, &sale.buyer, &order).await;
    let mut sums = Vec::new();
    for moment in [placed, paid, opened] {
        let mut sum = [0; 4];
        for seller in [&sale.seller, &sale.other_seller] {
            let path = format!("/api/v1/sellers/{}/balance", seller.id);
            let answer = as_of(&sale.api, &auditor, &path, &moment.to_string())
                .await
                .expect(StatusCode::OK);
            assert_eq!(answer.body["as_of_position"], moment);
            let balance = &answer.body["balances"][0];
            assert_eq!(
                (&balance["currency"], &balance["orders_count"]),
                (&json!("EUR"), &json!(1))
            );
            for (sum, field) in sum.iter_mut().zip(["paid", "pending", "refunded", "kept"]) {
                *sum += balance[field].as_i64().unwrap();
            }
        }
        sums.push(sum);
    }
    assert_eq!(sums, [[0, 0, 0, 0], [3990, 0, 0, 3990], [3990, 1000, 0, 2990]]);

    let path = format!("/api/v1/sellers/{}/balance", sale.seller.id);
    for person in [&sale.other_seller, &Person::seller()] {
        assert_eq!(sale.read(person, &path).await.refusal(), "404 seller_not_found");
    }
    assert_eq!(sale.read(&sale.buyer, &path).await.refusal(), "403 forbidden");
    let own = sale
        .api
        .get(&format!("{path}?explain=true&limit=1"))
        .by(&sale.seller)
        .send()
        .await;
    let own = own.expect(StatusCode::OK).body;
    let line = &own["explained"]["data"][0]["lines"][0];
    assert_eq!((&line["paid"], &line["pending"]), (&json!(2990), &json!(749)));
    assert_eq!(own["explained"]["has_more"], false);
    let mut types = Vec::new();
    for position in line["positions"].as_array().unwrap() {
        let position = comptoir_ledger::Position::new(position.as_i64().unwrap());
        let ledger = sale.api.node.engine().ledger();
        types.push(
            ledger.read_positions(&[position]).await.unwrap()[0]
                .event_type
                .clone(),
        );
    }
    assert_eq!(types, ["order.placed", "order.paid", "order.refund_opened"]);
    let alone = sale
        .api
        .get(&format!("{path}?limit=1"))
        .by(&sale.seller)
        .send()
        .await;
    assert_eq!(alone.refusal(), "400 invalid_parameter");
    let nobody = Person::seller();
    let empty = sale
        .read(&nobody, &format!("/api/v1/sellers/{}/balance", nobody.id))
        .await;
    assert_eq!(empty.expect(StatusCode::OK).body["balances"], json!([]));
}
