//! How soon an order has its document: orders come at a steady pace, whatever the product does, and the ledger says when each
//! was paid and when its files were stored.

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
    /// Seconds for which they come.
    #[arg(long, default_value_t = 30)]
    ready_seconds: u32,
}

/// From the payment of an order to its stored document.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    contestant: &'static str,
    orders: u64,
    orders_per_second: u32,
    p50_ms: u64,
    p99_ms: u64,
    max_ms: u64,
    asked_for_ms: u64,
}

/// Runs the product and sells.
pub(super) async fn run(options: &ReadyOptions, house: &HouseOptions) -> Result<Row> {
    let house = House::open_with(house, &SETTINGS).await?;
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
    progress(&format!("{orders} orders in {:.1} s", begun.elapsed().as_secs_f64()));
    let mut database = house.database().await?;
    let times = times(&mut database, u64::from(orders)).await?;
    house.close().await?;
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    Ok(Row {
        contestant: "paid to ready",
        orders: u64::from(orders),
        orders_per_second: options.ready_per_second,
        p50_ms: at(50),
        p99_ms: at(99),
        max_ms: at(100),
        asked_for_ms: ASKED_FOR_MS,
    })
}

/// From `order.paid` to `document.rendered`, in milliseconds, the shortest first.
async fn times(database: &mut PgConnection, orders: u64) -> Result<Vec<u64>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found: Vec<i64> = sqlx::query_scalar(
            "SELECT (extract(epoch FROM rendered.recorded_at - paid.recorded_at) * 1000)::bigint
             FROM events rendered
             JOIN read_documents.documents document
                 ON rendered.stream = 'document-' || document.id::text AND document.kind = 'invoice'
             JOIN events paid
                 ON paid.stream = 'order-' || document.order_id::text AND paid.event_type = 'order.paid'
             WHERE rendered.event_type = 'document.rendered' ORDER BY 1",
        )
        .fetch_all(&mut *database)
        .await?;
        if found.len() as u64 >= orders {
            ensure!(found.len() as u64 == orders, "{} documents for {orders} orders", found.len());
            return Ok(found.into_iter().map(|time| u64::try_from(time).unwrap_or_default()).collect());
        }
        ensure!(
            Instant::now() < deadline,
            "{} of {orders} documents were rendered in time",
            found.len()
        );
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

impl Row {
    #[expect(clippy::print_stdout, reason = "the table is what was asked for")]
    pub(super) fn print(&self) {
        println!(
            "{} orders at {} a second, from paid to ready: p50 {} ms, p99 {} ms, at most {} ms ({} ms asked for)",
            self.orders, self.orders_per_second, self.p50_ms, self.p99_ms, self.max_ms, self.asked_for_ms
        );
    }
}
