//! Licences in use over HTTP: keys and devices, rotation, passing on, and who may do what.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Api, Person};

pub(crate) const LICENCE: &str = "licence_01jd3e8m6xf2r9kq7v5t4w8zab";
pub(crate) const PRODUCT: &str = "product_01jd3e8m6xf2r9kq7v5t4w8zab";
pub(crate) const ACTIVATION: &str = "activation_01jd3e8m6xf2r9kq7v5t4w8zab";
/// Right by its check symbols, which for zeros are the numbers of their groups, and nobody's.
const NOBODYS_KEY: &str = "000001-000002-000003-000004-000005";

/// A licence that somebody holds.
pub(crate) struct Held {
    pub(crate) seller: Person,
    pub(crate) holder: Person,
    pub(crate) id: String,
    pub(crate) product: String,
    pub(crate) key: String,
}

/// A free product under terms, and a licence of it.
pub(crate) async fn held(api: &Api, use_terms: Value) -> Held {
    let (seller, holder) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 0).await;
    let offer = json!({
        "kind": "premium", "price": {"amount": 0, "currency": "EUR"},
        "terms": {"version": "1", "text": "Use it well."}, "use_terms": use_terms,
    });
    let path = format!("/api/v1/products/{}/offers", listed.id);
    let offer = api.post(&path).by(&seller).json(&offer).send().await;
    let offer = offer.expect(StatusCode::CREATED);
    let listed = crate::support::Listed {
        offer_id: offer.id(),
        ..listed
    };
    let order = api.order(&holder, &listed).await;
    let list = format!("/api/v1/licences?min_position={}", order.position());
    let list = api.get(&list).by(&holder).send().await.expect(StatusCode::OK);
    let id = list.body["data"][0]["id"].as_str().unwrap().to_owned();
    let read = api
        .get(&format!("/api/v1/licences/{id}"))
        .by(&holder)
        .send()
        .await;
    let key = read.expect(StatusCode::OK).body["key"]
        .as_str()
        .unwrap()
        .to_owned();
    Held {
        seller,
        holder,
        id,
        product: listed.id,
        key,
    }
}

pub(crate) fn bounded() -> Value {
    json!({"activations_max": 1, "valid_days": 30, "transferable": true})
}

pub(crate) async fn used(api: &Api, action: &str, body: &Value) -> Value {
    let path = format!("/api/v1/licences/{action}");
    api.post(&path)
        .json(body)
        .send()
        .await
        .expect(StatusCode::OK)
        .body
}

pub(crate) fn code(body: &Value) -> &str {
    body["code"].as_str().unwrap()
}

#[tokio::test]
async fn the_whole_key_is_for_its_holder_only() {
    let api = Api::start().await;
    let held = held(&api, bounded()).await;
    assert_eq!(held.key.len(), 34);
    let path = format!("/api/v1/licences/{}", held.id);
    let masked = format!("******-******-******-******-{}", &held.key[28..]);
    for reader in [&held.seller, &Person::admin(), &Person::auditor()] {
        let read = api.get(&path).by(reader).send().await.expect(StatusCode::OK);
        assert_eq!(read.body["key"], masked);
    }
    let list = api.get("/api/v1/licences").by(&held.holder).send().await;
    assert_eq!(list.body["data"][0]["key"], masked);
    assert_eq!(list.body["data"][0]["use_terms"], bounded());
    let stranger = api.get(&path).by(&Person::buyer()).send().await;
    assert_eq!(stranger.problem(), "404 licence_not_found");
}

#[tokio::test]
async fn a_program_validates_activates_and_deactivates_without_a_token() {
    let api = Api::start().await;
    let held = held(&api, bounded()).await;
    let ask = json!({"key": held.key, "product_id": held.product});
    let valid = used(&api, "validate", &ask).await;
    assert_eq!((code(&valid), &valid["allowed"]), ("valid", &json!(true)));
    assert_eq!(valid["licence"]["id"], *held.id);
    assert_eq!(valid["licence"]["standing"], "live");

    // Typed in carelessly.
    let careless = held.key.to_lowercase().replace('-', " ");
    let device =
        json!({"key": careless, "product_id": held.product, "device": "machine 1", "label": "Studio"});
    let activated = used(&api, "activate", &device).await;
    assert_eq!(code(&activated), "activated");
    let again = used(&api, "activate", &device).await;
    assert_eq!(again["activation_id"], activated["activation_id"]);
    assert_eq!(again["licence"]["activations_count"], 1);
    let second = json!({"key": held.key, "product_id": held.product, "device": "machine 2"});
    let full = used(&api, "activate", &second).await;
    assert_eq!(
        (code(&full), &full["allowed"]),
        ("activation_limit_reached", &json!(false))
    );

    let on_device =
        json!({"key": held.key, "product_id": held.product, "activation_id": activated["activation_id"]});
    assert_eq!(code(&used(&api, "validate", &on_device).await), "valid");
    assert_eq!(code(&used(&api, "deactivate", &on_device).await), "deactivated");
    assert_eq!(
        code(&used(&api, "deactivate", &on_device).await),
        "activation_unknown"
    );
    assert_eq!(
        code(&used(&api, "validate", &on_device).await),
        "activation_unknown"
    );
    assert_eq!(code(&used(&api, "activate", &second).await), "activated");
}

