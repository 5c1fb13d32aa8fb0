//! Erasing people: what is answered, what is shown of them afterwards, and what is refused.

use axum::http::StatusCode;
use comptoir_domain::values::PersonId;
use serde_json::{Value, json};

use crate::reviews::Bought;
use crate::support::{Answer, Api, Person, order_of};

const UNKNOWN: &str = "person_01jd3e8m6xf2r9kq7v5t4w8zab";

pub(crate) fn erase_path(person_id: impl std::fmt::Display) -> String {
    format!("/api/v1/persons/{person_id}/erase")
}

pub(crate) async fn erase(api: &Api, person_id: PersonId) -> Answer {
    let body = json!({"reason": "consent_withdrawn"});
    let call = api.post(&erase_path(person_id)).by(&Person::admin());
    call.json(&body).send().await.expect(StatusCode::OK)
}

/// The licence of the order.
pub(crate) async fn licence_of(shop: &Bought) -> String {
    let path = format!("/api/v1/orders/{}?min_position={}", shop.order, shop.api.head());
    let order = shop.api.get(&path).by(&shop.buyer).send().await;
    let order = order.expect(StatusCode::OK).body;
    order["licences"][0]["id"].as_str().unwrap().to_owned()
}

/// A program of the holder uses the licence on a device with a name.
pub(crate) async fn activate(shop: &Bought, licence: &str, label: &str) {
    let path = format!("/api/v1/licences/{licence}");
    let read = shop.api.get(&path).by(&shop.buyer).send().await;
    let key = read.expect(StatusCode::OK).body["key"].clone();
    let ask = json!({"key": key, "product_id": shop.listed.id, "device": "d-1", "label": label});
    let used = shop.api.post("/api/v1/licences/activate").json(&ask).send().await;
    assert_eq!(used.expect(StatusCode::OK).body["code"], "activated");
}

async fn read(shop: &Bought, by: &Person, path: &str) -> Value {
    let path = format!("{path}?min_position={}", shop.api.head());
    shop.api
        .get(&path)
        .by(by)
        .send()
        .await
        .expect(StatusCode::OK)
        .body
}

#[tokio::test]
async fn erasing_answers_the_same_however_often_it_is_asked() {
    let shop = Bought::new().await;
    let path = erase_path(shop.buyer.id);
    let admin = Person::admin();
    let ask = async |body: &Value| {
        let call = shop.api.post(&path).by(&admin).header("idempotency-key", "one");
        call.json(body).send().await
    };
    let objection = json!({"reason": "objection"});
    let first = ask(&objection).await.expect(StatusCode::OK);
    assert_eq!(first.body["person_id"], shop.buyer.id.to_string());
    assert_eq!(first.body["erased"]["reason"], "objection");
    assert!(first.body["erased"]["erased_at"].is_string());
    let repeated = ask(&objection).await.expect(StatusCode::OK);
    assert_eq!(repeated.body, first.body);
    assert_eq!(repeated.headers["idempotent-replayed"], "true");
    let other = json!({"reason": "legal_obligation"});
    assert_eq!(ask(&other).await.refusal(), "422 idempotency_key_reused");
    let head = shop.api.head();
    for body in [None, Some(json!({})), Some(other)] {
        let call = shop.api.post(&path).by(&Person::admin());
        let call = match &body {
            Some(body) => call.json(body),
            None => call,
        };
        let again = call.send().await.expect(StatusCode::OK);
        assert_eq!(again.body, first.body);
    }
    assert_eq!(shop.api.head(), head, "one event, however often");
}

#[tokio::test]
async fn who_is_newer_than_the_read_models_or_has_no_key_is_known_too() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    api.draft(&seller).await;
    erase(&api, seller.id).await;
    let stranger = api.post(&erase_path(buyer.id)).by(&Person::admin()).send().await;
    assert_eq!(stranger.refusal(), "404 person_not_found");
    let product = json!({"title": "One more"});
    let refused = api
        .post("/api/v1/products")
        .by(&seller)
        .json(&product)
        .send()
        .await;
    assert_eq!(refused.refusal(), "409 person_erased");
}

