//! Requests that cannot be read, or that their caller may not make: a problem document, and nothing stored.

use hyper::Method;
use serde_json::json;

use crate::world::World;
use crate::world::client::Answer;
use crate::world::people::Person;
use crate::world::shop::id;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_read_is_refused() {
    let world = World::with(&[("COMPTOIR_BODY_BYTES_MAX", "4096")]).await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let before = world.stored().await;
    let order = on_sale.order(1).to_string();
    let trailing = format!("{order} {{}}");
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let huge = format!("{order}{}", " ".repeat(4_096));
    let twice = order.replacen('{', "{\"currency\":\"EUR\",", 1);
    let json = "application/json";
    let bodies = [
        // No body reads as `{}`: some requests need none.
        ("", json, 422, "invalid_request"),
        ("{", json, 400, "invalid_json"),
        (&trailing, json, 400, "invalid_json"),
        (&deep, json, 422, "invalid_request"),
        ("[]", json, 422, "invalid_request"),
        ("null", json, 422, "invalid_request"),
        (&twice, json, 422, "invalid_request"),
        (&huge, json, 413, "body_too_large"),
        (&order, "text/plain", 415, "unsupported_media_type"),
    ];
    for (body, content_type, status, code) in bodies {
        let refused = post_text(&world, &buyer, content_type, body).await;
        assert_eq!(
            (refused.status, refused.code()),
            (status, code),
            "{body:.60}: {}",
            refused.body
        );
        refused.assert_problem_at("/api/v1/orders");
    }
    for path in [
        "/orders?limit=0",
        "/orders?limit=101",
        "/orders?limit=x",
        "/orders?colour=red",
        "/orders/order_1",
        "/orders?starting_after=1",
        "/licences?starting_after=licence_7zzzzzzzzzzzzzzzzzzzzzzzzz",
    ] {
        assert_eq!(
            world.get(&buyer, path).await.expect(400).code(),
            "invalid_parameter",
            "{path}"
        );
    }
    assert_eq!(
        world.get(&buyer, "/nothing").await.expect(404).code(),
        "route_not_found"
    );
    let url = world.node.url("/orders");
    let headers = [("authorization", &*format!("Bearer {}", buyer.token))];
    let refused = world
        .client
        .send(Method::DELETE, &url, &headers, "".into())
        .await
        .expect(405);
    assert_eq!(refused.code(), "method_not_allowed");
    assert_eq!(world.stored().await, before, "something was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_theirs_is_refused() {
    let world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let (buyer, other_seller) = (world.buyer().await, world.seller().await);
    let product = format!("/products/{}", on_sale.product);
    let refusals = [
        (&buyer, "/products".to_owned(), json!({ "title": "Mine" }), 403),
        (&other_seller, format!("{product}/withdraw"), json!({}), 403),
        (&other_seller, "/orders".to_owned(), on_sale.order(1), 403),
    ];
    let before = world.stored().await;
    for (who, path, body, status) in refusals {
        assert_eq!(
            world.post(who, &path, &body).await.expect(status).code(),
            "forbidden",
            "{path}"
        );
    }
    let (head, rest) = buyer.token.split_once('.').expect("a token has parts");
    let expired = world
        .binary
        .run_well(&["token", "--role", "buyer", "--ttl", "0s"])
        .await;
    let stranger = world
        .binary
        .clone()
        .with(&[("COMPTOIR_JWT_SECRET", "another secret, of thirty-two characters")]);
    let forged = stranger.run_well(&["token", "--role", "admin"]).await;
    // `{"alg":"none"}`
    let unsigned = format!(
        "eyJhbGciOiJub25lIn0.{}.",
        rest.split('.').next().unwrap_or_default()
    );
    for token in [
        "",
        head,
        &buyer.token[..buyer.token.len() - 2],
        &expired,
        &forged,
        &unsigned,
    ] {
        let nobody = Person {
            token: token.to_owned(),
        };
        let refused = world
            .post(&nobody, "/orders", &on_sale.order(1))
            .await
            .expect(401);
        assert_eq!(refused.code(), "unauthenticated", "{token}");
        assert!(
            refused
                .header("www-authenticate")
                .is_some_and(|challenge| challenge.starts_with("Bearer"))
        );
    }
    assert_eq!(world.stored().await, before, "something was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn exotic_text_comes_back_as_it_was_sent() {
    let world = World::new().await;
    let seller = world.seller().await;
    for title in [
        "Ünïcödé",
        "夜のドライブ",
        "ليلة",
        "🎶🎧",
        "a\u{301}",
        "\"quoted\" \\ slash",
        "'; DROP TABLE events; --",
    ] {
        let created = world
            .post(&seller, "/products", &json!({ "title": title }))
            .await
            .expect(201);
        let path = format!(
            "/products/{}?min_position={}",
            id(&created.body),
            created.position()
        );
        assert_eq!(world.get(&seller, &path).await.expect(200).body["title"], title);
    }
    for title in ["", "   ", "a\u{0}b", "a\nb", &"x".repeat(201)] {
        let refused = world
            .post(&seller, "/products", &json!({ "title": title }))
            .await
            .expect(422);
        assert_eq!(refused.body["errors"][0]["pointer"], "/title", "{title:?}");
    }
}

async fn post_text(world: &World, buyer: &Person, content_type: &str, body: &str) -> Answer {
    let token = format!("Bearer {}", buyer.token);
    let headers = [("authorization", token.as_str()), ("content-type", content_type)];
    world
        .client
        .send(
            Method::POST,
            &world.node.url("/orders"),
            &headers,
            body.to_owned().into(),
        )
        .await
}
