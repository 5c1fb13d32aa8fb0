//! The figures of one storage: medians, ratios, and what was asked for.

use serde::Serialize;

use super::contestant::Contestant;
use crate::load::Load;
use crate::report::{median, median_u64};
use crate::storage::Storage;

/// One cell of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) clients: usize,
    pub(super) contestant: Contestant,
}

/// The medians of one cell.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    contestant: Contestant,
    storage: Storage,
    clients: usize,
    per_second: f64,
    p50_us: u64,
    p99_us: u64,
    rounds: Vec<f64>,
}

impl Row {
    pub(super) fn new(storage: Storage, cell: Cell, loads: &[Load]) -> Self {
        let rounds: Vec<f64> = loads.iter().map(|load| load.per_second.round()).collect();
        Self {
            contestant: cell.contestant,
            storage,
            clients: cell.clients,
            per_second: median(&rounds),
            p50_us: median_u64(loads.iter().map(|load| load.percentile_us(50.0))),
            p99_us: median_u64(loads.iter().map(|load| load.percentile_us(99.0))),
            rounds,
        }
    }
}

/// How many times as fast as a contestant the ledger is asked to be.
fn asked_for(against: Contestant, clients: usize) -> Option<f64> {
    match (against, clients) {
        (Contestant::Insert, 1) => Some(0.8),
        (Contestant::Insert, 16) => Some(1.3),
        (Contestant::Insert, 64) => Some(2.5),
        (Contestant::Insert, 256) => Some(4.0),
        (Contestant::Esrs | Contestant::CqrsEs | Contestant::Disintegrate, 1 | 16) => Some(1.0),
        (Contestant::Esrs | Contestant::CqrsEs | Contestant::Disintegrate, 64) => Some(6.0),
        (Contestant::Esrs | Contestant::CqrsEs | Contestant::Disintegrate, 256) => Some(8.0),
        (
            Contestant::Comptoir
            | Contestant::Insert
            | Contestant::Esrs
            | Contestant::CqrsEs
            | Contestant::Disintegrate,
            _,
        ) => None,
    }
}

/// Prints the medians of one storage, and what Comptoir makes of each contestant.
#[expect(clippy::print_stdout, reason = "the table is what the program is run for")]
pub(super) fn print(storage: Storage, rows: &[Row]) {
    println!(
        "\nappends on {}, medians; ratio = comptoir / contestant\n",
        storage.name()
    );
    println!(
        "{:>7}  {:<12}  {:>10}  {:>9}  {:>9}  {:>7}  {:>9}",
        "clients", "contestant", "per second", "p50 us", "p99 us", "ratio", "asked for"
    );
    for row in rows {
        let ratio = rows
            .iter()
            .find(|other| other.contestant == Contestant::Comptoir && other.clients == row.clients)
            .filter(|_| row.contestant != Contestant::Comptoir)
            .map(|comptoir| comptoir.per_second / row.per_second);
        let verdict = asked_for(row.contestant, row.clients).map(|least| match ratio {
            Some(ratio) if ratio >= least => format!("{least:.1}"),
            Some(_) | None => format!("{least:.1} missed"),
        });
        println!(
            "{:>7}  {:<12}  {:>10.0}  {:>9}  {:>9}  {:>7}  {:<9}",
            row.clients,
            row.contestant.name(),
            row.per_second,
            row.p50_us,
            row.p99_us,
            ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            verdict.unwrap_or_default(),
        );
    }
    println!();
}
