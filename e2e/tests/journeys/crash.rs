//! `kill -9` of the engine and of PostgreSQL: what was acknowledged is done, once.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use comptoir_e2e::repository;
use comptoir_sandbox::hyperswitch::{EventType, PaymentStatus};
use comptoir_sandbox::postgres::{Durability, Server, ServerOptions, TestDatabase};
use hyper::Method;
use serde_json::{Value, json};
use sqlx::migrate::Migrator;

use crate::world::client::Client;
use crate::world::node::Binary;
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, id, payment_id};
use crate::world::verified::VerifiedAtTheEnd;
use crate::world::{World, eventually, run_together, stand_in};

const ORDERS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_payments_survive_the_death_of_the_engine() {
    let mut world = World::new().await;
    world.hold_webhooks();
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let mut orders = Vec::new();
    let mut acknowledged = 0;
    for _ in 0..ORDERS {
        let placed = world.place(&buyer, &on_sale).await;
        let payment = payment_id(&placed);
        world
            .stand_in
            .settle_payment(&payment, PaymentStatus::Succeeded, None)
            .expect("it exists");
        orders.push((
            id(&placed),
            world.webhook_about(&payment, EventType::PaymentSucceeded).await,
        ));
    }
    // Two at a time: acknowledged, and dead before anything can follow from the second.
    for pair in orders.chunks(2) {
        for (_, event_id) in pair {
            let (body, signature) = world.signed(event_id);
            world
                .deliver(&world.node, body, Some(&signature))
                .await
                .expect(200);
            acknowledged += 1;
        }
        world.node.kill_hard().await;
        assert_eq!(world.count_events("webhook.received").await, acknowledged);
        world.node = world.binary.serve().await;
    }
    for (order, _) in &orders {
        world.paid_with_licences(&buyer, order, 1).await;
    }
    for (_, event_id) in &orders {
        let (body, signature) = world.signed(event_id);
        let again = world
            .deliver(&world.node, body, Some(&signature))
            .await
            .expect(200);
        assert_eq!(again.body["status"], "repeated");
    }
    world.webhooks_are_worked_off().await;
    let once_each = i64::try_from(ORDERS).expect("a small number");
    for event_type in ["webhook.received", "order.paid", "licence.issued"] {
        assert_eq!(world.count_events(event_type).await, once_each, "{event_type}");
    }
    world.assert_ledger_is_dense().await;
}

/// Orders that were answered with 201, by their ids.
type Acknowledged = Mutex<BTreeSet<String>>;

/// Buyers at once while the engine dies.
const CLIENTS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_that_is_under_way_when_the_engine_dies_comes_to_its_end() {
    let mut world = World::new().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let acknowledged = Acknowledged::default();
    for wanted in [12, 30] {
        let (answered, load) = (AtomicUsize::new(0), World::shop_until_it_dies);
        let clients = (0..CLIENTS).map(|_| load(&world, &buyer, &on_sale, &acknowledged, &answered));
        let clients: Vec<_> = clients.collect();
        let kill = async {
            eventually("the load runs", async || {
                (answered.load(Ordering::Relaxed) >= wanted).then_some(())
            })
            .await;
            world.node.kill_without_waiting();
        };
        tokio::join!(kill, run_together(clients));
        world.node.ended().await;
        world.node = world.binary.serve().await;
        world.send_webhooks_to(&world.node);
    }
    everything_comes_to_its_end(&world, &buyer, &acknowledged).await;
}

