//! Invoices and the death of the engine: between every two steps of one, and of several nodes under load.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use comptoir_sandbox::hyperswitch::{EventType, PaymentStatus, SIGNATURE_HEADER};
use comptoir_sandbox::smtp::{SmtpSink, SmtpSinkOptions};
use hyper::Method;
use serde_json::Value;

use crate::world::invoicing::PDF;
use crate::world::node::Node;
use crate::world::people::Person;
use crate::world::shop::{OnSale, id, payment_id};
use crate::world::{World, eventually, eventually_within, run_together};

/// The steps of an invoice after its order was paid, in their order. The first two are one append.
const STEPS: [&str; 4] = [
    "invoicing.invoice_issued",
    "document.drawn_up",
    "document.rendered",
    "document.mailed",
];

/// Whichever step the engine dies before: each order has one invoice, rendered once and mailed once.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_survives_the_death_of_the_engine_between_every_two_steps() {
    let sink = SmtpSink::start(SmtpSinkOptions::default())
        .await
        .expect("the sink starts");
    let address = sink.addr().to_string();
    let mut world = World::invoicing_with(&mail_to(&address)).await;
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let mut orders = Vec::new();
    for (index, step) in STEPS.into_iter().enumerate() {
        let passed = i64::try_from(index).expect("a small number");
        world.forbid(step).await;
        orders.push(world.sell(&buyer, &on_sale).await);
        // What comes before the step is done, and it cannot be: now it dies.
        if let Some(before) = index
            .checked_sub(1)
            .map(|before| STEPS[before])
            .filter(|_| index > 1)
        {
            eventually(before, async || {
                (world.count_events(before).await > passed).then_some(())
            })
            .await;
        }
        world.node.kill_hard().await;
        assert_eq!(world.count_events(step).await, passed, "{step}");
        world.allow_all().await;
        world.node = world.binary.serve().await;
        world.send_webhooks_to(&world.node);
        eventually("the invoice is sent", async || {
            (world.count_events("document.mailed").await == passed + 1).then_some(())
        })
        .await;
    }
    for order in &orders {
        let page = world
            .get_as(&buyer, &format!("/orders/{order}/invoice"), PDF)
            .await;
        assert!(page.expect(200).bytes.starts_with(b"%PDF-"));
    }
    let each = i64::try_from(STEPS.len()).expect("a small number");
    for step in STEPS {
        assert_eq!(world.count_events(step).await, each, "{step}");
    }
    world.assert_ledger_is_dense().await;
    // The engine that could not record the last mail, and died, may have sent it: then it came twice, and says so by its id.
    let mails = sink.mails();
    let ids: BTreeSet<_> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), STEPS.len());
    assert!(
        (STEPS.len()..=STEPS.len() + 1).contains(&mails.len()),
        "{}",
        mails.len()
    );
    let checked = world.binary.run_well(&["invoice", "reissue-check"]).await;
    assert!(
        checked.ends_with("4 documents were checked; all are as they were issued"),
        "{checked}"
    );
}

fn mail_to(address: &str) -> [(&str, &str); 4] {
    let (host, port) = address.split_once(':').unwrap_or((address, ""));
    [
        ("COMPTOIR_SMTP_HOST", host),
        ("COMPTOIR_SMTP_PORT", port),
        ("COMPTOIR_SMTP_SECURITY", "none"),
        ("COMPTOIR_SMTP_FROM", "facturation@comptoir.example"),
    ]
}

/// How many orders are paid at once.
const ORDERS: usize = 1_000;
/// How many buyers place them.
const CLIENTS: usize = 8;
/// How many webhooks are under way at once.
const DELIVERIES: usize = 16;
/// How many nodes there are, and how often one of them is killed meanwhile.
const NODES: usize = 3;
const KILLS: usize = 6;
const PATIENCE: Duration = Duration::from_mins(10);

/// Numbers 1 to 1,000, no gap, no double, one invoice each; and the same after a rebuild from events.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_orders_paid_at_once_have_a_thousand_numbers_whatever_dies() {
    let mut world = World::invoicing().await;
    world.hold_webhooks();
    let on_sale = world.on_sale("basic").await;
    let buyer = world.buyer().await;
    let orders = place_all(&world, &buyer, &on_sale).await;
    let _others = pay_all(&mut world, &orders).await;
    eventually_within(
        PATIENCE,
        "every order has its invoice, as files too",
        async || (world.count_events("document.rendered").await >= count(ORDERS)).then_some(()),
    )
    .await;
    assert_numbers(&world, &orders).await;
    let before = all_invoices(&world, &buyer).await;
    let in_models: BTreeSet<&str> = before.iter().filter_map(|one| one["order_id"].as_str()).collect();
    assert_eq!((before.len(), in_models.len()), (ORDERS, ORDERS));
    world.binary.run_well(&["rebuild", "documents"]).await;
    assert_eq!(all_invoices(&world, &buyer).await, before, "after a rebuild");
    world.assert_ledger_is_dense().await;
    world.assert_hashes_verify().await;
    let checked = world.binary.run_well(&["invoice", "reissue-check"]).await;
    // Some may not be rendered yet, which it says.
    assert!(
        checked.starts_with("1000 documents were checked")
            && checked.ends_with("all are as they were issued"),
        "{checked}"
    );
    // And nothing came after all.
    assert_numbers(&world, &orders).await;
}

