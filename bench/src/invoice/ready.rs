//! How soon an order has its document, and whether that delays payments: orders come at a steady pace, whatever the product does,
//! with invoices and without by turns, and the ledger says when each payment was reported, when its order was paid, and when
//! the files of its invoice were stored.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Serialize;
use sqlx::PgConnection;

use crate::catalogue;
use crate::house::{House, HouseOptions};
use crate::report::progress;
use crate::sale::buyer::{Buyer, Market};
use crate::sale::webhook::Webhooks;

/// Who invoices.
const SETTINGS: [(&str, &str); 6] = [
    ("COMPTOIR_INVOICING_NAME", "Comptoir Musique SAS"),
    ("COMPTOIR_INVOICING_ADDRESS_LINE_1", "18 rue des Lilas"),
    ("COMPTOIR_INVOICING_POSTAL_CODE", "75011"),
    ("COMPTOIR_INVOICING_CITY", "Paris"),
    ("COMPTOIR_INVOICING_SIREN", "123456782"),
    ("COMPTOIR_INVOICING_VAT_ID", "FR11123456782"),
];
const PRODUCTS: usize = 20;
/// How long the last documents are waited for.
const PATIENCE: Duration = Duration::from_secs(60);
const ASKED_FOR_MS: u64 = 1_000;

/// How orders come.
#[derive(Debug, Clone, Args)]
pub(crate) struct ReadyOptions {
    /// Orders a second.
    #[arg(long, default_value_t = 20)]
    ready_per_second: u32,
    /// Seconds of each turn, with invoices and without.
    #[arg(long, default_value_t = 15)]
    ready_seconds: u32,
    /// Rounds of two turns.
    #[arg(long, default_value_t = 3)]
    ready_rounds: u32,
}

/// Times of orders, in milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    contestant: &'static str,
    orders: u64,
    orders_per_second: u32,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    asked_for_ms: Option<u64>,
}

/// What a turn measured, in microseconds.
#[derive(Default)]
struct Times {
    /// From the webhook of the payment to the order that is paid.
    paid: Vec<i64>,
    /// From the order that is paid to its stored document.
    ready: Vec<i64>,
}

/// Runs the product with invoices and without, by turns, and sells.
pub(super) async fn run(options: &ReadyOptions, house: &HouseOptions) -> Result<[Row; 3]> {
    let (mut with, mut without) = (Times::default(), Times::default());
    for round in 0..options.ready_rounds {
        // By turns the one comes first and the other.
        for invoices in [round % 2 == 0, round % 2 != 0] {
            let times = turn(options, house, invoices).await?;
            let all = if invoices { &mut with } else { &mut without };
            all.paid.extend(times.paid);
            all.ready.extend(times.ready);
        }
        progress(&format!(
            "orders: round {} of {}",
            round + 1,
            options.ready_rounds
        ));
    }
    let pace = options.ready_per_second;
    Ok([
        Row::of("reported to paid, without invoices", pace, without.paid, None),
        Row::of("reported to paid, with invoices", pace, with.paid, None),
        Row::of("paid to ready", pace, with.ready, Some(ASKED_FOR_MS)),
    ])
}

async fn turn(options: &ReadyOptions, house: &HouseOptions, invoices: bool) -> Result<Times> {
    let settings: &[(&str, &str)] = if invoices { &SETTINGS } else { &[] };
    let house = House::open_with(house, settings).await?;
    let orders = options.ready_per_second * options.ready_seconds;
    let market = Arc::new(Market {
        addr: house.addr(),
        products: catalogue::offer(&house, PRODUCTS).await?,
        webhooks: Webhooks::new()?,
        look_every: Duration::from_millis(20),
    });
    let token = house.token("buyer").await?;
    let pause = Duration::from_secs(1) / options.ready_per_second;
    let begun = Instant::now();
    let mut running = Vec::new();
    for number in 0..orders {
        tokio::time::sleep_until((begun + pause * number).into()).await;
        let (market, token) = (Arc::clone(&market), token.clone());
        running.push(tokio::spawn(async move {
            let mut buyer = Buyer::new(&market, token, number as usize).await?;
            buyer.order_and_pay().await
        }));
    }
    for order in running {
        order.await.context("a buyer panicked")??;
    }
    let mut database = house.database().await?;
    let mut times = Times {
        paid: all_of(&mut database, PAID, orders).await?,
        ready: Vec::new(),
    };
    if invoices {
        times.ready = all_of(&mut database, READY, orders).await?;
    }
    house.close().await?;
    Ok(times)
}

/// From the webhook to the payment that follows from it.
const PAID: &str = "
    SELECT (extract(epoch FROM paid.recorded_at - webhook.recorded_at) * 1000000)::bigint
    FROM events paid
    JOIN events webhook ON webhook.event_id = (paid.metadata->>'causation_id')::uuid
    WHERE paid.event_type = 'order.paid' AND webhook.event_type = 'webhook.received'";

/// From the payment to the stored document.
const READY: &str = "
    SELECT (extract(epoch FROM rendered.recorded_at - paid.recorded_at) * 1000000)::bigint
    FROM events rendered
    JOIN read_documents.documents document
        ON rendered.stream = 'document-' || document.id::text AND document.kind = 'invoice'
    JOIN events paid
        ON paid.stream = 'order-' || document.order_id::text AND paid.event_type = 'order.paid'
    WHERE rendered.event_type = 'document.rendered'";

/// The times that a query finds, once there is one for each order.
async fn all_of(database: &mut PgConnection, query: &'static str, orders: u32) -> Result<Vec<i64>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found: Vec<i64> = sqlx::query_scalar(query).fetch_all(&mut *database).await?;
        if found.len() >= orders as usize {
            ensure!(
                found.len() == orders as usize,
                "{} for {orders} orders",
                found.len()
            );
            return Ok(found);
        }
        ensure!(
            Instant::now() < deadline,
            "{} of {orders} orders came so far in time",
            found.len()
        );
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

impl Row {
    #[expect(clippy::cast_precision_loss, reason = "microseconds of some seconds")]
    fn of(contestant: &'static str, pace: u32, mut times: Vec<i64>, asked_for_ms: Option<u64>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let last = times.len().saturating_sub(1);
            times.get(last * percent / 100).copied().unwrap_or_default() as f64 / 1_000.0
        };
        Self {
            contestant,
            orders: times.len() as u64,
            orders_per_second: pace,
            p50_ms: at(50),
            p99_ms: at(99),
            max_ms: at(100),
            asked_for_ms,
        }
    }

    #[expect(clippy::print_stdout, reason = "the table is what was asked for")]
    pub(super) fn print(&self) {
        let asked = self
            .asked_for_ms
            .map_or_else(String::new, |asked| format!(" ({asked} ms asked for)"));
        println!(
            "{} orders at {} a second, {}: p50 {:.1} ms, p99 {:.1} ms, at most {:.1} ms{asked}",
            self.orders, self.orders_per_second, self.contestant, self.p50_ms, self.p99_ms, self.max_ms
        );
    }
}
