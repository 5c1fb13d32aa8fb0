//! `ONLY=export`: a million events as JSON lines, beside PostgreSQL's own `COPY events TO STDOUT` by psql into a file.
//!
//! Both read the same database in turn and write to the same disk. The export also hashes every byte, grows the Merkle tree, and
//! waits for the disk after each part; COPY does none of it.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comptoir_audit::export::{Asked, Format, NotRecorded, export};
use comptoir_ledger::Ledger;
use comptoir_sandbox::postgres::{Binaries, Server};
use serde::Serialize;

use crate::load::count;
use crate::read::{EVENTS, seed};
use crate::report::{self, Figures, median};
use crate::storage::{Storage, Template, create_database, server_version};
use crate::{database, machine};

const PASSES: usize = 5;
const ASKED_FOR_RATIO: f64 = 1.5;
/// The default of `comptoir audit export`.
const PART_EVENTS: u64 = 500_000;

/// One contestant over all passes.
#[derive(Debug, Serialize)]
struct Row {
    contestant: &'static str,
    storage: Storage,
    events: u64,
    bytes: u64,
    seconds: f64,
    per_second: f64,
    /// Processor time of this process by the clock's: 1 is one core. Not the server's.
    cores: f64,
    passes: Vec<f64>,
}

/// What a pass took.
#[derive(Debug, Clone, Copy)]
struct Took {
    elapsed: Duration,
    processor: Duration,
    bytes: u64,
}

/// Runs the part and writes `target/bench/export.json`.
pub(crate) async fn run() -> Result<()> {
    let mut figures = Figures::new("export");
    let storage = Storage::Disk;
    let server = storage.start_server().await?;
    figures.machine_add(&server_version(&server).await?);
    let url = create_database(&server, "comptoir_export", Template::Empty).await?;
    database::migrate(&url).await?;
    seed(&url).await?;
    settle(&server, &url).await?;
    let folder = tempfile::tempdir_in(storage.folder()?)?;
    let pool = database::ledger_pool(&url).await?;
    let ledger = Ledger::read_only(pool.clone()).await?;
    let mut passes: [(&str, Vec<Took>); 3] = [
        ("comptoir jsonl", Vec::new()),
        ("comptoir parquet", Vec::new()),
        ("psql copy", Vec::new()),
    ];
    let before = machine::resident_kib(std::process::id()).unwrap_or(0);
    machine::forget_most_resident()?;
    for pass in 0..PASSES {
        for turn in 0..passes.len() {
            let (contestant, taken) = &mut passes[(pass + turn) % 3];
            let place = folder.path().join("out");
            let took = match *contestant {
                "comptoir jsonl" => comptoir(&ledger, &place, Format::Jsonl).await?,
                "comptoir parquet" => comptoir(&ledger, &place, Format::Parquet).await?,
                _ => copy(&url, &place).await?,
            };
            report::progress(&format!("{contestant}: {:.2} s", took.elapsed.as_secs_f64()));
            taken.push(took);
        }
    }
    pool.close().await;
    let rows: Vec<Row> = passes
        .into_iter()
        .map(|(contestant, taken)| row(contestant, storage, &taken))
        .collect();
    print(&rows);
    for row in &rows {
        figures.row(row)?;
    }
    if let Some(most) = machine::most_resident_kib() {
        figures.note(format!(
            "most resident memory while exporting: {most} KiB, {before} KiB before"
        ));
    }
    figures.write()?;
    server.stop().await?;
    Ok(())
}

/// What was loaded is on disk and frozen before anything is measured.
async fn settle(server: &Server, url: &str) -> Result<()> {
    let mut connection = database::connect(url).await?;
    sqlx::query("VACUUM (ANALYZE, FREEZE) events")
        .execute(&mut connection)
        .await?;
    let mut superuser = database::connect(&server.superuser_url()).await?;
    sqlx::query("CHECKPOINT").execute(&mut superuser).await?;
    Ok(())
}

async fn comptoir(ledger: &Ledger, place: &Path, format: Format) -> Result<Took> {
    let asked = Asked {
        format,
        from: None,
        until: None,
        category: None,
        part_events: PART_EVENTS,
    };
    let (started, processor) = (Instant::now(), machine::processor_time());
    let exported = export(ledger, place, &asked, &NotRecorded, |_| {}).await?;
    let (elapsed, processor) = (
        started.elapsed(),
        machine::processor_time().saturating_sub(processor),
    );
    ensure!(
        exported.manifest.events >= EVENTS,
        "{} events were exported",
        exported.manifest.events
    );
    let bytes = exported.manifest.parts.iter().map(|part| part.bytes).sum();
    std::fs::remove_dir_all(place)?;
    Ok(Took {
        elapsed,
        processor,
        bytes,
    })
}

async fn copy(url: &str, place: &Path) -> Result<Took> {
    let (url, place) = (url.to_owned(), place.to_owned());
    tokio::task::spawn_blocking(move || {
        let file = File::create(&place)?;
        let started = Instant::now();
        let status = Command::new(Binaries::find()?.path("psql"))
            .args([
                &url,
                "--no-psqlrc",
                "--quiet",
                "--command",
                "COPY events TO STDOUT",
            ])
            .stdout(Stdio::from(file))
            .status()
            .context("run psql")?;
        let elapsed = started.elapsed();
        ensure!(status.success(), "psql: {status}");
        let bytes = std::fs::metadata(&place)?.len();
        std::fs::remove_file(&place)?;
        Ok(Took {
            elapsed,
            processor: Duration::ZERO,
            bytes,
        })
    })
    .await?
}

fn row(contestant: &'static str, storage: Storage, taken: &[Took]) -> Row {
    let passes: Vec<f64> = taken.iter().map(|took| took.elapsed.as_secs_f64()).collect();
    let seconds = median(&passes);
    let cores: Vec<f64> = taken
        .iter()
        .map(|took| took.processor.as_secs_f64() / took.elapsed.as_secs_f64())
        .collect();
    Row {
        contestant,
        storage,
        events: EVENTS,
        bytes: taken.first().map_or(0, |took| took.bytes),
        seconds,
        per_second: (count(EVENTS) / seconds).round(),
        cores: median(&cores),
        passes,
    }
}

#[expect(clippy::print_stdout, reason = "the table is what the program is run for")]
fn print(rows: &[Row]) {
    println!(
        "\n{:<18} {:>8} {:>10} {:>12} {:>6}",
        "", "seconds", "a second", "bytes", "cores"
    );
    for row in rows {
        println!(
            "{:<18} {:>8.2} {:>10.0} {:>12} {:>6.2}",
            row.contestant, row.seconds, row.per_second, row.bytes, row.cores
        );
    }
    if let [jsonl, _, copy] = rows {
        let ratio = jsonl.seconds / copy.seconds;
        let verdict = if ratio > ASKED_FOR_RATIO { " missed" } else { "" };
        println!(
            "JSON lines take {ratio:.2} times as long as COPY, asked for at most {ASKED_FOR_RATIO}{verdict}\n"
        );
    }
}
