//! `ONLY=start`: how soon `comptoir serve` is ready on a migrated database, and how much memory it takes at rest.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::catalogue;
use crate::house::{House, HouseOptions};
use crate::report::{self, Figures, median_u64};
use crate::storage::server_version;

const STARTS: usize = 11;
const REST: Duration = Duration::from_secs(5);
const PRODUCTS: usize = 100;
const ASKED_FOR_READY_US: u64 = 500_000;
const ASKED_FOR_RESIDENT_KIB: u64 = 80 * 1024;

#[derive(Debug, Serialize)]
struct Row {
    contestant: &'static str,
    storage: &'static str,
    ready_us: u64,
    resident_kib: u64,
    starts_ready_us: Vec<u64>,
}

/// Runs the part and writes `target/bench/start.json`.
pub(crate) async fn run(options: &HouseOptions) -> Result<()> {
    let mut house = House::open(options).await?;
    let mut figures = Figures::new("start");
    figures.machine_add(&server_version(house.server()).await?);
    catalogue::offer(&house, PRODUCTS).await?;
    house.stop_engine().await?;
    let mut ready_us = Vec::with_capacity(STARTS);
    let mut resident_kib = Vec::with_capacity(STARTS);
    for number in 1..=STARTS {
        let started = Instant::now();
        let mut engine = house.binaries().serve().await?;
        let ready = u64::try_from(started.elapsed().as_micros())?;
        tokio::time::sleep(REST).await;
        let resident = engine
            .resident_kib()
            .context("the engine's memory is not to be read")?;
        engine.stop().await?;
        report::progress(&format!(
            "start {number}  ready after {ready} us, {resident} KiB at rest"
        ));
        ready_us.push(ready);
        resident_kib.push(resident);
    }
    house.close().await?;
    let row = Row {
        contestant: "comptoir",
        storage: "disk",
        ready_us: median_u64(ready_us.iter().copied()),
        resident_kib: median_u64(resident_kib.into_iter()),
        starts_ready_us: ready_us,
    };
    let judged = |held: bool| if held { "held" } else { "missed" };
    report::progress(&format!(
        "\nready after {} us (0.5 s asked for: {}), {} KiB at rest (80 MiB asked for: {})",
        row.ready_us,
        judged(row.ready_us <= ASKED_FOR_READY_US),
        row.resident_kib,
        judged(row.resident_kib <= ASKED_FOR_RESIDENT_KIB),
    ));
    figures.row(&row)?;
    figures.write()
}
