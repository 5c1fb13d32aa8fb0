//! What is public: health, the description of the API, and what nobody has.

use axum::http::StatusCode;

use crate::support::{Api, Person};

#[tokio::test]
async fn a_node_says_that_it_is_alive_and_ready() {
    let api = Api::start().await;
    assert_eq!(
        api.get("/health/live").send().await.expect(StatusCode::OK).body["status"],
        "live"
    );
    assert_eq!(
        api.get("/health/ready").send().await.expect(StatusCode::OK).body["status"],
        "ready"
    );
}

#[tokio::test]
async fn the_description_and_its_page_are_served() {
    let api = Api::start().await;
    let document = api
        .get("/api/v1/openapi.json")
        .send()
        .await
        .expect(StatusCode::OK);
    assert!(document.body["openapi"].as_str().unwrap().starts_with("3.1"));
    let own: serde_json::Value =
        serde_json::from_str(&comptoir_api::http::openapi_document().unwrap()).unwrap();
    assert_eq!(document.body["paths"], own["paths"]);
    let page = api.get("/docs/").send().await.expect(StatusCode::OK);
    assert!(page.text.contains("swagger-ui"));
    let problems = api.get("/docs/problems").send().await.expect(StatusCode::OK);
    assert!(problems.text.starts_with("# Problems"));
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let api = Api::start().await;
    let answers = [
        api.get("/nowhere").send().await,
        api.get("/api/v1/nowhere").by(&Person::admin()).send().await,
        api.patch("/api/v1/orders").by(&Person::admin()).send().await,
        api.post("/health/live").send().await,
    ];
    assert_eq!(answers[2].headers["allow"], "POST,GET,HEAD");
    let refusals: Vec<String> = answers.iter().map(crate::support::Answer::problem).collect();
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    404 route_not_found
    404 route_not_found
    405 method_not_allowed
    405 method_not_allowed
    "#);
}
