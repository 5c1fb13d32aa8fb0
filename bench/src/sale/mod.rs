//! `ONLY=sale`: whole sales over HTTP, against the product as it runs.
//!
//! A buyer reads a product, places the order, the signed webhook comes, and the buyer reads the order until it is paid
//! and its licence is listed. Engine, PostgreSQL with default durability, the stand-in for Hyperswitch and this load
//! generator share the machine. At the end the database must hold as many paid orders and licences as were counted.

pub(crate) mod buyer;
mod figures;
pub(crate) mod webhook;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;

use self::buyer::{Buyer, Market, Sale};
use self::figures::{Round, Row};
use self::webhook::Webhooks;
use crate::catalogue;
use crate::house::{House, HouseOptions};
use crate::load::Window;
use crate::report::Figures;
use crate::storage::server_version;

/// How many products are on sale.
const PRODUCTS: usize = 100;

/// How sales are measured.
#[derive(Debug, Clone, Args)]
pub(crate) struct SaleOptions {
    /// Buyers at once.
    #[arg(long, default_value_t = 32)]
    buyers: usize,
    /// Rounds, whose median counts.
    #[arg(long, default_value_t = 5)]
    sale_rounds: usize,
    /// Seconds that a round is measured for.
    #[arg(long, default_value_t = 12)]
    sale_seconds: u64,
    /// Milliseconds between the looks of a buyer whose order is not paid yet.
    #[arg(long, default_value_t = 12)]
    look_every_ms: u64,
}

/// Runs the part and writes `target/bench/sale.json`.
pub(crate) async fn run(options: &SaleOptions, house: &HouseOptions) -> Result<()> {
    let house = House::open(house).await?;
    let mut figures = Figures::new("sale");
    figures.machine_add(&server_version(house.server()).await?);
    let market = Arc::new(Market {
        addr: house.addr(),
        products: catalogue::offer(&house, PRODUCTS).await?,
        webhooks: Webhooks::new()?,
        look_every: Duration::from_millis(options.look_every_ms),
    });
    let mut buyers = Vec::with_capacity(options.buyers);
    for number in 0..options.buyers {
        let token = house.token("buyer").await?;
        buyers.push(Buyer::new(&market, token, number).await?);
    }
    let mut sold = 0;
    let mut rounds = Vec::new();
    for number in 1..=options.sale_rounds {
        let warm_up = if number == 1 { 5 } else { 1 };
        let window = Window {
            warm_up: Duration::from_secs(warm_up),
            measured: Duration::from_secs(options.sale_seconds),
        };
        let (sales, back) = sell(&house, buyers, window).await?;
        buyers = back;
        sold += sales.sold;
        sales.round.tell(number);
        rounds.push(sales.round);
    }
    verify(&house, sold).await?;
    figures.note(format!(
        "{sold} paid orders with their licences: all found in the database"
    ));
    let row = Row::of(options.buyers, &rounds);
    row.print();
    figures.row(&row)?;
    house.close().await?;
    figures.write()
}

struct Sales {
    sold: u64,
    round: Round,
}

/// All buyers at once, for a while.
async fn sell(house: &House, buyers: Vec<Buyer>, window: Window) -> Result<(Sales, Vec<Buyer>)> {
    let measured_from = Instant::now() + window.warm_up;
    let end = measured_from + window.measured;
    let tasks: Vec<_> = buyers
        .into_iter()
        .map(|buyer| tokio::spawn(buy_until(buyer, measured_from, end)))
        .collect();
    tokio::time::sleep_until(measured_from.into()).await;
    let before = house.usage().await?;
    tokio::time::sleep_until(end.into()).await;
    let usage = before.until(house.usage().await?);
    let mut sold = 0;
    let mut measured = Vec::new();
    let mut buyers = Vec::with_capacity(tasks.len());
    for task in tasks {
        let (buyer, count, sales) = task.await.context("a buyer panicked")??;
        sold += count;
        measured.extend(sales);
        buyers.push(buyer);
    }
    let round = Round::new(&measured, window.measured, usage)?;
    Ok((Sales { sold, round }, buyers))
}

async fn buy_until(
    mut buyer: Buyer,
    measured_from: Instant,
    end: Instant,
) -> Result<(Buyer, u64, Vec<Sale>)> {
    let mut sold = 0;
    let mut measured = Vec::new();
    while Instant::now() < end {
        let sale = buyer.buy().await?;
        sold += 1;
        if (measured_from..end).contains(&Instant::now()) {
            measured.push(sale);
        }
    }
    Ok((buyer, sold, measured))
}

/// The database holds what was counted, in the ledger and in the read models.
async fn verify(house: &House, sold: u64) -> Result<()> {
    let mut database = house.database().await?;
    for (what, count) in [
        (
            "paid orders in the ledger",
            "SELECT count(DISTINCT stream) FROM events WHERE event_type = 'order.paid'",
        ),
        (
            "licences in the ledger",
            "SELECT count(DISTINCT stream) FROM events WHERE event_type = 'licence.issued'",
        ),
        (
            "paid orders",
            "SELECT count(*) FROM read_orders.orders WHERE status = 'paid'",
        ),
        (
            "orders with a licence",
            "SELECT count(DISTINCT order_id) FROM read_licences.licences",
        ),
        ("licences", "SELECT count(*) FROM read_licences.licences"),
    ] {
        let found: i64 = sqlx::query_scalar(count).fetch_one(&mut database).await?;
        ensure!(
            u64::try_from(found) == Ok(sold),
            "{found} {what}, and {sold} were counted"
        );
    }
    Ok(())
}
