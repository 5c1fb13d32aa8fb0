//! Webhooks of Hyperswitch.

use axum::http::StatusCode;
use comptoir_api::config::Secret;
use comptoir_engine::gateway::hyperswitch::sign;
use serde_json::{Value, json};

use crate::support::{Answer, Api, Person, WEBHOOK_SECRET};

const PATH: &str = "/api/v1/webhooks/hyperswitch";

async fn deliver(api: &Api, body: &[u8]) -> Answer {
    let signature = sign(&Secret::new(WEBHOOK_SECRET), body);
    api.post(PATH)
        .header("x-webhook-signature-512", &signature)
        .bytes(body.to_vec())
        .send()
        .await
}

fn succeeded(event_id: &str, payment_id: &str, amount: i64) -> Value {
    json!({
        "merchant_id": "merchant_1",
        "event_id": event_id,
        "event_type": "payment_succeeded",
        "content": {"type": "payment_details", "object": {
            "payment_id": payment_id, "merchant_id": "merchant_1", "status": "succeeded", "amount": amount,
            "net_amount": amount, "amount_capturable": 0, "amount_received": amount, "currency": "EUR",
            "client_secret": "hush", "created": "2026-06-25T08:14:51.652Z", "updated": "2026-06-25T08:14:52.600Z",
        }},
        "timestamp": "2026-06-25T08:14:52.700Z",
    })
}

#[tokio::test]
async fn a_signed_report_of_success_leads_to_a_licence() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 2990).await;
    let placed = api.order(&buyer, &listed).await;
    let payment_id = placed.body["payment"]["id"].as_str().unwrap();
    let body = succeeded("evt_1", payment_id, 2990).to_string();
    let kept = deliver(&api, body.as_bytes()).await.expect(StatusCode::OK);
    assert_eq!(kept.body["status"], "kept");

    let issued = api.recorded("licence.issued").await;
    let path = format!("/api/v1/orders/{}?min_position={issued}", placed.id());
    let order = api.get(&path).by(&buyer).send().await.expect(StatusCode::OK).body;
    assert_eq!(
        (&order["status"], &order["payment"]["status"]),
        (&json!("paid"), &json!("closed"))
    );
    let licence = &order["licences"][0];
    let licence_path = format!("/api/v1/licences/{}", licence["id"].as_str().unwrap());
    for person in [&buyer, &seller, &Person::auditor()] {
        let read = api
            .get(&licence_path)
            .by(person)
            .send()
            .await
            .expect(StatusCode::OK);
        assert_eq!(without_key(&read.body), without_key(licence));
        let list = api
            .get("/api/v1/licences")
            .by(person)
            .send()
            .await
            .expect(StatusCode::OK);
        assert_eq!(&list.body["data"][0], licence);
    }
    let stranger = api.get(&licence_path).by(&Person::buyer()).send().await;
    insta::assert_snapshot!(stranger.problem(), @"404 licence_not_found");

    let head = api.head();
    let repeated = deliver(&api, body.as_bytes()).await.expect(StatusCode::OK);
    assert_eq!(repeated.body["status"], "repeated");
    assert_eq!(api.head(), head);
}

#[tokio::test]
async fn what_is_not_signed_as_it_must_be_is_refused() {
    let api = Api::start().await;
    let body = succeeded("evt_1", "pay_01jd3e8m6xf2r9kq7v5t4w8zab", 2990)
        .to_string()
        .into_bytes();
    let good = sign(&Secret::new(WEBHOOK_SECRET), &body);
    let foreign = sign(&Secret::new("another secret"), &body);
    let missing = api.post(PATH).bytes(body.clone()).send().await;
    let mut refusals = vec![format!("missing -> {}", missing.problem())];
    for (what, signature) in [
        ("wrong", foreign.as_str()),
        ("not hex", "nonsense"),
        ("empty", ""),
    ] {
        let answer = api
            .post(PATH)
            .header("x-webhook-signature-512", signature)
            .bytes(body.clone())
            .send()
            .await;
        refusals.push(format!("{what} -> {}", answer.problem()));
    }
    let twice = api
        .post(PATH)
        .header("x-webhook-signature-512", &good)
        .header("x-webhook-signature-512", &good);
    refusals.push(format!(
        "twice -> {}",
        twice.bytes(body.clone()).send().await.problem()
    ));
    let mut changed = body.clone();
    changed.push(b' ');
    let changed = api
        .post(PATH)
        .header("x-webhook-signature-512", &good)
        .bytes(changed)
        .send()
        .await;
    refusals.push(format!("changed -> {}", changed.problem()));
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    missing -> 401 invalid_signature: the webhook is not signed
    wrong -> 401 invalid_signature: the webhook's signature does not match its body
    not hex -> 401 invalid_signature: the webhook's signature is malformed
    empty -> 401 invalid_signature: the webhook's signature is malformed
    twice -> 401 invalid_signature: the signature is malformed
    changed -> 401 invalid_signature: the webhook's signature does not match its body
    "#);
    assert_eq!(api.head(), 0);
}

#[tokio::test]
async fn what_cannot_be_read_is_malformed() {
    let api = Api::start().await;
    let mut refusals = Vec::new();
    for body in ["", "nonsense", "[]", "{}", r#"{"event_id":"evt_1"}"#] {
        refusals.push(format!(
            "{body} -> {}",
            deliver(&api, body.as_bytes()).await.problem()
        ));
    }
    insta::assert_snapshot!(refusals.join("\n"), @r#"
     -> 400 malformed_webhook: the body is not JSON
    nonsense -> 400 malformed_webhook: the body is not JSON
    [] -> 400 malformed_webhook: `event_id` is missing, or not what it should be
    {} -> 400 malformed_webhook: `event_id` is missing, or not what it should be
    {"event_id":"evt_1"} -> 400 malformed_webhook: `event_type` is missing, or not what it should be
    "#);
    assert_eq!(api.head(), 0);
}

#[tokio::test]
async fn a_webhook_over_64_kib_is_refused() {
    let api = Api::start().await;
    let mut body = succeeded("evt_1", "pay_01jd3e8m6xf2r9kq7v5t4w8zab", 2990);
    body["padding"] = json!("a".repeat(64 * 1024));
    insta::assert_snapshot!(deliver(&api, body.to_string().as_bytes()).await.problem(), @"413 body_too_large: the body must have at most 65536 bytes");
    assert_eq!(api.head(), 0);
}

#[tokio::test]
async fn unknown_types_and_payments_are_kept() {
    let api = Api::start().await;
    let mut unknown_type = succeeded("evt_1", "pay_01jd3e8m6xf2r9kq7v5t4w8zab", 2990);
    unknown_type["event_type"] = json!("payment_levitated");
    let unknown_payment = succeeded("evt_2", "pay_01jd3e8m6xf2r9kq7v5t4w8zab", 2990);
    for body in [unknown_type, unknown_payment] {
        let kept = deliver(&api, body.to_string().as_bytes())
            .await
            .expect(StatusCode::OK);
        assert_eq!(kept.body["status"], "kept");
    }
    assert!(api.head() >= 2);
}

/// A licence apart from its key, which its holder sees whole where others see a part.
fn without_key(licence: &Value) -> Value {
    let mut licence = licence.clone();
    let fields = licence.as_object_mut().unwrap();
    fields.remove("key");
    fields.remove("key_erased");
    licence
}
