//! `ONLY=show`: `comptoir audit show <order> --as-of <time>` on a ledger of ten million events, from the start of the process
//! to its end.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;
use comptoir_ledger::clock::{IdSource, SystemIds};
use comptoir_ledger::{Append, ExpectedRevision, Ledger, LedgerOptions, Metadata, StreamName};
use serde::Serialize;

use crate::house::{Binaries, HouseOptions};
use crate::report::{self, Figures, median};
use crate::sale_events::Sale;
use crate::storage::{Storage, server_version};
use crate::{database, scale};

const RUNS: usize = 21;
/// Sales among which the one that is looked at stands.
const SALES: usize = 50;
const ASKED_FOR_MS: f64 = 50.0;

/// How long the ledger is.
#[derive(Debug, Clone, Args)]
pub(crate) struct ShowOptions {
    /// Events in the ledger that is looked into.
    #[arg(long, default_value_t = 10_000_000)]
    show_events: i64,
}

#[derive(Debug, Serialize)]
struct Row {
    contestant: &'static str,
    storage: Storage,
    events: i64,
    p50_ms: f64,
    longest_ms: f64,
    runs_ms: Vec<f64>,
}

/// Runs the part and writes `target/bench/show.json`.
pub(crate) async fn run(options: &ShowOptions, house: &HouseOptions) -> Result<()> {
    let mut figures = Figures::new("show");
    let server = Storage::Disk.start_server().await?;
    figures.machine_add(&server_version(&server).await?);
    let url = scale::load(&server, options.show_events).await?;
    let binaries = Binaries::over(house, &url)?;
    let pool = database::ledger_pool(&url).await?;
    let ledger = Ledger::start(pool.clone(), LedgerOptions::default()).await?;
    let sale = Sale::from_golden_files()?;
    ledger.append(sale.append_of(SALES)).await?;
    let order = SystemIds.uuid_v7();
    let stream = StreamName::new("order", order);
    let events = sale.events_of("order");
    let append =
        Append::new(&Metadata::default()).write_raw(stream.clone(), ExpectedRevision::NoStream, events);
    ledger.append(append).await?;
    ledger.append(sale.append_of(SALES)).await?;
    let moment = "2030-01-01T00:00:00Z";
    let mut runs_ms = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let started = Instant::now();
        let shown = binaries
            .run(&["audit", "show", stream.as_str(), "--as-of", moment])
            .await?;
        runs_ms.push(started.elapsed().as_secs_f64() * 1e3);
        ensure!(shown.contains("paid"), "the order was not shown: {shown}");
    }
    ledger.stop().await;
    pool.close().await;
    server.stop().await?;
    let longest_ms = runs_ms.iter().copied().fold(0.0, f64::max);
    let p50_ms = median(&runs_ms);
    let verdict = if p50_ms < ASKED_FOR_MS { "held" } else { "missed" };
    report::progress(&format!(
        "\nshow --as-of on {} events: {p50_ms:.1} ms from start to end (median of {RUNS}; {ASKED_FOR_MS} ms asked for: \
         {verdict}), {longest_ms:.1} ms at most",
        options.show_events
    ));
    let events = options.show_events;
    let row = Row {
        contestant: "comptoir",
        storage: Storage::Disk,
        events,
        p50_ms,
        longest_ms,
        runs_ms,
    };
    figures.row(&row).context("the row is written")?;
    figures.write()
}