/// However many buyers come at once, and whatever the first of them waits for: none is kept for longer.
#[tokio::test(flavor = "multi_thread")]
async fn while_postgresql_is_away_each_request_is_answered_within_ten_seconds() {
    let (mut server, world) = with_a_server_of_its_own().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let placed = world.post(&buyer, "/orders", &on_sale.order(1)).await.expect(201);
    server.kill_hard();
    let token = format!("Bearer {}", buyer.token);
    let writes = [
        ("/orders".to_owned(), on_sale.order(1)),
        (format!("/orders/{}/cancel", id(&placed.body)), json!({})),
    ];
    let write = async |number: usize| {
        let (path, body) = &writes[number % writes.len()];
        let headers = [
            ("authorization", token.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", &format!("k-{number}")),
        ];
        let begun = Instant::now();
        let url = world.node.url(path);
        let answer = world
            .client
            .send(Method::POST, &url, &headers, body.to_string().into())
            .await;
        (answer, begun.elapsed())
    };
    for (answer, took) in run_together((0..CLIENTS).map(write)).await {
        let answer = answer.expect(503);
        assert_eq!(answer.code(), "unavailable");
        assert!(answer.header("retry-after").is_some());
        assert!(took < Duration::from_millis(10_500), "{took:?}");
    }
    // What it holds is verified, as after every journey.
    server.start_again().await.expect("PostgreSQL recovers");
}

/// PostgreSQL that can be killed, a stand-in for the provider, and a node.
async fn with_a_server_of_its_own() -> (Server, World) {
    let options = ServerOptions {
        durability: Durability::Full,
        ..ServerOptions::default()
    };
    let server = Server::start(options).await.expect("PostgreSQL starts");
    let migrator = Migrator::new(repository::root().join("migrations"))
        .await
        .expect("the migrations can be read");
    let database = TestDatabase::create_on(&server, &migrator)
        .await
        .expect("a test database");
    let stand_in = stand_in().await;
    let binary = Binary::new(database.url(), stand_in.base_url());
    let world = World {
        verified: VerifiedAtTheEnd::with(&binary),
        node: binary.serve().await,
        stand_in,
        binary,
        client: Client::new(),
        database,
    };
    world.send_webhooks_to(&world.node);
    (server, world)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_outlives_the_death_of_postgresql() {
    let (mut server, world) = with_a_server_of_its_own().await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let (acknowledged, finished) = (Acknowledged::default(), AtomicBool::new(false));
    let so_many = async |wanted: usize| {
        eventually("orders are taken", async || {
            (acknowledged.lock().expect("no panic").len() >= wanted).then_some(())
        })
        .await;
    };
    let clients = (0..CLIENTS).map(|_| world.shop_until_told(&buyer, &on_sale, &acknowledged, &finished));
    let clients: Vec<_> = clients.collect();
    let power_cut = async {
        so_many(10).await;
        server.kill_hard();
        server.start_again().await.expect("PostgreSQL recovers");
        let before = acknowledged.lock().expect("no panic").len();
        so_many(before + 10).await;
        finished.store(true, Ordering::Relaxed);
    };
    tokio::join!(power_cut, run_together(clients));
    everything_comes_to_its_end(&world, &buyer, &acknowledged).await;
}

impl World {
    /// Places and pays orders until the engine does not answer any more.
    async fn shop_until_it_dies(
        &self,
        buyer: &Person,
        on_sale: &OnSale,
        acknowledged: &Acknowledged,
        answered: &AtomicUsize,
    ) {
        let token = format!("Bearer {}", buyer.token);
        let headers = [
            ("authorization", token.as_str()),
            ("content-type", "application/json"),
        ];
        let (url, body) = (self.node.url("/orders"), on_sale.order(1).to_string());
        while let Ok(answer) = self
            .client
            .try_send(Method::POST, &url, &headers, body.clone().into())
            .await
        {
            let placed = answer.expect(201).body;
            acknowledged.lock().expect("no panic").insert(id(&placed));
            answered.fetch_add(1, Ordering::Relaxed);
            self.pay(&placed, GOOD_CARD).await;
        }
    }
}

impl World {
    /// Places and pays orders, and comes again when the engine says that its database is away.
    async fn shop_until_told(
        &self,
        buyer: &Person,
        on_sale: &OnSale,
        acknowledged: &Acknowledged,
        finished: &AtomicBool,
    ) {
        while !finished.load(Ordering::Relaxed) {
            let answer = self.post(buyer, "/orders", &on_sale.order(1)).await;
            if answer.status == 201 {
                acknowledged.lock().expect("no panic").insert(id(&answer.body));
                self.pay_if_ready(&answer.body).await;
            } else {
                assert_eq!(answer.expect(503).code(), "unavailable");
            }
        }
    }

    /// An order may be stored just before its payment cannot be noted; then the browser asks again.
    async fn pay_if_ready(&self, order: &Value) {
        if order["payment"]["status"] == "ready" {
            self.pay(order, GOOD_CARD).await;
        } else {
            let payment = payment_id(order);
            eventually("the payment exists", async || {
                self.stand_in
                    .settle_payment(&payment, PaymentStatus::Succeeded, None)
                    .ok()
            })
            .await;
        }
    }
}

/// Every acknowledged order stands in the ledger and is paid, every paid order has its licence, and all of it once.
async fn everything_comes_to_its_end(world: &World, buyer: &Person, acknowledged: &Acknowledged) {
    let acknowledged = acknowledged.lock().expect("no panic").clone();
    assert!(!acknowledged.is_empty());
    for order in &acknowledged {
        world.paid_with_licences(buyer, order, 1).await;
    }
    let paid = world.count_events("order.paid").await;
    assert!(usize::try_from(paid).is_ok_and(|paid| paid >= acknowledged.len()));
    assert_eq!(world.count_events("licence.issued").await, paid);
    // Those that were stored and never answered have a payment too, by now or soon. Of one that was paid while its making
    // could not be noted, nobody needs to be told any more that it exists.
    let placed = world.count_events("order.placed").await;
    let known = ["order.payment_initiated", "order.paid"];
    eventually("every order has its payment", async || {
        (world.count_streams_with(&known).await == placed).then_some(())
    })
    .await;
    assert_eq!(
        i64::try_from(world.stand_in.counts().0),
        Ok(placed),
        "one payment for each order"
    );
    world.assert_ledger_is_dense().await;
}
