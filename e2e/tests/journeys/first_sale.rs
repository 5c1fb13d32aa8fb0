//! The first sale, from an empty database to a paid order with its licence.

use hyper::Method;
use serde_json::{Value, json};

use crate::world::client::Client;
use crate::world::node::Binary;
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, id};
use crate::world::verified::VerifiedAtTheEnd;
use crate::world::{World, database, stand_in};

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_becomes_a_paid_order_with_its_licence() {
    let world = from_nothing().await;
    let seller = world.seller().await;
    let on_sale = offer_a_licence(&world, &seller).await;
    let buyer = world.buyer().await;
    look_around(&world, &buyer, &on_sale).await;

    let placed = world.post(&buyer, "/orders", &on_sale.order(2)).await.expect(201);
    let order = id(&placed.body);
    assert_eq!(
        placed.header("location"),
        Some(&*format!("/api/v1/orders/{order}"))
    );
    assert_eq!(placed.body["status"], "awaiting_payment");
    assert_eq!(
        placed.body["totals"],
        json!({ "discount": 0, "net": 4_983, "tax": 997, "total": 5_980 })
    );
    assert_eq!(placed.body["payment"]["status"], "ready");
    assert!(
        placed.body["payment"]["client_secret"].is_string(),
        "{}",
        placed.body
    );
    assert!(
        placed.body["payment"]["publishable_key"].is_string(),
        "{}",
        placed.body
    );

    world.pay(&placed.body, GOOD_CARD).await;
    let paid = world.paid_with_licences(&buyer, &order, 2).await;
    assert_eq!(paid["billing"]["email"], "ada@example.org");
    assert_eq!(paid["payment"]["status"], "closed");
    assert_eq!(world.stand_in.counts(), (1, 0));

    let licence = id(&paid["licences"][0]);
    let read = world
        .get(&buyer, &format!("/licences/{licence}"))
        .await
        .expect(200);
    assert_eq!(read.body["order_id"], *order);
    assert_eq!(read.body["product_id"], *on_sale.product);
    let sold = world.get(&seller, "/licences").await.expect(200);
    assert_eq!(sold.body["data"].as_array().map(Vec::len), Some(2));
    each_sees_what_is_theirs(&world, &seller, &order, &licence).await;
    world.assert_ledger_is_dense().await;
}

/// Nothing is there; the binary says what to do, and does it.
async fn from_nothing() -> World {
    let (database, stand_in) = (database::empty().await, stand_in().await);
    let binary = Binary::new(database.url(), stand_in.base_url());
    let refused = binary.run(&["serve"]).await;
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("comptoir migrate"),
        "{said}"
    );
    let migrated = binary.run_well(&["migrate"]).await;
    assert!(migrated.contains("migrations applied: "), "{migrated}");
    assert_eq!(binary.run_well(&["migrate"]).await, "the database was up to date");

    let node = binary.serve().await;
    let world = World {
        verified: VerifiedAtTheEnd::with(&binary),
        node,
        stand_in,
        binary,
        client: Client::new(),
        database,
    };
    world.send_webhooks_to(&world.node);
    for path in ["/health/live", "/health/ready"] {
        let url = format!("{}{path}", world.node.base_url());
        world
            .client
            .send(Method::GET, &url, &[], "".into())
            .await
            .expect(200);
    }
    world
}

async fn offer_a_licence(world: &World, seller: &Person) -> OnSale {
    let product = json!({ "title": "Night Drive", "description": "Slow synthwave in A minor." });
    let product = id(&world.post(seller, "/products", &product).await.expect(201).body);
    let publish = format!("/products/{product}/publish");
    let refused = world.post(seller, &publish, &json!({})).await.expect(409);
    assert_eq!(
        refused.code(),
        "product_conflict",
        "a product without an offer must not go on sale"
    );
    let offer = json!({
        "kind": "premium",
        "price": { "amount": 2_990, "currency": "EUR" },
        "terms": { "version": "2026-01", "text": "The buyer may use the recording." },
    });
    let offer = world
        .post(seller, &format!("/products/{product}/offers"), &offer)
        .await
        .expect(201);
    assert_eq!(
        world.post(seller, &publish, &json!({})).await.expect(200).body["status"],
        "on_sale"
    );
    OnSale {
        product,
        offer: id(&offer.body),
    }
}

async fn look_around(world: &World, buyer: &Person, on_sale: &OnSale) {
    let position = world.count_all_events().await;
    let list = world
        .get(buyer, &format!("/products?min_position={position}"))
        .await
        .expect(200);
    let data = list.body["data"].as_array().map_or(&[][..], Vec::as_slice);
    assert!(
        data.iter().any(|product| product["id"] == *on_sale.product),
        "{}",
        list.body
    );
    let product = world
        .get(buyer, &format!("/products/{}", on_sale.product))
        .await
        .expect(200);
    assert_eq!(product.body["offers"][0]["id"], *on_sale.offer);
    assert_eq!(
        product.body["offers"][0]["price"],
        json!({ "amount": 2_990, "currency": "EUR" })
    );
}

async fn each_sees_what_is_theirs(world: &World, seller: &Person, order: &str, licence: &str) {
    let order = format!("/orders/{order}");
    let stranger = world.buyer().await;
    assert_eq!(
        world.get(&stranger, &order).await.expect(404).code(),
        "order_not_found"
    );
    let refused = world
        .get(&stranger, &format!("/licences/{licence}"))
        .await
        .expect(404);
    assert_eq!(refused.code(), "licence_not_found");
    let nobody = Person {
        token: "no.such.token".to_owned(),
    };
    assert_eq!(
        world.get(&nobody, &order).await.expect(401).code(),
        "unauthenticated"
    );

    let without_person = |body: &Value| body.get("billing").is_none();
    assert!(without_person(&world.get(seller, &order).await.expect(200).body));
    let auditor = Person::new(&world.binary, "auditor").await;
    assert!(without_person(
        &world.get(&auditor, &order).await.expect(200).body
    ));
    let admin = Person::new(&world.binary, "admin").await;
    assert!(!without_person(&world.get(&admin, &order).await.expect(200).body));
}
