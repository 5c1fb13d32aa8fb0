//! What is refused about reviews, and that nothing is stored then.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::reviews::Bought;
use crate::support::{Answer, Person};

const UNKNOWN: &str = "/api/v1/reviews/review_01jd3e8m6xf2r9kq7v5t4w8zab";

/// The actions on a review that are sent with POST, each with a content that would do.
fn actions() -> [(&'static str, Value); 4] {
    let reason = json!({"reason": "spam"});
    [
        ("answer", json!({"text": "Thank you."})),
        ("report", reason.clone()),
        ("hide", reason),
        ("restore", json!({})),
    ]
}

#[tokio::test]
async fn only_what_was_bought_can_be_reviewed_and_only_once() {
    let shop = Bought::new().await;
    let priced = shop.api.product(&shop.seller, "basic", 2990).await;
    let unpaid = shop.api.order(&shop.buyer, &priced).await.id();
    let (head, keys) = (shop.api.head(), shop.api.person_keys().await);
    let post = async |person: &Person, product: &str, order: &str| {
        let path = format!("/api/v1/products/{product}/reviews");
        let body = json!({"order_id": order, "rating": 5, "text": "Great."});
        shop.api.post(&path).by(person).json(&body).send().await.problem()
    };
    let free = shop.listed.id.as_str();
    let missing = "order_01jd3e8m6xf2r9kq7v5t4w8zab";
    let refusals = [
        post(&shop.buyer, free, missing).await,
        post(&Person::buyer(), free, &shop.order).await,
        post(&shop.buyer, &priced.id, &unpaid).await,
        post(&shop.buyer, &priced.id, &shop.order).await,
        post(&shop.seller, free, &shop.order).await,
    ];
    insta::assert_snapshot!(refusals.join("\n"), @"
    403 review_not_allowed: the order does not exist
    /order_id unknown_order: the order does not exist
    403 review_not_allowed: the order does not exist
    /order_id unknown_order: the order does not exist
    403 review_not_allowed: the order is not paid
    /order_id not_paid: the order is not paid
    403 review_not_allowed: the order does not contain the product
    /order_id product_not_in_order: the order does not contain the product
    403 forbidden: a role is needed: buyer
    ");
    assert_eq!((shop.api.head(), shop.api.person_keys().await), (head, keys));
    shop.posted(5, "Great.").await;
    let again = post(&shop.buyer, free, &shop.order).await;
    insta::assert_snapshot!(again, @"409 review_conflict: there is one review for each buyer and product, and there is one already");
}

#[tokio::test]
async fn each_may_do_only_what_is_theirs() {
    let shop = Bought::new().await;
    let posted = shop.posted(3, "Fine.").await;
    let path = format!("/api/v1/reviews/{}", posted.id());
    let (head, keys) = (shop.api.head(), shop.api.person_keys().await);
    let stranger = Person::buyer();
    let edit = json!({"rating": 1});
    let mut refusals = vec![
        shop.api.patch(&path).by(&stranger).json(&edit).send().await,
        shop.api.delete(&path).by(&stranger).send().await,
        shop.api
            .put(&format!("{path}/helpful-vote"))
            .by(&shop.buyer)
            .send()
            .await,
        shop.api
            .delete(&format!("{path}/helpful-vote"))
            .by(&shop.buyer)
            .send()
            .await,
    ];
    for (action, body) in actions() {
        let people = [&shop.buyer, &Person::seller(), &Person::auditor()];
        for person in people {
            if action == "report" && person.id != shop.buyer.id {
                continue;
            }
            let call = shop.api.post(&format!("{path}/{action}")).by(person);
            refusals.push(call.json(&body).send().await);
        }
    }
    for refusal in &refusals {
        assert_eq!(refusal.status, StatusCode::FORBIDDEN, "{}", refusal.text);
        refusal.problem();
    }
    assert_eq!((shop.api.head(), shop.api.person_keys().await), (head, keys));
}

#[tokio::test]
async fn unknown_reviews_wrong_ids_and_missing_tokens_are_refused_on_every_route() {
    let shop = Bought::new().await;
    let (buyer, seller, admin) = (&shop.buyer, &shop.seller, Person::admin());
    let head = shop.api.head();
    let mut unknown: Vec<Answer> = vec![
        shop.api.get(UNKNOWN).by(buyer).send().await,
        shop.api
            .patch(UNKNOWN)
            .by(buyer)
            .json(&json!({"rating": 1}))
            .send()
            .await,
        shop.api
            .patch(UNKNOWN)
            .by(buyer)
            .json(&json!({"text": "Hm."}))
            .send()
            .await,
        shop.api.delete(UNKNOWN).by(buyer).send().await,
        shop.api
            .put(&format!("{UNKNOWN}/helpful-vote"))
            .by(buyer)
            .send()
            .await,
        shop.api
            .delete(&format!("{UNKNOWN}/helpful-vote"))
            .by(buyer)
            .send()
            .await,
    ];
    let mut wrong = Vec::new();
    let mut nobody = Vec::new();
    for (action, body) in actions() {
        let person = if action == "answer" { seller } else { &admin };
        let path = format!("{UNKNOWN}/{action}");
        unknown.push(shop.api.post(&path).by(person).json(&body).send().await);
        let other = path.replace("review_", "order_");
        wrong.push(shop.api.post(&other).by(person).json(&body).send().await);
        nobody.push(shop.api.post(&path).json(&body).send().await);
        let forged = shop
            .api
            .post(&path)
            .header("authorization", "Bearer no.such.token");
        nobody.push(forged.json(&body).send().await);
    }
    for (paths, id) in [
        (&mut wrong, "nonsense"),
        (&mut nobody, "review_01jd3e8m6xf2r9kq7v5t4w8zab"),
    ] {
        let path = format!("/api/v1/reviews/{id}");
        let vote = format!("{path}/helpful-vote");
        let by = |call: crate::support::Call| if id == "nonsense" { call.by(buyer) } else { call };
        paths.push(by(shop.api.get(&path)).send().await);
        paths.push(by(shop.api.patch(&path)).json(&json!({})).send().await);
        paths.push(by(shop.api.delete(&path)).send().await);
        paths.push(by(shop.api.put(&vote)).send().await);
        paths.push(by(shop.api.delete(&vote)).send().await);
    }
    for (answers, expected) in [
        (unknown, "404 review_not_found"),
        (wrong, "400 invalid_parameter"),
        (nobody, "401 unauthenticated"),
    ] {
        for answer in answers {
            answer.problem();
            assert_eq!(answer.refusal(), expected, "{}", answer.text);
        }
    }
    assert_eq!(shop.api.head(), head);
}

#[tokio::test]
async fn a_wrong_review_is_refused_with_its_place() {
    let shop = Bought::new().await;
    let order = shop.order.as_str();
    let long = "x".repeat(5001);
    let (head, keys) = (shop.api.head(), shop.api.person_keys().await);
    let bodies = [
        json!({}),
        json!({"order_id": order}),
        json!({"order_id": order, "rating": 0}),
        json!({"order_id": order, "rating": 6}),
        json!({"order_id": order, "rating": 4.5}),
        json!({"order_id": order, "rating": "5"}),
        json!({"order_id": "nonsense", "rating": 5}),
        json!({"order_id": order, "rating": 5, "text": ""}),
        json!({"order_id": order, "rating": 5, "text": "a\u{0}b"}),
        json!({"order_id": order, "rating": 5, "text": long}),
        json!({"order_id": order, "rating": 5, "stars": 5}),
        json!([]),
    ];
    let mut refusals = Vec::new();
    for body in bodies {
        let call = shop.api.post(&shop.reviews()).by(&shop.buyer);
        refusals.push(call.json(&body).send().await.problem());
    }
    insta::assert_snapshot!(refusals.join("\n").replace(&long, "..."), @r#"
    422 invalid_request: the body does not have the form that is wanted
    /order_id missing_field: missing field `order_id`
    422 invalid_request: the body does not have the form that is wanted
    /rating missing_field: missing field `rating`
    422 invalid_request: the body does not have the form that is wanted
    /rating invalid_value: must be from 1 to 5
    422 invalid_request: the body does not have the form that is wanted
    /rating invalid_value: must be from 1 to 5
    422 invalid_request: the body does not have the form that is wanted
    /rating wrong_type: invalid type: floating point `4.5`, expected i64
    422 invalid_request: the body does not have the form that is wanted
    /rating wrong_type: invalid type: string "5", expected i64
    422 invalid_request: the body does not have the form that is wanted
    /order_id invalid_value: an id that starts with `order_` is expected
    422 invalid_request: the body does not have the form that is wanted
    /text invalid_value: must not be empty
    422 invalid_request: the body does not have the form that is wanted
    /text invalid_value: must not contain the character U+0000
    422 invalid_request: the body does not have the form that is wanted
    /text invalid_value: must have at most 5000 characters
    422 invalid_request: the body does not have the form that is wanted
    /stars unknown_field: unknown field `stars`, expected one of `order_id`, `rating`, `text`
    422 invalid_request: the body does not have the form that is wanted
     wrong_type: invalid type: sequence, expected an object
    "#);
    assert_eq!((shop.api.head(), shop.api.person_keys().await), (head, keys));
}

#[tokio::test]
async fn a_wrong_body_of_an_action_is_refused_with_its_place() {
    let shop = Bought::new().await;
    let path = format!("/api/v1/reviews/{}", shop.posted(3, "Fine.").await.id());
    let (seller, admin) = (&shop.seller, Person::admin());
    let after = (shop.api.head(), shop.api.person_keys().await);
    let edit = async |body: Value| {
        let call = shop.api.patch(&path).by(&shop.buyer);
        call.json(&body).send().await.problem()
    };
    let mut refusals = vec![
        edit(json!({"rating": 9})).await,
        edit(json!({"text": "a\u{0}b"})).await,
        edit(json!({"colour": 1})).await,
    ];
    for (action, person, body) in [
        ("answer", seller, json!({})),
        ("answer", seller, json!({"text": "\u{202E}evil"})),
        ("report", seller, json!({"reason": "dislike"})),
        ("report", seller, json!({"reason": "spam", "note": 1})),
        ("hide", &admin, json!({"note": "Because."})),
        ("hide", &admin, json!({"reason": "spam", "note": "a\u{0}b"})),
        ("restore", &admin, json!({"reason": "spam"})),
    ] {
        let call = shop.api.post(&format!("{path}/{action}")).by(person);
        refusals.push(call.json(&body).send().await.problem());
    }
    let vote = format!("{path}/helpful-vote");
    let voter = Person::buyer();
    let extra = json!({"stars": 1});
    refusals.push(shop.api.put(&vote).by(&voter).json(&extra).send().await.problem());
    refusals.push(
        shop.api
            .delete(&vote)
            .by(&voter)
            .json(&extra)
            .send()
            .await
            .problem(),
    );
    refusals.push(
        shop.api
            .delete(&path)
            .by(&shop.buyer)
            .json(&extra)
            .send()
            .await
            .problem(),
    );
    insta::assert_snapshot!(refusals.join("\n"), @"
    422 invalid_request: the body does not have the form that is wanted
    /rating invalid_value: must be from 1 to 5
    422 invalid_request: the body does not have the form that is wanted
    /text invalid_value: must not contain the character U+0000
    422 invalid_request: the body does not have the form that is wanted
    /colour unknown_field: unknown field `colour`, expected `rating` or `text`
    422 invalid_request: the body does not have the form that is wanted
    /text missing_field: missing field `text`
    422 invalid_request: the body does not have the form that is wanted
    /text invalid_value: must not contain the character U+202E
    422 invalid_request: the body does not have the form that is wanted
    /reason unknown_value: unknown variant `dislike`, expected one of `spam`, `offensive`, `off_topic`, `personal_data`, `fake`, `conflict_of_interest`, `illegal`, `other`
    422 invalid_request: the body does not have the form that is wanted
    /note wrong_type: invalid type: integer `1`, expected a string
    422 invalid_request: the body does not have the form that is wanted
    /reason missing_field: missing field `reason`
    422 invalid_request: the body does not have the form that is wanted
    /note invalid_value: must not contain the character U+0000
    422 invalid_request: the body does not have the form that is wanted
    /reason unknown_field: unknown field `reason`, there are no fields
    422 invalid_request: the body does not have the form that is wanted
    /stars unknown_field: unknown field `stars`, there are no fields
    422 invalid_request: the body does not have the form that is wanted
    /stars unknown_field: unknown field `stars`, there are no fields
    422 invalid_request: the body does not have the form that is wanted
    /stars unknown_field: unknown field `stars`, there are no fields
    ");
    assert_eq!((shop.api.head(), shop.api.person_keys().await), after);
}

#[tokio::test]
async fn a_wrong_query_is_refused_and_a_draft_has_no_list() {
    let shop = Bought::new().await;
    let reviews = shop.reviews();
    let seen = format!("{reviews}?min_position={}", shop.api.head());
    shop.api
        .get(&seen)
        .by(&shop.buyer)
        .send()
        .await
        .expect(StatusCode::OK);
    let mut refusals = Vec::new();
    for query in [
        "?sort=best",
        "?limit=0",
        "?limit=101",
        "?starting_after=nonsense",
        "?starting_after=review_01jd3e8m6xf2r9kq7v5t4w8zab",
        "?colour=1",
        "?min_position=x",
    ] {
        let answer = shop
            .api
            .get(&format!("{reviews}{query}"))
            .by(&shop.buyer)
            .send()
            .await;
        refusals.push(answer.problem());
    }
    insta::assert_snapshot!(refusals.join("\n"), @"
    400 invalid_parameter: the parameter sort is wrong
    sort invalid_value: unknown variant `best`, expected one of `newest`, `oldest`, `highest`, `lowest`, `most_helpful`
    400 invalid_parameter: the parameter limit is wrong
    limit invalid_value: must be from 1 to 100
    400 invalid_parameter: the parameter limit is wrong
    limit invalid_value: must be from 1 to 100
    400 invalid_parameter: the parameter starting_after is wrong
    starting_after invalid_value: an id that starts with `review_` is expected
    400 invalid_parameter: the parameter starting_after is wrong
    starting_after unknown_cursor: the row to start after does not exist
    400 invalid_parameter: the parameter colour is wrong
    colour unknown_parameter: unknown field `colour`, expected one of `limit`, `starting_after`, `sort`, `min_position`
    400 invalid_parameter: the parameter min_position is wrong
    min_position invalid_value: must be a position: a whole number, as the header Comptoir-Position gives it
    ");
    let draft = shop.api.draft(&shop.seller).await;
    let path = format!(
        "/api/v1/products/{}/reviews?min_position={}",
        draft.id(),
        draft.position()
    );
    let foreign = shop.api.get(&path).by(&shop.buyer).send().await;
    assert_eq!(foreign.refusal(), "404 product_not_found");
    let own = shop
        .api
        .get(&path)
        .by(&shop.seller)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(own.body, json!({"data": [], "has_more": false}));
}
