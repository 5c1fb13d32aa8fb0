//! `ONLY=invoice`: how fast documents are rendered, beside peers, and how soon after its payment an order has its invoice.
//!
//! All contestants render the same documents with the same fonts on one core, in turn within each round. Ours is a Factur-X:
//! PDF/A-3b, tagged, with the XML inside and declared; the peers make plain PDFs of the same content.

mod child;
mod contestant;
mod peers;
mod plain_typst;
mod ready;
mod samples;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

use self::child::{kept, throughput};
use self::contestant::{Contestant, Kind};
use self::peers::Peers;
use self::samples::samples;
use crate::house::HouseOptions;
use crate::report::{Figures, median, median_u64, progress};

pub(crate) use self::child::{Own, serve};

/// The most that the memory may grow, in KiB.
const GROWTH_KIB_MAX: u64 = 30 * 1024;
/// The most bytes of a document.
const DOCUMENT_BYTES_MAX: u64 = 70 * 1000;
/// By how much two threads are to be faster than one.
const TWO_THREADS_ASKED_FOR: f64 = 1.6;

/// How documents are measured.
#[derive(Debug, Clone, Args)]
pub(crate) struct InvoiceOptions {
    /// Rounds of documents, whose median counts.
    #[arg(long, default_value_t = 7)]
    invoice_rounds: usize,
    /// Documents that each contestant renders in a round.
    #[arg(long, default_value_t = 60)]
    invoice_documents: usize,
    /// Documents that are rendered in a row to see what becomes of the memory.
    #[arg(long, default_value_t = 10_000)]
    invoice_in_a_row: usize,
    /// Seconds of each turn with one and with two threads.
    #[arg(long, default_value_t = 6)]
    invoice_thread_seconds: u64,
    #[command(flatten)]
    ready: ready::ReadyOptions,
    /// Be a contestant: render what comes in.
    #[arg(long, hide = true)]
    pub(crate) contestant: Option<Own>,
    /// Where a contestant leaves its newest document.
    #[arg(hide = true)]
    pub(crate) keep: Option<PathBuf>,
}

/// The times of one contestant.
#[derive(Debug, Serialize)]
struct Row {
    contestant: &'static str,
    p50_us: u64,
    min_us: u64,
    bytes_max: u64,
    first_us: u64,
    resident_kib: u64,
    /// The p50 of each round.
    rounds_us: Vec<u64>,
    /// Ours in parts of theirs, by the rounds.
    ours_is: Option<f64>,
    asked_for: Option<f64>,
}

/// Runs the part and writes `target/bench/invoice.json`.
pub(crate) async fn run(options: &InvoiceOptions, house: &HouseOptions) -> Result<()> {
    let peers = Peers::prepare()?;
    let mut figures = Figures::new("invoice");
    for row in beside_peers(options, &peers)? {
        row.print();
        figures.row(&row)?;
        if row.contestant == Kind::ALL[0].name() && row.bytes_max > DOCUMENT_BYTES_MAX {
            figures.note(format!(
                "a document has {} bytes; {DOCUMENT_BYTES_MAX} are asked for",
                row.bytes_max
            ));
        }
    }
    figures.note(in_a_row(options, &peers)?);
    figures.note(two_threads(options)?);
    for row in ready::run(&options.ready, house).await? {
        row.print();
        figures.row(&row)?;
    }
    figures.write()
}

