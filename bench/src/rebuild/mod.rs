//! `ONLY=rebuild`: the order read model built anew from events, beside `esrs`'s rebuilder and `cqrs-es`'s replay, which fill tables
//! of the same columns and indexes from the same events.
//!
//! The peers are slower by so much that they get the first orders of the history only; rates are compared, and at the end
//! the rows, one by one. All run in one process. The peers are measured as they come, and without waiting for the disk, which
//! Comptoir's rebuild does by itself: what it builds can be built again.

mod cqrs_es;
mod esrs;
mod history;
mod peer_table;

use std::time::Instant;

use anyhow::{Result, ensure};
use comptoir_ledger::{Ledger, LedgerOptions};
use comptoir_projections::{ReadModel, RebuildOptions};
use serde::Serialize;
use sqlx::PgPool;

use self::history::EVENTS_PER_ORDER;
use self::peer_table::Disk;
use crate::report::{self, Figures, median};
use crate::storage::{Storage, Template, create_database, server_version};
use crate::{database, machine};

/// How long the history is.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct RebuildArguments {
    /// Orders in the history that Comptoir rebuilds
    #[arg(long, default_value_t = 200_000)]
    rebuild_orders: usize,
    /// Orders of it that the peers rebuild
    #[arg(long, default_value_t = 10_000)]
    rebuild_peer_orders: usize,
}

const ROUNDS: usize = 3;
/// The peers, as they come and without waiting for the disk.
const PEERS: [(&str, &str, Disk); 2] = [
    ("esrs", "cqrs-es", Disk::Waited),
    ("esrs, no wait", "cqrs-es, no wait", Disk::NotWaited),
];
const ASKED_FOR_PER_SECOND: f64 = 40_000.0;
const ASKED_FOR_RATIO: f64 = 20.0;

/// One rebuild.
#[derive(Debug, Serialize)]
struct Round {
    contestant: &'static str,
    orders: usize,
    events: usize,
    seconds: f64,
    per_second: f64,
    /// Processor time of this process by the clock's; PostgreSQL's comes on top.
    own_cores: f64,
}

/// Runs the part and writes `target/bench/rebuild.json`.
pub(crate) async fn run(arguments: &RebuildArguments) -> Result<()> {
    let mut figures = Figures::new("rebuild");
    let storage = Storage::Disk;
    let server = storage.start_server().await?;
    figures.machine_add(&server_version(&server).await?);
    let url = create_database(&server, "comptoir_rebuild", Template::Empty).await?;
    database::migrate(&url).await?;
    let (orders, peer_orders) = (arguments.rebuild_orders, arguments.rebuild_peer_orders);
    ensure!(peer_orders <= orders, "the peers get a part of the history");
    let pool = database::ledger_pool(&url).await?;
    let ledger = Ledger::start(pool.clone(), LedgerOptions::default()).await?;
    let begun = Instant::now();
    let stories = history::seed(&ledger, orders, peer_orders).await?;
    let seconds = begun.elapsed().as_secs_f64();
    report::progress(&format!(
        "seeded {} events in {seconds:.1} s",
        orders * EVENTS_PER_ORDER
    ));
    esrs::prepare(&url, &pool, &stories).await?;
    cqrs_es::prepare(&pool, &stories).await?;
    sqlx::raw_sql("VACUUM ANALYZE").execute(&pool).await?;

    let mut rounds = Vec::new();
    for number in 1..=ROUNDS {
        let mut round = Vec::new();
        for (esrs_name, cqrs_es_name, disk) in PEERS {
            round.push(measure(esrs_name, peer_orders, esrs::rebuild(&url, &pool, disk)).await?);
            round.push(measure(cqrs_es_name, peer_orders, cqrs_es::rebuild(&url, &pool, disk)).await?);
        }
        round.push(measure("comptoir", orders, rebuild(&ledger)).await?);
        for round in &round {
            report::progress(&format!(
                "round {number}: {:<17} {:>7} events in {:>6.2} s, {:>7.0} a second, {:.2} cores of its own",
                round.contestant, round.events, round.seconds, round.per_second, round.own_cores
            ));
        }
        rounds.extend(round);
    }
    for peer in ["peer_esrs", "peer_cqrs_es"] {
        compare(&pool, peer, peer_orders).await?;
    }
    print(&rounds, &mut figures);
    for round in &rounds {
        figures.row(round)?;
    }
    figures.write()?;
    ledger.stop().await;
    pool.close().await;
    server.stop().await?;
    Ok(())
}

async fn measure(
    contestant: &'static str,
    orders: usize,
    rebuilding: impl Future<Output = Result<()>>,
) -> Result<Round> {
    let (begun, processor_begun) = (Instant::now(), machine::processor_time());
    rebuilding.await?;
    let seconds = begun.elapsed().as_secs_f64();
    let processor = (machine::processor_time() - processor_begun).as_secs_f64();
    let events = orders * EVENTS_PER_ORDER;
    Ok(Round {
        contestant,
        orders,
        events,
        seconds,
        per_second: f64::from(u32::try_from(events)?) / seconds,
        own_cores: processor / seconds,
    })
}

async fn rebuild(ledger: &Ledger) -> Result<()> {
    ReadModel::Orders
        .rebuild(ledger, &RebuildOptions::default(), |_| {})
        .await?;
    Ok(())
}

/// Every row that a peer has made is the row that Comptoir has made. Positions are Comptoir's own: the peers have none.
async fn compare(pool: &PgPool, peer: &str, orders: usize) -> Result<()> {
    for (table, key) in [("orders", "id"), ("order_lines", "order_id, line")] {
        let statement = format!(
            "SELECT count(*), count(*) FILTER (
                 WHERE (to_jsonb(theirs) - 'position') IS DISTINCT FROM (to_jsonb(ours) - 'position')
             ) FROM {peer}.{table} theirs LEFT JOIN read_orders.{table} ours USING ({key})"
        );
        let (rows, differing): (i64, i64) = sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .fetch_one(pool)
            .await?;
        ensure!(
            usize::try_from(rows)? == orders && differing == 0,
            "{peer}.{table} has {rows} rows for {orders} orders, of which {differing} differ from Comptoir's"
        );
    }
    report::progress(&format!("{peer}: every row equals Comptoir's"));
    Ok(())
}

fn print(rounds: &[Round], figures: &mut Figures) {
    let rate = |name: &str| {
        let rates = rounds.iter().filter(|round| round.contestant == name);
        median(&rates.map(|round| round.per_second).collect::<Vec<_>>())
    };
    let ours = rate("comptoir");
    figures.note(format!(
        "comptoir: {ours:.0} events a second (asked for: {ASKED_FOR_PER_SECOND:.0}), {:.2} times",
        ours / ASKED_FOR_PER_SECOND
    ));
    for peer in PEERS.iter().flat_map(|(esrs, cqrs_es, _)| [*esrs, *cqrs_es]) {
        let theirs = rate(peer);
        figures.note(format!(
            "{peer}: {theirs:.0} events a second; comptoir is {:.1} times as fast (asked for: {ASKED_FOR_RATIO:.0} times)",
            ours / theirs
        ));
    }
}
