//! `ONLY=page`: how fast a page of 20 products is answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use hdrhistogram::Histogram;
use serde::Serialize;

use crate::catalogue;
use crate::house::{House, HouseOptions};
use crate::http::{Connection, get};
use crate::load::{Window, count};
use crate::report::{self, Figures, median, median_u64};
use crate::storage::server_version;

const CONNECTIONS: usize = 16;
const PRODUCTS: usize = 120;
const PAGE: usize = 20;
const ROUNDS: usize = 7;
const WINDOW: Window = Window {
    warm_up: Duration::from_secs(1),
    measured: Duration::from_secs(6),
};
const ASKED_FOR_PER_SECOND: f64 = 10_000.0;

#[derive(Debug, Serialize)]
struct Row {
    contestant: &'static str,
    storage: &'static str,
    clients: usize,
    per_second: f64,
    p50_us: u64,
    p99_us: u64,
    rounds: Vec<f64>,
}

/// Runs the part and writes `target/bench/page.json`.
pub(crate) async fn run(options: &HouseOptions) -> Result<()> {
    let house = House::open(options).await?;
    let mut figures = Figures::new("page");
    figures.machine_add(&server_version(house.server()).await?);
    catalogue::offer(&house, PRODUCTS).await?;
    let mut requests = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let token = house.token("buyer").await?;
        requests.push(get(&format!("/api/v1/products?limit={PAGE}"), &token));
    }
    let requests: Arc<[String]> = requests.into();
    let mut rounds = Vec::with_capacity(ROUNDS);
    for number in 1..=ROUNDS {
        let latencies = read_pages(&house, &requests).await?;
        let per_second = count(latencies.len()) / WINDOW.measured.as_secs_f64();
        let (p50_us, p99_us) = (
            latencies.value_at_quantile(0.5),
            latencies.value_at_quantile(0.99),
        );
        report::progress(&format!(
            "round {number}  {per_second:>7.0} pages a second  p50 {p50_us:>5} us  p99 {p99_us:>6} us"
        ));
        rounds.push((per_second, p50_us, p99_us));
    }
    house.close().await?;
    let row = Row {
        contestant: "comptoir",
        storage: "disk",
        clients: CONNECTIONS,
        per_second: median(&rounds.iter().map(|round| round.0).collect::<Vec<_>>()),
        p50_us: median_u64(rounds.iter().map(|round| round.1)),
        p99_us: median_u64(rounds.iter().map(|round| round.2)),
        rounds: rounds.iter().map(|round| round.0).collect(),
    };
    let held = if row.per_second >= ASKED_FOR_PER_SECOND {
        "held"
    } else {
        "missed"
    };
    report::progress(&format!(
        "\n{CONNECTIONS} connections: {:.0} pages a second (10,000 asked for: {held}), p50 {} us, p99 {} us",
        row.per_second, row.p50_us, row.p99_us
    ));
    figures.row(&row)?;
    figures.write()
}

async fn read_pages(house: &House, requests: &Arc<[String]>) -> Result<Histogram<u64>> {
    let measured_from = Instant::now() + WINDOW.warm_up;
    let end = measured_from + WINDOW.measured;
    let mut tasks = Vec::with_capacity(requests.len());
    for number in 0..requests.len() {
        let connection = Connection::open(house.addr()).await?;
        tasks.push(tokio::spawn(read_until(
            connection,
            Arc::clone(requests),
            number,
            measured_from,
            end,
        )));
    }
    let mut all = Histogram::new(3)?;
    for task in tasks {
        all.add(task.await.context("a reader panicked")??)?;
    }
    Ok(all)
}

async fn read_until(
    mut connection: Connection,
    requests: Arc<[String]>,
    number: usize,
    measured_from: Instant,
    end: Instant,
) -> Result<Histogram<u64>> {
    let request = &requests[number];
    let first = connection.call(request).await?;
    first.expect(200, "the page")?;
    ensure!(
        first.body.matches(r#""id":"product_"#).count() == PAGE,
        "not a page of {PAGE} products: {}",
        first.body
    );
    let bytes = first.body.len();
    let mut latencies = Histogram::new(3)?;
    loop {
        let started = Instant::now();
        if started >= end {
            return Ok(latencies);
        }
        let answer = connection.call(request).await?;
        answer.expect(200, "the page")?;
        ensure!(answer.body.len() == bytes, "the page has changed");
        if started >= measured_from {
            let latency = u64::try_from(started.elapsed().as_micros())?;
            latencies
                .record(latency)
                .map_err(|error| anyhow!("latency: {error}"))?;
        }
    }
}
