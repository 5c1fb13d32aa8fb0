//! Browsers: pages of other origins may call if they were named, and only then.

use axum::http::StatusCode;

use crate::support::{Answer, Api, Person};

const SHOP: &str = "https://shop.example";
const TWO: [(&str, &str); 1] = [(
    "COMPTOIR_CORS_ORIGINS",
    "https://shop.example, http://localhost:3000",
)];

/// What a browser asks before a page of this origin may send a POST with a token and a key.
async fn preflight(api: &Api, path: &str, origin: &str) -> Answer {
    api.options(path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type,idempotency-key,comptoir-min-position,x-request-id",
        )
        .send()
        .await
}

fn of_cors(answer: &Answer) -> Vec<String> {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("access-control-"))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort_unstable();
    headers
}

#[tokio::test]
async fn a_browser_that_asks_is_told_what_pages_of_a_named_origin_may_send() {
    let api = Api::start_with(&TWO).await;
    let answer = preflight(&api, "/api/v1/orders", SHOP)
        .await
        .expect(StatusCode::OK);
    insta::assert_snapshot!(of_cors(&answer).join("\n"), @r"
    access-control-allow-headers: authorization,content-type,if-none-match,if-range,range,idempotency-key,comptoir-min-position,x-request-id
    access-control-allow-methods: GET,POST,PUT,PATCH,DELETE
    access-control-allow-origin: https://shop.example
    access-control-max-age: 600
    ");
    let vary = answer.headers.get_all("vary").iter();
    assert!(
        vary.into_iter()
            .any(|value| value.to_str().unwrap().contains("origin"))
    );
    let other = preflight(&api, "/api/v1/products", "http://localhost:3000").await;
    assert_eq!(
        other.headers["access-control-allow-origin"],
        "http://localhost:3000"
    );
}

#[tokio::test]
async fn answers_and_refusals_can_be_read_by_pages_of_a_named_origin() {
    let api = Api::start_with(&TWO).await;
    let buyer = Person::buyer();
    let read = api
        .get("/api/v1/orders")
        .by(&buyer)
        .header("origin", SHOP)
        .send()
        .await;
    insta::assert_snapshot!(of_cors(&read.expect(StatusCode::OK)).join("\n"), @r"
    access-control-allow-origin: https://shop.example
    access-control-expose-headers: accept-ranges,content-disposition,content-range,etag,location,retry-after,www-authenticate,idempotent-replayed,comptoir-position,x-request-id,ratelimit,ratelimit-policy
    ");
    let refusals = [
        (api.get("/api/v1/orders"), StatusCode::UNAUTHORIZED),
        (
            api.get("/api/v1/orders/nonsense").by(&buyer),
            StatusCode::BAD_REQUEST,
        ),
        (
            api.patch("/api/v1/orders").by(&buyer),
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (api.get("/api/v1/nowhere").by(&buyer), StatusCode::NOT_FOUND),
    ];
    for (call, status) in refusals {
        let refused = call.header("origin", SHOP).send().await.expect(status);
        assert_eq!(refused.headers["access-control-allow-origin"], SHOP);
        assert_eq!(refused.headers["x-request-id"], "test");
    }
}

#[tokio::test]
async fn other_origins_are_told_nothing() {
    let api = Api::start_with(&TWO).await;
    let origins = [
        "https://shop.example.evil",
        "https://evil.example",
        "http://shop.example",
        "https://shop.example:8443",
        "https://sub.shop.example",
        "null",
    ];
    for origin in origins {
        let asked = preflight(&api, "/api/v1/orders", origin).await;
        assert!(
            asked.headers.get("access-control-allow-origin").is_none(),
            "{origin}"
        );
        let read = api
            .get("/api/v1/orders")
            .by(&Person::buyer())
            .header("origin", origin);
        let read = read.send().await.expect(StatusCode::OK);
        assert!(
            read.headers.get("access-control-allow-origin").is_none(),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn nothing_is_said_to_browsers_unless_an_origin_is_named() {
    let api = Api::start().await;
    let asked = preflight(&api, "/api/v1/orders", SHOP).await;
    insta::assert_snapshot!(asked.problem(), @"405 method_not_allowed");
    let read = api
        .get("/api/v1/orders")
        .by(&Person::buyer())
        .header("origin", SHOP);
    for answer in [asked, read.send().await.expect(StatusCode::OK)] {
        assert_eq!(of_cors(&answer), [""; 0]);
    }
}

#[tokio::test]
async fn webhooks_are_no_business_of_browsers() {
    let api = Api::start_with(&TWO).await;
    let path = "/api/v1/webhooks/hyperswitch";
    let asked = preflight(&api, path, SHOP).await;
    insta::assert_snapshot!(asked.problem(), @"405 method_not_allowed");
    let sent = api.post(path).header("origin", SHOP).send().await;
    insta::assert_snapshot!(sent.problem(), @"401 invalid_signature: the webhook is not signed");
    for answer in [asked, sent] {
        assert_eq!(of_cors(&answer), [""; 0]);
    }
}