#[tokio::test]
async fn everything_shows_an_erased_person_as_erased() {
    let shop = Bought::new().await;
    let licence = format!("/api/v1/licences/{}", licence_of(&shop).await);
    activate(&shop, licence.rsplit_once('/').unwrap().1, "Studio of Ada").await;
    let review = format!("/api/v1/reviews/{}", shop.posted(4, "Warm and dark.").await.id());
    let edit = json!({"text": "Warm, dark and long."});
    let edited = shop.api.patch(&review).by(&shop.buyer).json(&edit).send().await;
    edited.expect(StatusCode::OK);
    let order = format!("/api/v1/orders/{}", shop.order);
    let before = read(&shop, &shop.buyer, &licence).await;
    assert_eq!(before["key_erased"], false);
    erase(&shop.api, shop.buyer.id).await;

    for reader in [&shop.buyer, &Person::admin()] {
        let order = read(&shop, reader, &order).await;
        assert_eq!(
            (&order["billing"], &order["billing_erased"]),
            (&Value::Null, &json!(true))
        );
    }
    let shown = read(&shop, &shop.buyer, &licence).await;
    assert_eq!(shown["key_erased"], true);
    assert!(shown["key"].as_str().unwrap().starts_with("******"), "{shown}");
    let devices = read(&shop, &shop.buyer, &format!("{licence}/activations")).await;
    let device = &devices["data"][0];
    assert_eq!(
        (&device["label"], &device["label_erased"]),
        (&Value::Null, &json!(true))
    );
    let shown = read(&shop, &Person::admin(), &review).await;
    assert_eq!(
        (&shown["text"], &shown["author_erased"]),
        (&Value::Null, &json!(true))
    );
    let version = &shown["details"]["history"][0];
    assert_eq!(
        (&version["text"], &version["text_erased"]),
        (&Value::Null, &json!(true))
    );
}

#[tokio::test]
async fn what_others_wrote_is_shown_as_erased_where_it_stands() {
    let shop = Bought::new().await;
    let review = format!("/api/v1/reviews/{}", shop.posted(4, "Warm and dark.").await.id());
    let (reporter, admin) = (Person::buyer(), Person::admin());
    let say = async |person: &Person, action: &str, body: Value| {
        let call = shop.api.post(&format!("{review}/{action}")).by(person);
        call.json(&body).send().await.expect(StatusCode::OK);
    };
    say(&shop.seller, "answer", json!({"text": "Thank you."})).await;
    say(
        &reporter,
        "report",
        json!({"reason": "spam", "note": "Seen before."}),
    )
    .await;
    say(
        &admin,
        "hide",
        json!({"reason": "spam", "note": "Seen before, we are told."}),
    )
    .await;
    let known = read(&shop, &admin, &review).await;
    assert_eq!(known["answer"]["text_erased"], false);
    assert_eq!(known["details"]["hidden"]["note_erased"], false);
    for person in [&shop.seller, &reporter, &shop.buyer] {
        erase(&shop.api, person.id).await;
    }
    let shown = read(&shop, &admin, &review).await;
    let nothing = |part: &Value, field: &str| {
        assert_eq!(part[field], Value::Null, "{part}");
        assert_eq!(part[format!("{field}_erased")], true, "{part}");
    };
    nothing(&shown["answer"], "text");
    nothing(&shown["details"]["hidden"], "note");
    nothing(&shown["details"]["reports"][0], "note");
}

#[tokio::test]
async fn the_author_of_stars_alone_is_shown_as_erased_too() {
    let shop = Bought::new().await;
    let body = json!({"order_id": shop.order, "rating": 5});
    let posted = shop
        .api
        .post(&shop.reviews())
        .by(&shop.buyer)
        .json(&body)
        .send()
        .await;
    let review = format!("/api/v1/reviews/{}", posted.expect(StatusCode::CREATED).id());
    let reader = Person::buyer();
    assert_eq!(read(&shop, &reader, &review).await["author_erased"], false);
    erase(&shop.api, shop.buyer.id).await;
    let shown = read(&shop, &reader, &review).await;
    assert_eq!(
        (&shown["author_erased"], &shown["rating"]),
        (&json!(true), &json!(5))
    );
}

