//! `ONLY=verify`: verifies a ledger of a million events whose books balance: hashes, tree, streams, books.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comptoir_audit::verify::{VerifyOptions, verify};
use comptoir_domain::order::RefundScope;
use comptoir_domain::testing::market::{Market, Row, Wish};
use comptoir_domain::testing::samples::promo_terms;
use comptoir_domain::values::LicenceKind;
use comptoir_ledger::Ledger;
use comptoir_ledger::leaf::Leaf;
use serde::Serialize;
use sqlx::PgPool;

use crate::load::count;
use crate::machine;
use crate::report::{self, Figures, median};
use crate::socket::SocketFolder;
use crate::storage::{Storage, Template, create_database, server_version};
use crate::{database, runtime};

const EVENTS: u64 = 1_000_000;
const ROWS_PER_INSERT: usize = 5_000;
const PASSES: usize = 5;
const ASKED_FOR_PER_SECOND: f64 = 150_000.0;
const ASKED_FOR_MEMORY_KIB: u64 = 300 * 1024;
/// One sale of so many is refunded wholly, and one in part: while many others are bought, as it happens.
const REFUND_EVERY: u64 = 20;
/// How many sales lie between a sale and its refund.
const SALES_UNTIL_REFUND: usize = 20_000;

/// One verification.
#[derive(Debug, Serialize)]
struct Pass {
    contestant: &'static str,
    storage: Storage,
    events: u64,
    streams: u64,
    orders: u64,
    per_second: f64,
    /// Processor time of the verifying process by the clock's: 1 is one core. PostgreSQL's comes on top.
    cores: f64,
    rss_before_kib: u64,
    rss_most_kib: u64,
}

/// Runs the part and writes `target/bench/verify.json`.
pub(crate) fn run() -> Result<()> {
    let mut figures = Figures::new("verify");
    let storage = Storage::Disk;
    let runtime = runtime()?;
    let passes = runtime.block_on(async {
        let socket = SocketFolder::make()?;
        let server = storage.start_server_with(&[socket.setting()]).await?;
        figures.machine_add(&server_version(&server).await?);
        let url = create_database(&server, "comptoir_verify", Template::Empty).await?;
        database::migrate(&url).await?;
        let pool = database::ledger_pool(&socket.url(&url)).await?;
        seed(&pool).await?;
        let mut passes = Vec::new();
        for number in 1..=PASSES {
            let pass = verify_once(&pool, storage).await?;
            report::progress(&format!(
                "pass {number}: {:.0} events a second, {:.2} cores, {} KiB resident before, {} at most",
                pass.per_second, pass.cores, pass.rss_before_kib, pass.rss_most_kib
            ));
            passes.push(pass);
        }
        pool.close().await;
        server.stop().await?;
        anyhow::Ok(passes)
    })?;
    print(&passes);
    for pass in &passes {
        figures.row(pass)?;
    }
    figures.write()
}

async fn seed(pool: &PgPool) -> Result<()> {
    let started = Instant::now();
    let mut market = Market::open(promo_terms());
    let mut waiting = std::collections::VecDeque::new();
    let (mut sales, mut position) = (0_u64, 0_u64);
    let mut rows: Vec<Row> = Vec::new();
    while position < EVENTS {
        sales += 1;
        if sales % 1_000 == 0 {
            market.new_product();
        }
        let kind = if sales % 3 == 0 {
            LicenceKind::Premium
        } else {
            LicenceKind::Basic
        };
        let units = if sales % 10 == 0 { 3 } else { 1 };
        let sold = market.sell(Wish::Units(kind, units));
        match sales % REFUND_EVERY {
            0 => waiting.push_back((sold, RefundScope::Whole)),
            7 => waiting.push_back((sold, RefundScope::AmountMinor(500))),
            _ => {}
        }
        if waiting.len() > SALES_UNTIL_REFUND / 10
            && let Some((mut sold, scope)) = waiting.pop_front()
        {
            market.refund(&mut sold, scope);
        }
        rows.extend(market.take_rows());
        if rows.len() >= ROWS_PER_INSERT {
            insert(pool, position, &rows).await?;
            position += u64::try_from(rows.len())?;
            rows.clear();
        }
    }
    for statement in [
        "UPDATE ledger_head SET position = (SELECT max(position) FROM events)",
        "UPDATE ledger_horizon SET position = (SELECT max(position) FROM events)",
        "VACUUM ANALYZE events",
    ] {
        sqlx::query(statement).execute(pool).await?;
    }
    report::progress(&format!(
        "seeded {position} events of {sales} sales in {:.1} s",
        started.elapsed().as_secs_f64()
    ));
    Ok(())
}

