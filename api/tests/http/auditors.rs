//! Auditors: they read everything, change nothing, and what they read is recorded.

use axum::http::{Method, StatusCode};
use comptoir_ledger::{Filter, Position};
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::support::{Api, Person};

/// Routes that know their caller by something else than a token, or need none.
const WITHOUT_TOKEN: [&str; 12] = [
    "/api/v1/audit/checkpoint",
    "/api/v1/audit/keys",
    "/api/v1/audit/proof/consistency",
    "/api/v1/audit/proof/inclusion",
    "/api/v1/licences/validate",
    "/api/v1/licences/activate",
    "/api/v1/licences/deactivate",
    "/api/v1/downloads/{token}",
    "/api/v1/webhooks/hyperswitch",
    "/.well-known/comptoir-keys",
    "/health/live",
    "/health/ready",
];

/// What shows personal data, or hands out what is somebody's alone: not for auditors, though it is read.
const NOT_FOR_AUDITORS: [&str; 2] = [
    "/api/v1/persons/{person_id}/export",
    "/api/v1/licences/{licence_id}/file",
];

async fn noted(api: &Api) -> Vec<Value> {
    let ledger = api.node.engine().ledger();
    let filter = Filter::Category("access".to_owned());
    let page = ledger.read_page(Position::START, &filter, 1_000).await.unwrap();
    page.events
        .iter()
        .map(|event| serde_json::from_str(&event.data).unwrap())
        .collect()
}

/// The path with an id of the right kind for each parameter: those of the sale, where it has one.
async fn filled(sale: &Sale, path: &str) -> String {
    let order = sale.until(|order| order["status"] == "paid").await;
    let line = &order["lines"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let known = [
        ("order_id", sale.order.clone()),
        ("product_id", text(&line["product_id"])),
        ("offer_id", text(&line["offer_id"])),
        ("licence_id", text(&order["licences"][0]["id"])),
        ("seller_id", text(&line["seller_id"])),
        ("person_id", sale.buyer.id.to_string()),
        ("refund_id", "ref_01jd3e8m6xf2r9kq7v5t4w8zab".to_owned()),
        ("promo_id", "promo_01jd3e8m6xf2r9kq7v5t4w8zab".to_owned()),
        ("invoice_id", "document_01jd3e8m6xf2r9kq7v5t4w8zab".to_owned()),
        ("credit_note_id", "document_01jd3e8m6xf2r9kq7v5t4w8zab".to_owned()),
        ("dispute_id", "dispute_01jd3e8m6xf2r9kq7v5t4w8zab".to_owned()),
        ("review_id", "review_01jd3e8m6xf2r9kq7v5t4w8zab".to_owned()),
        ("line", "0".to_owned()),
        ("name", "song.wav".to_owned()),
    ];
    known.iter().fold(path.to_owned(), |path, (name, value)| {
        path.replace(&format!("{{{name}}}"), value)
    })
}

#[tokio::test]
async fn an_auditor_reads_by_every_route_and_writes_by_none() {
    let sale = Sale::paid().await;
    let auditor = Person::auditor();
    let document: Value = serde_json::from_str(&comptoir_api::http::openapi_document().unwrap()).unwrap();
    let (mut reads, mut writes, mut wrong) = (0, 0, Vec::new());
    for (path, item) in document["paths"].as_object().unwrap() {
        if WITHOUT_TOKEN.contains(&path.as_str()) {
            continue;
        }
        let address = filled(&sale, path).await;
        assert!(
            !address.contains('{'),
            "{address}: give the test a value for its parameter"
        );
        for method in item.as_object().unwrap().keys() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            if ![
                Method::GET,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
            ]
            .contains(&method)
            {
                continue;
            }
            let call = sale.api.call(method.clone(), &address).by(&auditor);
            let answer = if method == Method::GET {
                call.send().await
            } else {
                call.json(&json!({})).send().await
            };
            let is_read = method == Method::GET && !NOT_FOR_AUDITORS.contains(&path.as_str());
            let is_right = if is_read {
                reads += 1;
                answer.status.is_success() || answer.status == StatusCode::NOT_FOUND
            } else {
                writes += 1;
                answer.status == StatusCode::FORBIDDEN
            };
            if !is_right {
                wrong.push(format!("{method} {path}: {}", answer.text));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(reads > 20 && writes > 30, "{reads} reads, {writes} writes");
    let noted = noted(&sale.api).await;
    assert_eq!(noted.len(), reads, "each read is noted, and nothing else");
}

#[tokio::test]
async fn what_an_auditor_reads_is_noted_with_route_ids_and_filters_and_what_others_read_is_not() {
    let sale = Sale::paid().await;
    let api = &sale.api;
    let auditor = Person::auditor();
    let path = format!("/api/v1/orders/{}", sale.order);
    let as_of = format!("{path}?as_of={}", api.head());
    api.get(&as_of).by(&auditor).send().await.expect(StatusCode::OK);
    api.get("/api/v1/orders/order_01jd3e8m6xf2r9kq7v5t4w8zab?as_of=3")
        .by(&auditor)
        .send()
        .await;
    api.get("/api/v1/orders?status=paid&limit=5")
        .by(&auditor)
        .send()
        .await
        .expect(StatusCode::OK);
    for refused in [
        "/api/v1/orders?name=Ada+Lovelace",
        "/api/v1/orders/ada@example.org",
    ] {
        let answer = api.get(refused).by(&auditor).send().await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    for person in [&sale.buyer, &sale.seller, &Person::admin()] {
        api.get(&path).by(person).send().await.expect(StatusCode::OK);
    }
    let noted: Vec<_> = noted(api)
        .await
        .into_iter()
        .map(|event| {
            assert_eq!(
                (&event["auditor_id"], &event["request_id"]),
                (&json!(auditor.id), &json!("test"))
            );
            (event["route"].clone(), event["parameters"].clone())
        })
        .collect();
    let moment = as_of.rsplit_once('=').unwrap().1;
    let expected = [
        (
            json!("GET /api/v1/orders/{order_id}"),
            json!({"order_id": sale.order, "as_of": moment}),
        ),
        (
            json!("GET /api/v1/orders/{order_id}"),
            json!({"order_id": "order_01jd3e8m6xf2r9kq7v5t4w8zab"}),
        ),
        (
            json!("GET /api/v1/orders"),
            json!({"status": "paid", "limit": "5"}),
        ),
    ];
    assert_eq!(noted, expected);

    let seen = api
        .get("/api/v1/audit/events?category=access&order=oldest")
        .by(&auditor)
        .send()
        .await;
    let seen = seen.expect(StatusCode::OK).body;
    assert_eq!(
        seen["data"].as_array().unwrap().len(),
        3,
        "each request is noted once"
    );
    let sentence = seen["data"][2]["sentence"].as_str().unwrap();
    assert_eq!(sentence, "asked GET /api/v1/orders (limit=5, status=paid)");
}

#[tokio::test]
async fn what_cannot_be_noted_is_not_shown() {
    let sale = Sale::paid().await;
    let path = format!("/api/v1/orders/{}", sale.order);
    sale.api
        .get(&path)
        .by(&Person::auditor())
        .send()
        .await
        .expect(StatusCode::OK);
    sale.api.node.engine().ledger().stop().await;
    let answer = sale.api.get(&path).by(&Person::auditor()).send().await;
    insta::assert_snapshot!(answer.problem(), @"503 unavailable");
    assert_eq!(answer.body.get("lines"), None);
    sale.api
        .get(&path)
        .by(&sale.buyer)
        .send()
        .await
        .expect(StatusCode::OK);
}
