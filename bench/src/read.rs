//! `ONLY=read`: reads a million events back in order and decodes each into its domain event, on one core.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comptoir_ledger::{Filter, Ledger, LedgerOptions, Position, RecordedEvent};
use serde::Serialize;

use crate::load::count;
use crate::machine;
use crate::report::{self, Figures, median};
use crate::sale_events::{Sale, SaleEvent};
use crate::storage::{Storage, Template, create_database, server_version};
use crate::{database, runtime};

/// How many events the parts read that read a whole ledger.
pub(crate) const EVENTS: u64 = 1_000_000;
const SALES_PER_APPEND: usize = 100;
const APPENDS_AT_ONCE: usize = 4;
const PAGE_EVENTS: usize = 2_000;
const PASSES: usize = 5;
const ASKED_FOR_PER_SECOND: f64 = 150_000.0;

/// One pass over the whole ledger.
#[derive(Debug, Serialize)]
struct Pass {
    contestant: &'static str,
    storage: Storage,
    events: u64,
    payload_bytes_average: u64,
    per_second: f64,
    /// Processor time of the reading process by the clock's: 1 is one core.
    cores: f64,
    rss_before_kib: u64,
    rss_most_kib: u64,
    rss_after_kib: u64,
}

/// Runs the part and writes `target/bench/read.json`. It makes its own runtimes: reading has one thread only.
pub(crate) fn run() -> Result<()> {
    let mut figures = Figures::new("read");
    let storage = Storage::Disk;
    let writing = runtime()?;
    let (server, url) = writing.block_on(async {
        let server = storage.start_server().await?;
        figures.machine_add(&server_version(&server).await?);
        let url = create_database(&server, "comptoir_read", Template::Empty).await?;
        database::migrate(&url).await?;
        seed(&url).await?;
        anyhow::Ok((server, url))
    })?;
    let reading = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let passes = reading.block_on(read_all(&url, storage))?;
    print(&passes);
    for pass in &passes {
        figures.row(pass)?;
    }
    figures.write()?;
    writing.block_on(server.stop())?;
    Ok(())
}

/// Stores them.
pub(crate) async fn seed(url: &str) -> Result<()> {
    let started = Instant::now();
    let sale = Sale::from_golden_files()?;
    let pool = database::ledger_pool(url).await?;
    let ledger = Ledger::start(pool.clone(), LedgerOptions::default()).await?;
    let events_per_append = u64::try_from(sale.events_count() * SALES_PER_APPEND)?;
    let mut left = EVENTS.div_ceil(events_per_append);
    while left > 0 {
        let at_once = left.min(u64::try_from(APPENDS_AT_ONCE)?);
        let mut tasks = Vec::new();
        for _ in 0..at_once {
            let append = sale.append_of(SALES_PER_APPEND);
            let ledger = ledger.clone();
            tasks.push(tokio::spawn(async move { ledger.append(append).await }));
        }
        for task in tasks {
            task.await.context("an append panicked")??;
        }
        left -= at_once;
        if left % 400 == 0 {
            report::progress(&format!(
                "seeding: {left} appends of {events_per_append} events to go"
            ));
        }
    }
    ledger.stop().await;
    pool.close().await;
    report::progress(&format!(
        "seeded {EVENTS} events in {:.1} s",
        started.elapsed().as_secs_f64()
    ));
    Ok(())
}

async fn read_all(url: &str, storage: Storage) -> Result<Vec<Pass>> {
    let pool = database::ledger_pool(url).await?;
    let ledger = Ledger::start(pool.clone(), LedgerOptions::default()).await?;
    let mut passes = Vec::new();
    for number in 1..=PASSES {
        let pass = read_once(&ledger, storage).await?;
        report::progress(&format!(
            "pass {number}: {:.0} events a second, {:.2} cores, {} KiB resident before, {} at most, {} after",
            pass.per_second, pass.cores, pass.rss_before_kib, pass.rss_most_kib, pass.rss_after_kib
        ));
        passes.push(pass);
    }
    ledger.stop().await;
    pool.close().await;
    Ok(passes)
}

async fn read_once(ledger: &Ledger, storage: Storage) -> Result<Pass> {
    let resident = || machine::resident_kib(std::process::id()).unwrap_or(0);
    let (rss_before_kib, mut rss_most_kib) = (resident(), 0);
    let (started, processor_started) = (Instant::now(), machine::processor_time());
    let (mut events, mut bytes, mut after) = (0_u64, 0_u64, Position::START);
    let mut page = ledger.read_page(after, &Filter::All, PAGE_EVENTS).await?;
    while page.through > after {
        after = page.through;
        // The server works on the next page while this one is decoded.
        let next = tokio::spawn({
            let ledger = ledger.clone();
            async move { ledger.read_page(after, &Filter::All, PAGE_EVENTS).await }
        });
        tokio::task::yield_now().await;
        decode_all(&page.events, events)?;
        events += u64::try_from(page.events.len())?;
        bytes += page
            .events
            .iter()
            .map(|event| event.data.len() as u64)
            .sum::<u64>();
        rss_most_kib = rss_most_kib.max(resident());
        page = next.await.context("a read panicked")??;
    }
    let elapsed = started.elapsed();
    let processor = machine::processor_time().saturating_sub(processor_started);
    ensure!(
        events >= EVENTS,
        "{events} events were read, but {EVENTS} were appended"
    );
    Ok(Pass {
        contestant: "comptoir",
        storage,
        events,
        payload_bytes_average: bytes / events,
        per_second: (count(events) / elapsed.as_secs_f64()).round(),
        cores: ratio(processor, elapsed),
        rss_before_kib,
        rss_most_kib,
        rss_after_kib: resident(),
    })
}

/// Decodes a page and makes sure that no event was passed over.
fn decode_all(events: &[RecordedEvent], seen: u64) -> Result<()> {
    for (event, number) in events.iter().zip(seen + 1..) {
        ensure!(
            u64::try_from(event.position.get()) == Ok(number),
            "position {} is out of order",
            event.position
        );
        std::hint::black_box(SaleEvent::decode(event)?);
    }
    Ok(())
}

fn ratio(part: Duration, whole: Duration) -> f64 {
    (part.as_secs_f64() / whole.as_secs_f64() * 100.0).round() / 100.0
}

#[expect(clippy::print_stdout, reason = "the table is what the program is run for")]
fn print(passes: &[Pass]) {
    let rates: Vec<f64> = passes.iter().map(|pass| pass.per_second).collect();
    let middle = median(&rates);
    println!("\n{EVENTS} events in order, decoded: {middle:.0} a second (median of {PASSES} passes)");
    println!(
        "asked for: {ASKED_FOR_PER_SECOND:.0}{}",
        if middle < ASKED_FOR_PER_SECOND {
            " missed"
        } else {
            ""
        }
    );
    if let (Some(first), Some(last)) = (passes.first(), passes.last()) {
        println!(
            "resident memory: {} KiB before the first pass, {} KiB after the last; {:.2} cores\n",
            first.rss_before_kib, last.rss_after_kib, last.cores
        );
    }
}