async fn insert(pool: &PgPool, behind: u64, rows: &[Row]) -> Result<()> {
    let first = i64::try_from(behind)? + 1;
    let positions: Vec<i64> = (first..).take(rows.len()).collect();
    let leaves = positions
        .iter()
        .zip(rows)
        .map(|(position, row)| leaf(*position, row).to_vec());
    let text = |of: fn(&Row) -> &String| rows.iter().map(|row| of(row).clone()).collect::<Vec<String>>();
    sqlx::query(
        "INSERT INTO events (position, stream, revision, event_id, event_type, schema_version, recorded_at, data, metadata,
             leaf_hash)
         SELECT a, b, c, d, e, f, g, h::json, i::json, j
         FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::int[], $7::timestamptz[], $8::text[],
             $9::text[], $10::bytea[]) AS r (a, b, c, d, e, f, g, h, i, j)",
    )
    .bind(positions.clone())
    .bind(text(|row| &row.stream))
    .bind(rows.iter().map(|row| row.revision).collect::<Vec<i64>>())
    .bind(rows.iter().map(|row| row.event_id).collect::<Vec<_>>())
    .bind(text(|row| &row.event_type))
    .bind(rows.iter().map(|row| row.schema_version).collect::<Vec<i32>>())
    .bind(rows.iter().map(|row| row.recorded_at).collect::<Vec<_>>())
    .bind(text(|row| &row.data))
    .bind(text(|row| &row.metadata))
    .bind(leaves.collect::<Vec<Vec<u8>>>())
    .execute(pool)
    .await
    .context("rows are written")?;
    Ok(())
}

fn leaf(position: i64, row: &Row) -> [u8; 32] {
    Leaf {
        position,
        stream: &row.stream,
        revision: row.revision,
        event_id: row.event_id,
        event_type: &row.event_type,
        schema_version: row.schema_version,
        recorded_at: row.recorded_at,
        data: &row.data,
        metadata: &row.metadata,
    }
    .hash()
}

async fn verify_once(pool: &PgPool, storage: Storage) -> Result<Pass> {
    let resident = || machine::resident_kib(std::process::id()).unwrap_or(0);
    let rss_before_kib = resident();
    let most = Arc::new(AtomicU64::new(rss_before_kib));
    let noted = Arc::clone(&most);
    let ledger = Ledger::read_only(pool.clone()).await?;
    let (started, processor_started) = (Instant::now(), machine::processor_time());
    let options = VerifyOptions {
        progress: Arc::new(move |position| {
            // Now and then: the file that says it costs more than a batch.
            if position.get() % 16 == 0 {
                noted.fetch_max(
                    machine::resident_kib(std::process::id()).unwrap_or(0),
                    Ordering::Relaxed,
                );
            }
        }),
        ..VerifyOptions::default()
    };
    let report = verify(&ledger, options).await?;
    let elapsed = started.elapsed();
    let processor = machine::processor_time().saturating_sub(processor_started);
    ensure!(report.sound, "a sound ledger has findings: {:?}", report.findings);
    ensure!(report.events >= EVENTS, "only {} events were read", report.events);
    Ok(Pass {
        contestant: "comptoir",
        storage,
        events: report.events,
        streams: report.streams,
        orders: report.orders,
        per_second: (count(report.events) / elapsed.as_secs_f64()).round(),
        cores: ratio(processor, elapsed),
        rss_before_kib,
        rss_most_kib: most.load(Ordering::Relaxed).max(resident()),
    })
}

fn ratio(part: Duration, whole: Duration) -> f64 {
    (part.as_secs_f64() / whole.as_secs_f64() * 100.0).round() / 100.0
}

#[expect(clippy::print_stdout, reason = "the table is what the program is run for")]
fn print(passes: &[Pass]) {
    let rates: Vec<f64> = passes.iter().map(|pass| pass.per_second).collect();
    let middle = median(&rates);
    let most = passes.iter().map(|pass| pass.rss_most_kib).max().unwrap_or(0);
    let missed = |is_missed: bool| if is_missed { " missed" } else { "" };
    println!("\n{EVENTS} events verified: {middle:.0} a second (median of {PASSES} passes)");
    println!(
        "asked for: {ASKED_FOR_PER_SECOND:.0}{}",
        missed(middle < ASKED_FOR_PER_SECOND)
    );
    println!(
        "resident memory: {most} KiB at most; asked for: {ASKED_FOR_MEMORY_KIB}{}\n",
        missed(most >= ASKED_FOR_MEMORY_KIB)
    );
}
