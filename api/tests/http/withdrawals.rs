//! The right of withdrawal: until when it is shown, and to whom.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::values::{PersonId, Role};
use comptoir_ledger::clock::{Clock as _, IdSource as _, ManualClock, SystemClock, SystemIds};
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::licences::{bounded, held};
use crate::support::{Answer, Api, Person, order_of};

async fn read(api: &Api, by: &Person, order: &str) -> Value {
    let path = format!("/api/v1/orders/{order}?min_position={}", api.head());
    api.get(&path).by(by).send().await.expect(StatusCode::OK).body
}

async fn withdraw(api: &Api, by: &Person, order: &str, step: &str) -> Answer {
    let path = format!("/api/v1/orders/{order}/withdrawal{step}");
    api.post(&path).by(by).json(&json!({})).send().await
}

/// Shown as long as it can be used, and not longer.
#[tokio::test]
async fn a_withdrawal_is_available_until_its_period_ends() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let api = Api::start_at(Arc::<ManualClock>::clone(&clock), &[]).await;
    let listed = api.product(&Person::seller(), "basic", 0).await;
    let id = PersonId::from_uuid(SystemIds.uuid_v7());
    // A token is good for an hour.
    let buyer = || Person::known(id, &[Role::Buyer], clock.now());
    let placed = api.post("/api/v1/orders").by(&buyer()).json(&order_of(&listed));
    let order = placed.send().await.expect(StatusCode::CREATED).id();
    let shown = read(&api, &buyer(), &order).await;
    assert_eq!(shown["withdrawal"]["available"], true);
    let until: DateTime<Utc> = shown["withdrawal"]["until"].as_str().unwrap().parse().unwrap();
    assert!(
        until - clock.now() > TimeDelta::days(21),
        "fourteen days and a week"
    );

    clock.advance(until - clock.now() - TimeDelta::seconds(1));
    assert_eq!(
        read(&api, &buyer(), &order).await["withdrawal"]["available"],
        true
    );
    clock.advance(TimeDelta::seconds(1));
    let ended = read(&api, &buyer(), &order).await;
    assert_eq!(ended["withdrawal"]["available"], false);
    assert_eq!(
        (
            &ended["withdrawal"]["until"],
            &ended["withdrawal"]["lines"][0]["status"]
        ),
        (&shown["withdrawal"]["until"], &json!("available")),
        "what has ended is the time"
    );
    let head = api.head();
    let refused = withdraw(&api, &buyer(), &order, "").await;
    assert_eq!(refused.refusal(), "409 withdrawal_not_possible");
    assert_eq!(api.head(), head);
}

#[tokio::test]
async fn a_business_sees_no_right_of_withdrawal_and_is_refused() {
    let api = Api::start().await;
    let sale = Sale::unpaid_at(api, json!({"billing": {"vat_id": "FR40303265045"}})).await;
    let sale = sale.pay().await;
    let order = sale.until(|order| order["withdrawal"].is_object()).await;
    assert_eq!(order["tax"]["customer"], "business", "{order}");
    assert_eq!(order["withdrawal"]["available"], false);
    let head = sale.api.head();
    for step in ["", "/confirm"] {
        let refused = withdraw(&sale.api, &sale.buyer, &sale.order, step).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused.problem(), @"409 withdrawal_not_possible: the right of withdrawal is for consumers, and this was bought by a business: it has a VAT id");
        }
    }
    assert_eq!(sale.api.head(), head);
}

/// Whoever took the licence along for a month of use offline cannot give it back unused.
#[tokio::test]
async fn who_took_the_licence_along_cannot_withdraw_from_it() {
    let api = Api::start().await;
    let held = held(&api, bounded()).await;
    let path = format!("/api/v1/licences/{}", held.id);
    let licence = api
        .get(&path)
        .by(&held.holder)
        .send()
        .await
        .expect(StatusCode::OK);
    let order = licence.body["order_id"].as_str().unwrap().to_owned();
    let file = format!("{path}/file");
    let before = api.head();
    let looked = api
        .head_of(&file)
        .by(&held.holder)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (looked.text.as_str(), api.head()),
        ("", before),
        "nothing was handed out"
    );
    api.get(&file)
        .by(&Person::admin())
        .send()
        .await
        .expect(StatusCode::OK);
    let shown = read(&api, &held.holder, &order).await;
    assert_eq!(
        shown["withdrawal"]["available"], true,
        "an admin is not the buyer"
    );
    api.get(&file)
        .by(&held.holder)
        .send()
        .await
        .expect(StatusCode::OK);
    let shown = read(&api, &held.holder, &order).await;
    let line = &shown["withdrawal"]["lines"][0];
    assert_eq!(
        (
            &shown["withdrawal"]["available"],
            &line["status"],
            &line["access"]
        ),
        (&json!(false), &json!("delivery_began"), &json!("offline_file"))
    );
    let refused = withdraw(&api, &held.holder, &order, "").await;
    assert_eq!(refused.refusal(), "409 withdrawal_not_possible");
}
