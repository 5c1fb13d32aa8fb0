//! Who may call, and who may not.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use comptoir_api::config::Secret;
use comptoir_api::http::{mint, openapi_document};
use comptoir_domain::values::Role;
use comptoir_ledger::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::support::{Api, Call, JWT_SECRET, Person};

fn call(api: &Api, method: &str, path: &str) -> Call {
    match method {
        "delete" => api.delete(path),
        "get" => api.get(path),
        "patch" => api.patch(path),
        "put" => api.put(path),
        "post" => api.post(path),
        other => panic!("no call for {other}"),
    }
}

#[tokio::test]
async fn every_route_asks_for_a_token_but_these() {
    let api = Api::start().await;
    let document: Value = serde_json::from_str(&openapi_document().unwrap()).unwrap();
    let (mut refused, mut public) = (0, Vec::new());
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            // Public routes say so; all others have the security of the whole document.
            if operation.get("security").is_some() {
                public.push(format!("{} {path}", method.to_uppercase()));
                continue;
            }
            let path = path.replace(['{', '}'], "");
            let answer = call(&api, method, &path).send().await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
            assert_eq!(
                answer.headers["www-authenticate"], "Bearer realm=\"comptoir\"",
                "{method} {path}"
            );
            refused += 1;
        }
    }
    assert!(
        refused > 15,
        "the description was not understood: {refused} routes"
    );
    public.sort_unstable();
    insta::assert_snapshot!(public.join("\n"), @r"
    GET /.well-known/comptoir-keys
    GET /api/v1/audit/checkpoint
    GET /api/v1/audit/keys
    GET /api/v1/audit/proof/consistency
    GET /api/v1/audit/proof/inclusion
    GET /api/v1/downloads/{token}
    GET /health/live
    GET /health/ready
    POST /api/v1/licences/activate
    POST /api/v1/licences/deactivate
    POST /api/v1/licences/validate
    POST /api/v1/webhooks/hyperswitch
    ");
    let answer = api.get("/api/v1/orders").send().await;
    insta::assert_snapshot!(answer.problem(), @"401 unauthenticated: a bearer token is needed in the header Authorization");
}

/// A token with any head and claims, signed with nothing.
fn unsigned(head: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(head), part(claims))
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_with_the_reason() {
    let api = Api::start().await;
    let person = Person::buyer();
    let now = SystemClock.now();
    let secret = Secret::new(JWT_SECRET);
    let claims = json!({"sub": person.id.to_string(), "roles": ["admin"], "exp": 4_000_000_000_u64});
    let other = Secret::new("another-secret-another-secret-another");
    let in_an_hour = now + TimeDelta::hours(1);
    let good = mint(&secret, person.id, &[Role::Buyer], in_an_hour).unwrap();
    let (head, rest) = good.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let changed = format!(
        "{head}.{}.{signature}",
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let tokens = [
        ("no token at all", String::new()),
        ("words", "Bearer nonsense".to_owned()),
        ("another scheme", format!("Basic {good}")),
        (
            "expired",
            format!(
                "Bearer {}",
                mint(&secret, person.id, &[Role::Buyer], now).unwrap()
            ),
        ),
        (
            "forged",
            format!(
                "Bearer {}",
                mint(&other, person.id, &[Role::Admin], in_an_hour).unwrap()
            ),
        ),
        ("changed", format!("Bearer {changed}")),
        (
            "alg none",
            format!(
                "Bearer {}",
                unsigned(&json!({"alg": "none", "typ": "JWT"}), &claims)
            ),
        ),
        (
            "alg RS256",
            format!(
                "Bearer {}",
                unsigned(&json!({"alg": "RS256", "typ": "JWT"}), &claims)
            ),
        ),
    ];
    let mut refusals = Vec::new();
    for (what, value) in tokens {
        let answer = api
            .get("/api/v1/orders")
            .header("authorization", &value)
            .send()
            .await;
        refusals.push(format!("{what} -> {}", answer.problem()));
    }
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    no token at all -> 401 unauthenticated: a bearer token is needed in the header Authorization
    words -> 401 unauthenticated: the token is malformed
    another scheme -> 401 unauthenticated: a bearer token is needed in the header Authorization
    expired -> 401 unauthenticated: the token has expired
    forged -> 401 unauthenticated: the token's signature is wrong
    changed -> 401 unauthenticated: the token's signature is wrong
    alg none -> 401 unauthenticated: the token is malformed
    alg RS256 -> 401 unauthenticated: the token is signed with an algorithm that is not accepted
    "#);
    let answer = api
        .get("/api/v1/orders")
        .header("authorization", &format!("bearer {good}"))
        .send()
        .await;
    answer.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_role_that_does_not_allow_it_is_refused() {
    let api = Api::start().await;
    let (buyer, seller, auditor, nobody) = (
        Person::buyer(),
        Person::seller(),
        Person::auditor(),
        Person::with(&[]),
    );
    let answers = [
        api.post("/api/v1/products").by(&buyer).send().await,
        api.post("/api/v1/orders").by(&seller).send().await,
        api.post("/api/v1/orders/x/cancel").by(&auditor).send().await,
        api.get("/api/v1/products").by(&nobody).send().await,
        api.get("/api/v1/orders?view=all").by(&buyer).send().await,
        api.get(&format!("/api/v1/products?seller_id={}", seller.id))
            .by(&buyer)
            .send()
            .await,
    ];
    let refusals: Vec<String> = answers.iter().map(crate::support::Answer::problem).collect();
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    403 forbidden: a role is needed: seller, admin
    403 forbidden: a role is needed: buyer
    403 forbidden: a role is needed: buyer, admin
    403 forbidden: a role is needed: buyer, seller, admin, auditor
    403 forbidden: the caller's roles do not allow this view
    403 forbidden: all products of a seller are for the seller themselves, admins and auditors
    "#);
}

#[tokio::test]
async fn a_caller_is_held_to_their_allowance() {
    let api = Api::start_with(&[
        ("COMPTOIR_RATE_LIMIT_REQUESTS", "2"),
        ("COMPTOIR_RATE_LIMIT_WINDOW_S", "3600"),
    ])
    .await;
    let (buyer, other) = (Person::buyer(), Person::buyer());
    let first = api
        .get("/api/v1/orders")
        .by(&buyer)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(first.headers["ratelimit-policy"], "\"default\";q=2;w=3600");
    assert_eq!(first.headers["ratelimit"], "\"default\";r=1;t=1800");
    api.get("/api/v1/orders")
        .by(&buyer)
        .send()
        .await
        .expect(StatusCode::OK);
    let third = api.get("/api/v1/orders").by(&buyer).send().await;
    insta::assert_snapshot!(third.problem(), @"429 rate_limited: the caller has made too many requests");
    assert!(third.headers.contains_key("retry-after"));
    api.get("/api/v1/orders")
        .by(&other)
        .send()
        .await
        .expect(StatusCode::OK);
}

#[tokio::test]
async fn a_request_id_is_taken_over_or_made() {
    let api = Api::start().await;
    let answer = api.get("/health/live").send().await.expect(StatusCode::OK);
    assert_eq!(answer.headers["x-request-id"], "test");
}