#[tokio::test]
async fn an_erased_person_begins_nothing_and_gets_nothing() {
    let shop = Bought::new().await;
    let posted = shop.posted(4, "Warm and dark.").await;
    let review = format!("/api/v1/reviews/{}", posted.id());
    let licence = licence_of(&shop).await;
    let stranger = Person::buyer();
    shop.api.order(&stranger, &shop.listed).await;
    erase(&shop.api, stranger.id).await;
    erase(&shop.api, shop.buyer.id).await;
    let (head, keys) = (shop.api.head(), shop.api.person_keys().await);
    let order = order_of(&shop.listed);
    let answers = [
        shop.api
            .post("/api/v1/orders")
            .by(&shop.buyer)
            .json(&order)
            .send()
            .await,
        shop.api
            .patch(&review)
            .by(&shop.buyer)
            .json(&json!({"rating": 1}))
            .send()
            .await,
        shop.api
            .put(&format!("{review}/helpful-vote"))
            .by(&stranger)
            .send()
            .await,
        shop.api
            .post(&format!("/api/v1/licences/{licence}/rotate-key"))
            .by(&shop.buyer)
            .send()
            .await,
    ];
    for answer in answers {
        assert_eq!(answer.refusal(), "409 person_erased");
    }
    assert_eq!((shop.api.head(), shop.api.person_keys().await), (head, keys));
    let removed = shop.api.delete(&review).by(&shop.buyer).send().await;
    assert_eq!(removed.expect(StatusCode::OK).body["status"], "removed");
}

#[tokio::test]
async fn a_wrong_request_to_erase_is_refused_and_stores_nothing() {
    let shop = Bought::new().await;
    let path = erase_path(shop.buyer.id);
    let (head, keys) = (shop.api.head(), shop.api.person_keys().await);
    let admin = Person::admin();
    let mut refusals = Vec::new();
    for body in [
        r#"{"reason":"because"}"#,
        r#"{"reason":1}"#,
        r#"{"note":"Asked by letter."}"#,
        "[]",
        "{",
    ] {
        refusals.push(shop.api.post(&path).by(&admin).text(body).send().await.problem());
    }
    for id in [
        "nonsense",
        "order_01jd3e8m6xf2r9kq7v5t4w8zab",
        "person_1",
        "%00",
        UNKNOWN,
    ] {
        refusals.push(shop.api.post(&erase_path(id)).by(&admin).send().await.problem());
    }
    refusals.push(shop.api.get(&path).by(&admin).send().await.problem());
    let with_nul = json!({"reason": "a\u{0}b"});
    let with_nul = shop.api.post(&path).by(&admin).json(&with_nul).send().await;
    assert_eq!(with_nul.refusal(), "422 invalid_request");
    insta::assert_snapshot!(refusals.join("\n"), @"
    422 invalid_request: the body does not have the form that is wanted
    /reason unknown_value: unknown variant `because`, expected one of `no_longer_necessary`, `consent_withdrawn`, `objection`, `unlawful_processing`, `legal_obligation`, `collected_from_child`
    400 invalid_json: expected value at line 1 column 11
    422 invalid_request: the body does not have the form that is wanted
    /note unknown_field: unknown field `note`, expected `reason`
    422 invalid_request: the body does not have the form that is wanted
     wrong_type: invalid type: sequence, expected an object
    400 invalid_json: EOF while parsing an object at line 1 column 1
    400 invalid_parameter: the parameter person_id is wrong
    person_id invalid_value: an id that starts with `person_` is expected
    400 invalid_parameter: the parameter person_id is wrong
    person_id invalid_value: an id that starts with `person_` is expected
    400 invalid_parameter: the parameter person_id is wrong
    person_id invalid_value: `person_` must be followed by 26 characters of lower-case Crockford base 32
    400 invalid_parameter: the parameter person_id is wrong
    person_id invalid_value: an id that starts with `person_` is expected
    404 person_not_found
    405 method_not_allowed
    ");
    let mut refusals = Vec::new();
    for person in [&shop.buyer, &shop.seller, &Person::auditor()] {
        refusals.push(shop.api.post(&path).by(person).send().await.problem());
    }
    let forged = ("authorization", "Bearer no.such.token");
    refusals.push(shop.api.post(&path).send().await.refusal());
    refusals.push(
        shop.api
            .post(&path)
            .header(forged.0, forged.1)
            .send()
            .await
            .refusal(),
    );
    insta::assert_snapshot!(refusals.join("\n"), @"
    403 forbidden: a role is needed: admin
    403 forbidden: a role is needed: admin
    403 forbidden: a role is needed: admin
    401 unauthenticated
    401 unauthenticated
    ");
    assert_eq!((shop.api.head(), shop.api.person_keys().await), (head, keys));
}