#[tokio::test]
async fn a_key_that_leads_nowhere_tells_nothing() {
    let api = Api::start().await;
    let held = held(&api, bounded()).await;
    let other = api.product(&Person::seller(), "basic", 0).await;
    let before = api.head();
    for (key, product, expected) in [
        ("", &*held.product, "malformed_key"),
        ("nonsense\u{0}", &held.product, "malformed_key"),
        (&held.key[1..], &held.product, "malformed_key"),
        (NOBODYS_KEY, &held.product, "unknown_key"),
        (&held.key, &other.id, "other_product"),
        (&held.key, PRODUCT, "other_product"),
    ] {
        for action in ["validate", "activate", "deactivate"] {
            let mut body = json!({"key": key, "product_id": product});
            match action {
                "activate" => body["device"] = json!("a"),
                "deactivate" => body["activation_id"] = json!(ACTIVATION),
                _ => {}
            }
            let answer = used(&api, action, &body).await;
            assert_eq!(code(&answer), expected, "{action} {key}");
            assert_eq!(
                (&answer["licence"], &answer["allowed"]),
                (&Value::Null, &json!(false))
            );
        }
    }
    assert_eq!(api.head(), before, "nothing is stored");
}

#[tokio::test]
async fn what_a_program_sends_is_read_strictly() {
    let api = Api::start().await;
    let good = json!({"key": NOBODYS_KEY, "product_id": PRODUCT, "device": "a"});
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body.to_string()
    };
    let without = |name: &str| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(name);
        body.to_string()
    };
    let head = api.head();
    for (body, expected) in [
        (String::new(), "422 invalid_request"),
        ("{".to_owned(), "400 invalid_json"),
        ("[]".to_owned(), "422 invalid_request"),
        (without("product_id"), "/product_id missing_field"),
        (without("key"), "/key missing_field"),
        (without("device"), "/device missing_field"),
        (with("key", json!(7)), "/key wrong_type"),
        (with("product_id", json!(LICENCE)), "/product_id"),
        (with("device", json!("")), "/device"),
        (with("device", json!("a\u{0}")), "/device"),
        (with("device", json!("a".repeat(201))), "/device"),
        (with("label", json!({})), "/label wrong_type"),
        (with("surprise", json!(1)), "/surprise unknown_field"),
    ] {
        let answer = api.post("/api/v1/licences/activate").text(&body).send().await;
        let problem = answer.problem();
        assert!(problem.contains(expected), "{body}: {problem}");
        assert!(!answer.text.contains(NOBODYS_KEY), "{}", answer.text);
    }
    let plain = api
        .post("/api/v1/licences/validate")
        .bytes(b"{}".to_vec())
        .send()
        .await;
    assert_eq!(plain.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for (action, body, expected) in [
        (
            "validate",
            json!({"key": "x", "product_id": PRODUCT, "activation_id": PRODUCT}),
            "/activation_id",
        ),
        (
            "deactivate",
            json!({"key": "x", "product_id": PRODUCT}),
            "/activation_id missing_field",
        ),
        (
            "deactivate",
            json!({"key": "x", "product_id": PRODUCT, "activation_id": 1}),
            "/activation_id",
        ),
    ] {
        let path = format!("/api/v1/licences/{action}");
        let problem = api.post(&path).json(&body).send().await.problem();
        assert!(problem.contains(expected), "{action}: {problem}");
    }
    assert_eq!(api.head(), head);
}

#[tokio::test]
async fn an_address_may_ask_so_often_and_no_more() {
    let settings = [
        ("COMPTOIR_PUBLIC_RATE_LIMIT_REQUESTS", "3"),
        ("COMPTOIR_CLIENT_ADDRESS_HEADER", "X-Forwarded-For"),
    ];
    let api = Api::start_with(&settings).await;
    let ask = json!({"key": NOBODYS_KEY, "product_id": PRODUCT});
    let from = async |address: &str| {
        let call = api
            .post("/api/v1/licences/validate")
            .header("x-forwarded-for", address);
        call.json(&ask).send().await
    };
    for remaining in [2, 1, 0] {
        let answer = from("192.0.2.7").await.expect(StatusCode::OK);
        let limit = answer.headers["ratelimit"].to_str().unwrap();
        assert!(limit.contains(&format!("r={remaining};")), "{limit}");
    }
    let refused = from("203.0.113.9, 192.0.2.7")
        .await
        .expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    from("192.0.2.8").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn terms_of_use_are_read_strictly() {
    let api = Api::start().await;
    let seller = Person::seller();
    let listed = api.product(&seller, "basic", 0).await;
    let path = format!("/api/v1/products/{}/offers", listed.id);
    for (use_terms, expected) in [
        (json!({"activations_max": 0}), "/use_terms/activations_max"),
        (json!({"activations_max": 1001}), "/use_terms/activations_max"),
        (json!({"valid_days": 36_501}), "/use_terms/valid_days"),
        (json!({"valid_days": "30"}), "/use_terms/valid_days"),
        (json!({"transferable": 1}), "/use_terms/transferable"),
        (json!({"surprise": 1}), "/use_terms/surprise"),
    ] {
        let offer = json!({
            "kind": "basic", "price": {"amount": 0, "currency": "EUR"},
            "terms": {"version": "1", "text": "x"}, "use_terms": use_terms,
        });
        let problem = api.post(&path).by(&seller).json(&offer).send().await.problem();
        assert!(
            problem.starts_with("422") && problem.contains(expected),
            "{problem}"
        );
    }
}
