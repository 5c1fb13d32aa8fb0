//! The wording of what was bought can be read for good.

use axum::http::StatusCode;
use comptoir_domain::values::Role;
use serde_json::json;

use crate::support::{Api, Person, order_of};

#[tokio::test]
async fn what_was_bought_can_be_read_after_offer_and_product_are_gone() {
    let api = Api::start().await;
    let (seller, buyer) = (Person::seller(), Person::buyer());
    let listed = api.product(&seller, "basic", 0).await;
    let placed = api.order(&buyer, &listed).await;
    let issued = api.recorded("licence.issued").await;
    let product = format!("/api/v1/products/{}", listed.id);
    let other = json!({
        "kind": "basic",
        "price": {"amount": 0, "currency": "EUR"},
        "terms": {"version": "2", "text": "Use it better."},
    });
    for call in [
        api.post(&format!("{product}/offers")).json(&other),
        api.post(&format!("{product}/offers/{}/withdraw", listed.offer_id)),
        api.post(&format!("{product}/withdraw")),
    ] {
        assert!(call.by(&seller).send().await.status.is_success());
    }
    let offered = format!(
        "{product}/offers/{}/terms?min_position={}",
        listed.offer_id,
        api.head()
    );
    let offered = api.get(&offered).by(&buyer).send().await;
    insta::assert_snapshot!(offered.problem(), @"404 product_not_found");

    let order = format!("/api/v1/orders/{}?min_position={issued}", placed.id());
    let order = api.get(&order).by(&buyer).send().await.expect(StatusCode::OK);
    let licence_id = order.body["licences"][0]["id"].as_str().unwrap();
    let paths = [
        format!("/api/v1/licences/{licence_id}/terms"),
        format!("/api/v1/orders/{}/lines/0/terms", placed.id()),
    ];
    for path in &paths {
        for person in [&buyer, &seller, &Person::admin(), &Person::auditor()] {
            let terms = api.get(path).by(person).send().await.expect(StatusCode::OK);
            let line = &order.body["lines"][0];
            assert_eq!(
                terms.body,
                json!({"version": "1", "text": "Use it well.", "hash": line["terms_hash"]}),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn what_was_bought_by_others_is_not_there() {
    let api = Api::start().await;
    let (seller, second_seller, buyer) = (Person::seller(), Person::seller(), Person::buyer());
    let (listed, second) = (
        api.product(&seller, "basic", 0).await,
        api.product(&second_seller, "basic", 0).await,
    );
    let mut order = order_of(&listed);
    let line = json!({"product_id": second.id, "offer_id": second.offer_id, "quantity": 1});
    order["lines"].as_array_mut().unwrap().push(line);
    let placed = api.post("/api/v1/orders").by(&buyer).json(&order).send().await;
    let placed = placed.expect(StatusCode::CREATED);
    let issued = api.recorded("licence.issued").await;
    let licences = format!("/api/v1/licences?min_position={issued}");
    let licences = api.get(&licences).by(&buyer).send().await.expect(StatusCode::OK);
    let licence = format!(
        "/api/v1/licences/{}/terms",
        licences.body["data"][0]["id"].as_str().unwrap()
    );
    let line = |line: &str| {
        format!(
            "/api/v1/orders/{}/lines/{line}/terms?min_position={issued}",
            placed.id()
        )
    };
    let both = Person::with(&[Role::Buyer, Role::Seller]);
    let cases = [
        ("a stranger's licence", licence, &both),
        ("a stranger's order", line("0"), &both),
        ("another seller's line", line("1"), &seller),
        ("no such line", line("2"), &buyer),
        ("far too many lines", line("4294967295"), &buyer),
        ("more than can be counted", line("4294967296"), &buyer),
        ("before the first line", line("-1"), &buyer),
        ("no number", line("first"), &buyer),
    ];
    let mut refusals = Vec::new();
    for (what, path, person) in cases {
        refusals.push(format!(
            "{what} -> {}",
            api.get(&path).by(person).send().await.problem()
        ));
    }
    let anonymous = api.get(&line("0")).send().await;
    refusals.push(format!("nobody -> {}", anonymous.problem()));
    insta::assert_snapshot!(refusals.join("\n"), @r"
    a stranger's licence -> 404 licence_not_found
    a stranger's order -> 404 order_not_found
    another seller's line -> 404 order_line_not_found
    no such line -> 404 order_line_not_found
    far too many lines -> 404 order_line_not_found
    more than can be counted -> 400 invalid_parameter: the parameter line is wrong
    line invalid_value: must be a whole number
    before the first line -> 400 invalid_parameter: the parameter line is wrong
    line invalid_value: must be a whole number
    no number -> 400 invalid_parameter: the parameter line is wrong
    line invalid_value: must be a whole number
    nobody -> 401 unauthenticated: a bearer token is needed in the header Authorization
    ");
}