/// Orders whose payment has succeeded at the provider, which has told nobody yet: their ids and those of the webhooks.
async fn place_all(world: &World, buyer: &Person, on_sale: &OnSale) -> Vec<(String, String)> {
    let (orders, begun) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    let place = async || {
        while begun.fetch_add(1, Ordering::Relaxed) < ORDERS {
            let placed = world.place(buyer, on_sale).await;
            let payment = payment_id(&placed);
            world
                .stand_in
                .settle_payment(&payment, PaymentStatus::Succeeded, None)
                .expect("it exists");
            let event_id = world.webhook_about(&payment, EventType::PaymentSucceeded).await;
            orders.lock().expect("no panic").push((id(&placed), event_id));
        }
    };
    run_together((0..CLIENTS).map(|_| place())).await;
    orders.into_inner().expect("no panic")
}

/// Reports every payment, to all nodes in turn, while nodes are killed and others take their places. Answers with the nodes
/// beside that of the world.
async fn pay_all(world: &mut World, orders: &[(String, String)]) -> Vec<Node> {
    let mut others = Vec::new();
    for _ in 1..NODES {
        others.push(world.binary.serve().await);
    }
    let wave = orders.len().div_ceil(KILLS + 1);
    for (round, orders) in orders.chunks(wave).enumerate() {
        // By turns the first node, which runs the subscriptions, and another one.
        let dying = (round < KILLS).then_some(round % NODES);
        report(world, &others, orders, dying).await;
        match dying {
            None => {}
            Some(0) => world.node = world.binary.serve().await,
            Some(other) => others[other - 1] = world.binary.serve().await,
        }
    }
    others
}

/// Reports these payments; when half of them are, one node dies.
async fn report(world: &World, others: &[Node], orders: &[(String, String)], dying: Option<usize>) {
    let nodes: Vec<&Node> = std::iter::once(&world.node).chain(others).collect();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let deliver = async || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((_, event_id)) = orders.get(index) else {
                break;
            };
            deliver_until_taken(world, &nodes, index, event_id).await;
            done.fetch_add(1, Ordering::Relaxed);
        }
    };
    let kill = async {
        let Some(dying) = dying else { return };
        eventually("half of them are reported", async || {
            (2 * done.load(Ordering::Relaxed) >= orders.len()).then_some(())
        })
        .await;
        nodes[dying].kill_without_waiting();
    };
    tokio::join!(kill, run_together((0..DELIVERIES).map(|_| deliver())));
}

/// As the provider does: again and again, until a node acknowledges it.
async fn deliver_until_taken(world: &World, nodes: &[&Node], first: usize, event_id: &str) {
    let (body, signature) = world.signed(event_id);
    let headers = [
        ("content-type", "application/json"),
        (SIGNATURE_HEADER, signature.as_str()),
    ];
    let attempt = AtomicUsize::new(first);
    eventually("the webhook is taken", async || {
        let node = nodes[attempt.fetch_add(1, Ordering::Relaxed) % nodes.len()];
        let url = node.webhook_url();
        let sent = world
            .client
            .try_send(Method::POST, &url, &headers, body.clone().into())
            .await;
        sent.is_ok_and(|answer| answer.status == 200).then_some(())
    })
    .await;
}

/// Each order has one invoice, and the numbers of each series have neither gap nor double. (There are two series if the
/// year ends meanwhile.)
async fn assert_numbers(world: &World, orders: &[(String, String)]) {
    let issued = world.events("invoicing.invoice_issued").await;
    assert_eq!(issued.len(), ORDERS);
    let text = |field: &str| -> BTreeSet<String> {
        let values = issued.iter().filter_map(|event| event[field].as_str());
        values.map(str::to_owned).collect()
    };
    let placed: BTreeSet<String> = orders.iter().map(|(order, _)| order.clone()).collect();
    assert_eq!(text("order_id"), placed, "one invoice for each order");
    assert_eq!(
        (text("number").len(), text("document_id").len()),
        (ORDERS, ORDERS)
    );
    let mut sequences: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for event in &issued {
        let number = event["number"].as_str().unwrap_or_default();
        let (series, _) = number.rsplit_once('-').expect("a number has a series in front");
        let sequence = event["sequence"].as_u64().expect("an event has a sequence");
        assert_eq!(number, format!("{series}-{sequence:06}"));
        sequences.entry(series.to_owned()).or_default().push(sequence);
    }
    for (series, found) in sequences {
        let expected: Vec<u64> = (1..=found.len() as u64).collect();
        assert_eq!(found, expected, "{series}");
    }
    assert_eq!(world.count_events("document.drawn_up").await, count(ORDERS));
}

/// All invoices of a buyer as the list has them, but for their files, which come when they come.
async fn all_invoices(world: &World, buyer: &Person) -> Vec<Value> {
    let position = world.count_all_events().await;
    let mut all: Vec<Value> = Vec::new();
    loop {
        let after = all
            .last()
            .map(|last| format!("&starting_after={}", id(last)))
            .unwrap_or_default();
        let path = format!("/invoices?limit=100&min_position={position}{after}");
        let page = world.get(buyer, &path).await.expect(200).body;
        all.extend(page["data"].as_array().cloned().unwrap_or_default());
        if page["has_more"] != true {
            for one in &mut all {
                one["files"] = Value::Null;
            }
            return all;
        }
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).expect("a small number")
}
