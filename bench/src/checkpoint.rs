//! `ONLY=checkpoint`: the Merkle tree of a million leaves from nothing to its signed root, then a thousand leaves more.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comptoir_ledger::{CheckpointSigning, Ledger, LedgerOptions, Position};
use comptoir_proof::note::{KeyKind, Signer};
use serde::Serialize;
use sqlx::PgPool;

use crate::report::{self, Figures, median};
use crate::sale_events::Sale;
use crate::storage::{Storage, server_version};
use crate::{database, scale};

const LEAVES: i64 = 1_000_000;
const ROUNDS: usize = 5;
/// So many sales, of five events each, are taken in afterwards: in appends of half the events that one may hold.
const SALES_MORE: usize = 200;
const SALES_PER_APPEND: usize = 50;
const ASKED_FOR_S: f64 = 3.0;

#[derive(Debug, Serialize)]
struct Row {
    contestant: &'static str,
    storage: Storage,
    leaves: i64,
    from_nothing_s: f64,
    rounds_s: Vec<f64>,
    thousand_more_ms: f64,
    nothing_more_ms: f64,
}

/// Runs the part and writes `target/bench/checkpoint.json`.
pub(crate) async fn run() -> Result<()> {
    let mut figures = Figures::new("checkpoint");
    let server = Storage::Disk.start_server().await?;
    figures.machine_add(&server_version(&server).await?);
    let url = scale::load(&server, LEAVES).await?;
    let pool = database::ledger_pool(&url).await?;
    let ledger = Ledger::start(pool.clone(), LedgerOptions::default()).await?;
    let signing = CheckpointSigning {
        origin: "bench.example/ledger".to_owned(),
        signers: vec![Signer::try_new("bench.example/ledger", KeyKind::Log, &[1; 32])?],
        interval: Duration::from_millis(400),
    };
    let (mut rounds_s, mut more_ms, mut none_ms) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        forget(&pool).await?;
        let started = Instant::now();
        let signed = ledger
            .sign_checkpoint(&signing)
            .await?
            .context("nothing was signed")?;
        let seconds = started.elapsed().as_secs_f64();
        ensure!(
            signed.size >= Position::new(LEAVES),
            "only {} leaves were signed",
            signed.size
        );
        let sale = Sale::from_golden_files()?;
        for _ in 0..SALES_MORE / SALES_PER_APPEND {
            ledger.append(sale.append_of(SALES_PER_APPEND)).await?;
        }
        let started = Instant::now();
        ledger
            .sign_checkpoint(&signing)
            .await?
            .context("nothing more was signed")?;
        let more = started.elapsed().as_secs_f64() * 1e3;
        let started = Instant::now();
        ensure!(
            ledger.sign_checkpoint(&signing).await?.is_none(),
            "there was nothing more to sign"
        );
        let none = started.elapsed().as_secs_f64() * 1e3;
        report::progress(&format!(
            "round {round}: {seconds:.2} s from nothing, {more:.1} ms for the next thousand, {none:.1} ms for none"
        ));
        rounds_s.push(seconds);
        more_ms.push(more);
        none_ms.push(none);
    }
    ledger.stop().await;
    pool.close().await;
    server.stop().await?;
    let row = Row {
        contestant: "comptoir",
        storage: Storage::Disk,
        leaves: LEAVES,
        from_nothing_s: median(&rounds_s),
        rounds_s,
        thousand_more_ms: median(&more_ms),
        nothing_more_ms: median(&none_ms),
    };
    let verdict = if row.from_nothing_s <= ASKED_FOR_S {
        "held"
    } else {
        "missed"
    };
    report::progress(&format!(
        "\n{LEAVES} leaves from nothing in {:.2} s ({ASKED_FOR_S} s asked for: {verdict}), a thousand more in {:.1} ms",
        row.from_nothing_s, row.thousand_more_ms
    ));
    figures.row(&row)?;
    figures.write()
}

/// As if nothing had ever been signed.
async fn forget(pool: &PgPool) -> Result<()> {
    sqlx::raw_sql(
        "TRUNCATE ledger_tree_nodes, ledger_checkpoints; UPDATE ledger_tree SET size = 0, peaks = '', newest = NULL",
    )
    .execute(pool)
    .await?;
    Ok(())
}
