//! `ONLY=append`: one event of some 500 bytes to a new stream per append, Comptoir beside its peers and beside plain
//! INSERTs.
//!
//! All contestants use one PostgreSQL, each a database of its own. A round gives each contestant a short turn at each
//! number of clients, and the order of turns rotates from round to round, so that a slow minute of the machine falls
//! on all of them. What stands in the table is the median of the rounds.

mod comptoir;
mod contestant;
mod cqrs_es;
mod disintegrate;
mod esrs;
mod insert;
mod peer_pool;
mod table;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use comptoir_sandbox::postgres::Server;

use crate::load::{Load, Window};
use crate::report::{self, Figures};
use crate::storage::{Storage, Template, create_database, server_version};
use contestant::Contestant;
pub(crate) use contestant::measure_comptoir_uncounted;
use table::{Cell, Row};

/// Each storage gets half of the part's time, less what starting and reporting take.
const STORAGE_BUDGET: Duration = Duration::from_secs(140);

/// What is measured; the defaults are what docs/PERFORMANCE.md reports.
#[derive(Debug, Clone, Args)]
pub(crate) struct AppendOptions {
    /// Only these contestants.
    #[arg(long, value_delimiter = ',')]
    contestants: Vec<Contestant>,
    /// Only these storages.
    #[arg(long, value_delimiter = ',')]
    storages: Vec<Storage>,
    /// Numbers of concurrent clients.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64, 256])]
    clients: Vec<usize>,
    /// The most rounds; fewer are run where the time does not suffice.
    #[arg(long, default_value_t = 6)]
    rounds: usize,
    /// Measured time of one turn, in milliseconds.
    #[arg(long, default_value_t = 1_000)]
    turn_ms: u64,
    /// Time before it that is not measured, in milliseconds.
    #[arg(long, default_value_t = 200)]
    warm_up_ms: u64,
}

impl AppendOptions {
    fn contestants(&self) -> Vec<Contestant> {
        if self.contestants.is_empty() {
            Contestant::value_variants().to_vec()
        } else {
            self.contestants.clone()
        }
    }

    fn storages(&self) -> Vec<Storage> {
        if self.storages.is_empty() {
            Storage::value_variants().to_vec()
        } else {
            self.storages.clone()
        }
    }

    fn window(&self) -> Window {
        Window {
            warm_up: Duration::from_millis(self.warm_up_ms),
            measured: Duration::from_millis(self.turn_ms),
        }
    }
}

/// Runs the part and writes `target/bench/append.json`.
pub(crate) async fn run(options: &AppendOptions) -> Result<()> {
    let mut figures = Figures::new("append");
    for storage in options.storages() {
        let server = match storage.start_server().await {
            Ok(server) => server,
            Err(reason) => {
                figures.note(format!("{} was not measured: {reason:#}", storage.name()));
                continue;
            }
        };
        figures.machine_add(&server_version(&server).await?);
        let rows = measure_storage(options, storage, &server).await?;
        table::print(storage, &rows);
        for row in rows {
            figures.row(&row)?;
        }
        server.stop().await?;
    }
    figures.write()
}

async fn measure_storage(options: &AppendOptions, storage: Storage, server: &Server) -> Result<Vec<Row>> {
    let started = Instant::now();
    let mut cells: BTreeMap<Cell, Vec<Load>> = BTreeMap::new();
    for round in 1..=options.rounds {
        let round_started = Instant::now();
        measure_round(options, storage, server, round, &mut cells).await?;
        let another_would_end = started.elapsed() + round_started.elapsed();
        if round < options.rounds && another_would_end > STORAGE_BUDGET {
            report::progress(&format!("{round} rounds fit into the time"));
            break;
        }
    }
    Ok(cells
        .into_iter()
        .map(|(cell, loads)| Row::new(storage, cell, &loads))
        .collect())
}

async fn measure_round(
    options: &AppendOptions,
    storage: Storage,
    server: &Server,
    round: usize,
    cells: &mut BTreeMap<Cell, Vec<Load>>,
) -> Result<()> {
    let mut turns = Vec::new();
    for contestant in options.contestants() {
        let database = format!("{}_{round}", contestant.name().replace('-', "_"));
        let url = create_database(server, &database, Template::Empty).await?;
        contestant
            .migrate(&url)
            .await
            .with_context(|| format!("lay out the tables of {}", contestant.name()))?;
        turns.push((contestant, url));
    }
    turns.rotate_left((round - 1) % options.contestants().len());
    for &clients in &options.clients {
        for (contestant, url) in &turns {
            let load = contestant
                .measure(url, clients, options.window())
                .await
                .with_context(|| format!("{} with {clients} clients", contestant.name()))?;
            report::progress(&format!(
                "{:<5}  round {round}  {clients:>3} clients  {:<12}  {:>7.0} a second  p50 {:>6} us  p99 {:>7} us",
                storage.name(),
                contestant.name(),
                load.per_second,
                load.percentile_us(50.0),
                load.percentile_us(99.0),
            ));
            cells
                .entry(Cell {
                    clients,
                    contestant: *contestant,
                })
                .or_default()
                .push(load);
        }
    }
    Ok(())
}
