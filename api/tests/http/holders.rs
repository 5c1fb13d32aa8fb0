//! What holders do with their licences: rotate the key, pass them on, look at devices, take the file along.

use axum::http::StatusCode;
use comptoir_domain::values::Role;
use serde_json::json;

use crate::licences::{ACTIVATION, LICENCE, PRODUCT, bounded, code, held, used};
use crate::support::{Answer, Api, Person};

#[tokio::test]
async fn rotating_gives_its_holder_a_new_key() {
    let api = Api::start().await;
    let held = held(&api, bounded()).await;
    let path = format!("/api/v1/licences/{}/rotate-key", held.id);
    let rotate = async || {
        let call = api.post(&path).by(&held.holder).header("idempotency-key", "k1");
        call.send().await.expect(StatusCode::OK)
    };
    let (first, again) = (rotate().await, rotate().await);
    let key = first.body["key"].as_str().unwrap();
    assert_eq!((key.len(), &again.body["key"]), (34, &first.body["key"]));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_ne!(key, held.key);
    let old = json!({"key": held.key, "product_id": held.product});
    assert_eq!(code(&used(&api, "validate", &old).await), "unknown_key");
    // A key that is newer than the read model is found too.
    let new = json!({"key": key, "product_id": held.product});
    assert_eq!(code(&used(&api, "validate", &new).await), "valid");
    let by_admin = api
        .post(&path)
        .by(&Person::admin())
        .send()
        .await
        .expect(StatusCode::OK);
    assert!(by_admin.body["key"].as_str().unwrap().starts_with("******"));
}

#[tokio::test]
async fn a_licence_is_passed_on_where_its_terms_allow_it() {
    let api = Api::start().await;
    let given = held(&api, bounded()).await;
    let other = Person::buyer();
    let path = format!("/api/v1/licences/{}/transfer", given.id);
    let to = json!({"to": other.id.to_string()});
    let moved = api
        .post(&path)
        .by(&given.holder)
        .json(&to)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(moved.body["holder_id"], other.id.to_string());
    assert!(moved.body["key"].as_str().unwrap().starts_with("******"));
    let read = format!("/api/v1/licences/{}?min_position={}", given.id, moved.position());
    let theirs = api.get(&read).by(&other).send().await.expect(StatusCode::OK);
    assert_eq!(theirs.body["key"].as_str().unwrap().len(), 34);
    assert_eq!(
        api.get(&read).by(&given.holder).send().await.problem(),
        "404 licence_not_found"
    );
    let again = api.post(&path).by(&given.holder).json(&to).send().await;
    assert_eq!(again.problem(), "404 licence_not_found");
    let to_oneself = api.post(&path).by(&other).json(&to).send().await;
    assert_eq!(
        to_oneself.problem(),
        "409 licence_conflict: the licence is held by this person already"
    );

    let fixed = held(&api, json!({})).await;
    let path = format!("/api/v1/licences/{}/transfer", fixed.id);
    let refused = api.post(&path).by(&fixed.holder).json(&to).send().await;
    assert_eq!(
        refused.problem(),
        "409 licence_conflict: the licence may not be passed on"
    );
    let wrong = json!({"to": PRODUCT});
    let wrong = api
        .post(&path)
        .by(&fixed.holder)
        .json(&wrong)
        .send()
        .await
        .problem();
    assert!(
        wrong.starts_with("422 invalid_request") && wrong.contains("/to"),
        "{wrong}"
    );
}

#[tokio::test]
async fn devices_are_listed_and_named_to_the_holder_only() {
    let api = Api::start().await;
    let held = held(&api, bounded()).await;
    let device =
        json!({"key": held.key, "product_id": held.product, "device": "m", "label": "Studio in Lyon"});
    let path = "/api/v1/licences/activate";
    let activated = api.post(path).json(&device).send().await.expect(StatusCode::OK);
    let path = format!(
        "/api/v1/licences/{}/activations?min_position={}",
        held.id,
        activated.position()
    );
    let seen = async |person: &Person| {
        let list = api.get(&path).by(person).send().await.expect(StatusCode::OK);
        list.body["data"][0].clone()
    };
    let own = seen(&held.holder).await;
    assert_eq!(
        (&own["id"], &own["label"]),
        (&activated.body["activation_id"], &json!("Studio in Lyon"))
    );
    for person in [&held.seller, &Person::admin()] {
        assert_eq!(seen(person).await.get("label"), None);
    }
    let stranger = api.get(&path).by(&Person::buyer()).send().await;
    assert_eq!(stranger.problem(), "404 licence_not_found");
}

#[tokio::test]
async fn the_licence_file_names_a_published_key() {
    let api = Api::start().await;
    let held = held(&api, bounded()).await;
    let path = format!("/api/v1/licences/{}/file", held.id);
    let file = api
        .get(&path)
        .by(&held.holder)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(file.headers["content-type"], "application/jose");
    let keys = api
        .get("/.well-known/comptoir-keys")
        .send()
        .await
        .expect(StatusCode::OK);
    let kid = keys.body["keys"][0]["kid"].as_str().unwrap();
    assert_eq!(file.text.split('.').count(), 3);
    assert_eq!(keys.body["keys"][0]["crv"], "Ed25519");
    let header = base64::Engine::decode(
        &base64::engine::general_purpose::URL_SAFE_NO_PAD,
        file.text.split('.').next().unwrap(),
    );
    assert!(String::from_utf8(header.unwrap()).unwrap().contains(kid));
    assert_eq!(
        api.get(&path).by(&Person::buyer()).send().await.problem(),
        "404 licence_not_found"
    );
    let device = format!("{path}?activation_id={ACTIVATION}");
    let device = api.get(&device).by(&held.holder).send().await.problem();
    assert_eq!(
        device,
        "409 licence_conflict: the licence is not active on this device"
    );
    let unknown = format!("{path}?surprise=1");
    let unknown = api.get(&unknown).by(&held.holder).send().await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn who_has_no_token_or_no_licence_gets_nowhere() {
    let api = Api::start().await;
    let (buyer, seller) = (Person::buyer(), Person::with(&[Role::Seller]));
    let head = api.head();
    let calls = |licence: &str| {
        [
            api.post(&format!("/api/v1/licences/{licence}/rotate-key")),
            api.post(&format!("/api/v1/licences/{licence}/transfer"))
                .json(&json!({"to": buyer.id.to_string()})),
            api.get(&format!("/api/v1/licences/{licence}/activations")),
            api.get(&format!("/api/v1/licences/{licence}/file")),
            api.get(&format!("/api/v1/licences/{licence}/files")),
            api.post(&format!("/api/v1/licences/{licence}/files/a.wav/link")),
        ]
    };
    for call in calls(LICENCE) {
        assert_eq!(call.send().await.status, StatusCode::UNAUTHORIZED);
    }
    for call in calls(LICENCE) {
        assert_eq!(call.by(&buyer).send().await.problem(), "404 licence_not_found");
    }
    for call in calls("nonsense") {
        let problem = call.by(&buyer).send().await.problem();
        assert!(problem.starts_with("400 invalid_parameter"), "{problem}");
    }
    let answers: Vec<Answer> = {
        let mut answers = Vec::new();
        for call in calls(LICENCE) {
            answers.push(call.by(&seller).send().await);
        }
        answers
    };
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [403, 403, 404, 403, 404, 403]);
    assert_eq!(api.head(), head);
}