/// All contestants in turn, each round in another order.
fn beside_peers(options: &InvoiceOptions, peers: &Peers) -> Result<Vec<Row>> {
    let documents = samples(options.invoice_documents)?;
    let mut rows = Vec::new();
    let mut running = Vec::new();
    for kind in Kind::ALL {
        let mut once = Contestant::start(kind, peers, Some(kept(file_of(kind))))?;
        let first = once.render(&documents[0])?;
        once.finish()?;
        rows.push(Row {
            contestant: kind.name(),
            p50_us: 0,
            min_us: u64::MAX,
            bytes_max: 0,
            first_us: first.nanoseconds / 1_000,
            resident_kib: 0,
            rounds_us: Vec::new(),
            ours_is: None,
            asked_for: kind.asked_for(),
        });
        let mut contestant = Contestant::start(kind, peers, None)?;
        for document in documents.iter().take(10) {
            contestant.render(document)?;
        }
        running.push(contestant);
    }
    for round in 0..options.invoice_rounds {
        for turn in 0..running.len() {
            let index = (turn + round) % running.len();
            let (contestant, row) = (&mut running[index], &mut rows[index]);
            let mut times = Vec::with_capacity(documents.len());
            for document in &documents {
                let rendered = contestant.render(document)?;
                times.push(rendered.nanoseconds / 1_000);
                row.bytes_max = row.bytes_max.max(rendered.bytes);
            }
            row.min_us = times.iter().copied().min().unwrap_or_default().min(row.min_us);
            row.rounds_us.push(median_u64(times.into_iter()));
        }
        progress(&format!("round {} of {}", round + 1, options.invoice_rounds));
    }
    for (contestant, row) in running.into_iter().zip(&mut rows) {
        row.resident_kib = contestant.resident_kib()?;
        row.p50_us = median_u64(row.rounds_us.iter().copied());
        contestant.finish()?;
    }
    let ours = rows.first().context("no contestant")?.rounds_us.clone();
    for row in rows.iter_mut().skip(1) {
        row.ours_is = Some(ratio(&ours, &row.rounds_us));
    }
    Ok(rows)
}

/// The median over the rounds of ours in parts of theirs.
#[expect(clippy::cast_precision_loss, reason = "microseconds of some milliseconds")]
fn ratio(ours: &[u64], theirs: &[u64]) -> f64 {
    let of_rounds: Vec<f64> = ours
        .iter()
        .zip(theirs)
        .map(|(ours, theirs)| *ours as f64 / *theirs as f64)
        .collect();
    median(&of_rounds)
}

/// Where the first document of a contestant is kept, to be looked at.
const fn file_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Own(Own::Comptoir) => "comptoir.pdf",
        Kind::Own(Own::TypstAsLib) => "typst-as-lib.pdf",
        Kind::Gofpdf => "gofpdf.pdf",
        Kind::Reportlab => "reportlab.pdf",
        Kind::Weasyprint => "weasyprint.pdf",
    }
}

/// What becomes of the memory of a process that renders and renders.
fn in_a_row(options: &InvoiceOptions, peers: &Peers) -> Result<String> {
    let documents = samples(100)?;
    let mut ours = Contestant::start(Kind::ALL[0], peers, None)?;
    for document in documents.iter().cycle().take(200) {
        ours.render(document)?;
    }
    let before = ours.resident_kib()?;
    for document in documents.iter().cycle().take(options.invoice_in_a_row) {
        ours.render(document)?;
    }
    let after = ours.resident_kib()?;
    ours.finish()?;
    let growth = after.saturating_sub(before);
    Ok(format!(
        "{} documents in a row: {before} KiB resident before, {after} KiB after; {growth} KiB more, {GROWTH_KIB_MAX} may be",
        options.invoice_in_a_row
    ))
}

/// One thread and two in turn.
fn two_threads(options: &InvoiceOptions) -> Result<String> {
    let time = Duration::from_secs(options.invoice_thread_seconds);
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..options.invoice_rounds.div_ceil(2) {
        one.push(throughput(1, time)?);
        two.push(throughput(2, time)?);
    }
    let by_round: Vec<f64> = one.iter().zip(&two).map(|(one, two)| two / one).collect();
    Ok(format!(
        "one thread {:.0} documents a second, two threads {:.0}: {:.2} x, {TWO_THREADS_ASKED_FOR} x asked for",
        median(&one),
        median(&two),
        median(&by_round)
    ))
}

impl Row {
    #[expect(clippy::print_stdout, reason = "the table is what was asked for")]
    fn print(&self) {
        let ours = self
            .ours_is
            .map_or_else(String::new, |ours| format!(", ours is {ours:.2} x"));
        let asked = self
            .asked_for
            .map_or_else(String::new, |asked| format!(" ({asked} x asked for)"));
        println!(
            "{:<40} p50 {:>7} us, min {:>7} us, first {:>7} us, at most {:>6} bytes, {:>6} KiB{ours}{asked}",
            self.contestant, self.p50_us, self.min_us, self.first_us, self.bytes_max, self.resident_kib
        );
    }
}
