//! A read that is given the position of a write sees the write, on whatever node.

use std::time::Instant;

use serde_json::json;

use crate::world::World;
use crate::world::shop::id;

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_seen_by_the_read_that_waits_for_it() {
    let world = World::new().await;
    let other = world.binary.serve().await;
    let seller = world.seller().await;
    let product = id(&world
        .post(&seller, "/products", &json!({ "title": "Draft" }))
        .await
        .expect(201)
        .body);
    let path = format!("/products/{product}");
    for number in 0..25 {
        let title = format!("Take {number}");
        let token = format!("Bearer {}", seller.token);
        let headers = [("authorization", &*token), ("content-type", "application/json")];
        let body = json!({ "title": title }).to_string();
        let url = world.node.url(&path);
        let written = world
            .client
            .send(hyper::Method::PATCH, &url, &headers, body.into())
            .await
            .expect(200);
        let position = written.position();
        for node in [&other, &world.node] {
            let read = world
                .get_at(node, &seller, &format!("{path}?min_position={position}"))
                .await
                .expect(200);
            assert_eq!(read.body["title"], *title);
            assert!(read.position() >= position);
        }
        let header = [headers[0], ("comptoir-min-position", &*position.to_string())];
        let read = world
            .client
            .send(hyper::Method::GET, &other.url(&path), &header, "".into())
            .await
            .expect(200);
        assert_eq!(read.body["title"], *title);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_that_does_not_come_is_waited_for_with_a_bound() {
    let world = World::with(&[("COMPTOIR_READ_WAIT_MS_MAX", "200")]).await;
    let buyer = world.buyer().await;
    let start = Instant::now();
    for path in ["/products", "/orders", "/licences"] {
        let late = world
            .get(&buyer, &format!("{path}?min_position=1000000"))
            .await
            .expect(503);
        assert_eq!(late.code(), "position_not_reached");
        assert!(late.header("retry-after").is_some());
    }
    assert!(start.elapsed().as_secs() < 10, "the wait has no bound");
    let wrong = world.get(&buyer, "/products?min_position=soon").await.expect(400);
    assert_eq!(wrong.body["errors"][0]["parameter"], "min_position");
}
