//! A closed loop: each client appends, waits for the answer, and appends again.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use hdrhistogram::Histogram;

use crate::order::OrderPlaced;

/// One client of a store, with what it needs to append alone.
pub(crate) trait Client: Send + 'static {
    /// Appends an order to its own new stream and returns when it is durable.
    fn append(&mut self, order: OrderPlaced) -> impl Future<Output = Result<()>> + Send;
}

/// How long a cell lasts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// Not measured: caches fill, statements are prepared.
    pub(crate) warm_up: Duration,
    /// Measured.
    pub(crate) measured: Duration,
}

/// What one closed loop did.
#[derive(Debug)]
pub(crate) struct Load {
    /// All appends that were answered, measured or not.
    pub(crate) acknowledged: u64,
    /// Answered within the measured time, a second.
    pub(crate) per_second: f64,
    latencies: Histogram<u64>,
}

impl Load {
    /// A percentile of the time from call to answer, in microseconds.
    pub(crate) fn percentile_us(&self, percentile: f64) -> u64 {
        self.latencies.value_at_quantile(percentile / 100.0)
    }
}

struct Tally {
    acknowledged: u64,
    latencies_us: Vec<u32>,
}

/// Runs all clients at once and adds up what they saw. Any failure ends the run: a benchmark that skips errors
/// measures something else.
pub(crate) async fn closed_loop<C: Client>(clients: Vec<C>, window: Window) -> Result<(Load, Vec<C>)> {
    let measured_from = Instant::now() + window.warm_up;
    let end = measured_from + window.measured;
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|client| tokio::spawn(run_client(client, measured_from, end)))
        .collect();
    let mut load = Load {
        acknowledged: 0,
        per_second: 0.0,
        latencies: Histogram::new(3)?,
    };
    let mut clients = Vec::with_capacity(tasks.len());
    for task in tasks {
        let (client, tally) = task.await.context("a client panicked")??;
        load.acknowledged += tally.acknowledged;
        for latency in tally.latencies_us {
            load.latencies
                .record(u64::from(latency))
                .map_err(|error| anyhow!("latency: {error}"))?;
        }
        clients.push(client);
    }
    load.per_second = count(load.latencies.len()) / window.measured.as_secs_f64();
    Ok((load, clients))
}

async fn run_client<C: Client>(mut client: C, measured_from: Instant, end: Instant) -> Result<(C, Tally)> {
    let mut tally = Tally {
        acknowledged: 0,
        latencies_us: Vec::new(),
    };
    loop {
        let order = OrderPlaced::new();
        let started = Instant::now();
        if started >= end {
            return Ok((client, tally));
        }
        client.append(order).await?;
        let answered = Instant::now();
        tally.acknowledged += 1;
        if (measured_from..end).contains(&answered) {
            let latency = answered.duration_since(started).as_micros();
            tally
                .latencies_us
                .push(u32::try_from(latency).unwrap_or(u32::MAX));
        }
    }
}

/// A count as a number to divide; far below 2^52 here.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a benchmark are far below 2^52"
)]
pub(crate) fn count(number: u64) -> f64 {
    number as f64
}
