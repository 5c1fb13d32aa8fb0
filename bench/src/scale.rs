//! `ONLY=scale`: whether appends stay as fast when the ledger is a hundred times as long.
//!
//! Two databases of one server hold 100,000 and 10,000,000 events. The server makes them itself, without the indexes,
//! which are built afterwards from their own definitions; then appends are measured on the two in turn. The short one
//! is copied for each turn, or it would soon be short no longer.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use comptoir_domain::DomainEvent;
use comptoir_sandbox::postgres::{Role, Server};
use serde::Serialize;
use sqlx::{Connection, PgConnection};

use crate::append::measure_comptoir_uncounted;
use crate::database;
use crate::load::Window;
use crate::order::OrderPlaced;
use crate::report::{self, Figures, median, median_u64};
use crate::storage::{Storage, Template, create_database, server_version};

const CLIENTS: usize = 64;
const TURNS: usize = 8;
const WINDOW: Window = Window {
    warm_up: Duration::from_millis(500),
    measured: Duration::from_secs(2),
};
const ASKED_FOR_RATIO: f64 = 0.8;
/// A ledger of up to this many events is copied for each turn.
const COPIED_EVENTS_MAX: i64 = 500_000;
/// As many at once as make the events.
const LOADERS: i64 = 2;

/// How long the two ledgers are.
#[derive(Debug, Clone, Args)]
pub(crate) struct ScaleOptions {
    /// Events in the short ledger.
    #[arg(long, default_value_t = 100_000)]
    scale_from: i64,
    /// Events in the long one.
    #[arg(long, default_value_t = 10_000_000)]
    scale_to: i64,
}

#[derive(Debug, Serialize)]
struct Row {
    contestant: &'static str,
    storage: Storage,
    clients: usize,
    events: i64,
    per_second: f64,
    p50_us: u64,
    p99_us: u64,
    turns: Vec<f64>,
}

struct Ledger {
    events: i64,
    database: String,
    per_second: Vec<f64>,
    p50_us: Vec<u64>,
    p99_us: Vec<u64>,
}

/// Runs the part and writes `target/bench/scale.json`.
pub(crate) async fn run(options: &ScaleOptions) -> Result<()> {
    let mut figures = Figures::new("scale");
    let server = Storage::Disk.start_server().await?;
    figures.machine_add(&server_version(&server).await?);
    let mut ledgers = Vec::new();
    for events in [options.scale_from, options.scale_to] {
        load(&server, events).await?;
        ledgers.push(Ledger::of(events));
    }
    checkpoint(&server).await?;
    for turn in 0..TURNS {
        for place in [turn % 2, (turn + 1) % 2] {
            ledgers[place].measure(&server, turn).await?;
        }
    }
    let rows: Vec<Row> = ledgers.into_iter().map(Ledger::into_row).collect();
    print(&rows);
    for row in &rows {
        figures.row(row)?;
    }
    figures.write()?;
    server.stop().await?;
    Ok(())
}

/// A database with a ledger of so many events, one to a stream: its URL.
pub(crate) async fn load(server: &Server, events: i64) -> Result<String> {
    let started = Instant::now();
    let url = create_database(server, &name(events), Template::Empty).await?;
    database::migrate(&url).await?;
    let mut connection = database::connect(&url).await?;
    // Vacuuming millions of new rows would fall into the measurement of one ledger only.
    sqlx::query("ALTER TABLE events SET (autovacuum_enabled = false)")
        .execute(&mut connection)
        .await?;
    let indexes = drop_indexes(&mut connection).await?;
    insert_all(&url, events).await?;
    report::progress(&format!(
        "{events} events stored after {:.1} s",
        started.elapsed().as_secs_f64()
    ));
    build_indexes(&mut connection, indexes).await?;
    set_head(&mut connection, events).await?;
    connection.close().await?;
    report::progress(&format!(
        "{events} events indexed after {:.1} s",
        started.elapsed().as_secs_f64()
    ));
    Ok(url)
}

/// The name of that database.
fn name(events: i64) -> String {
    format!("comptoir_{events}")
}

/// Drops keys and indexes and returns the statements that make them again.
async fn drop_indexes(connection: &mut PgConnection) -> Result<Vec<String>> {
    let constraints: Vec<(String, String)> = sqlx::query_as(
        "SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint \
         WHERE conrelid = 'events'::regclass AND contype IN ('p', 'u')",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut rebuild = Vec::new();
    for (name, definition) in constraints {
        run_made(connection, format!("ALTER TABLE events DROP CONSTRAINT {name}")).await?;
        rebuild.push(format!("ALTER TABLE events ADD CONSTRAINT {name} {definition}"));
    }
    let indexes: Vec<(String, String)> =
        sqlx::query_as("SELECT indexname::text, indexdef FROM pg_indexes WHERE tablename = 'events'")
            .fetch_all(&mut *connection)
            .await?;
    for (name, definition) in indexes {
        run_made(connection, format!("DROP INDEX {name}")).await?;
        rebuild.push(definition);
    }
    Ok(rebuild)
}

async fn insert_all(url: &str, events: i64) -> Result<()> {
    let payload = OrderPlaced::new().to_json();
    let mut loaders = Vec::new();
    for loader in 0..LOADERS {
        let (first, last) = (events * loader / LOADERS + 1, events * (loader + 1) / LOADERS);
        let mut connection = database::connect(url).await?;
        let payload = payload.clone();
        loaders.push(tokio::spawn(async move {
            sqlx::query(include_str!("scale.sql"))
                .bind(first)
                .bind(last)
                .bind(payload)
                .execute(&mut connection)
                .await?;
            connection.close().await
        }));
    }
    for loader in loaders {
        loader.await.context("a loader panicked")??;
    }
    Ok(())
}

async fn build_indexes(connection: &mut PgConnection, statements: Vec<String>) -> Result<()> {
    sqlx::raw_sql("SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 2")
        .execute(&mut *connection)
        .await?;
    for statement in statements {
        run_made(connection, statement).await?;
    }
    sqlx::query("ANALYZE events").execute(connection).await?;
    Ok(())
}

/// Head and horizon stand where they would, had the ledger stored all this itself.
async fn set_head(connection: &mut PgConnection, events: i64) -> Result<()> {
    for statement in [
        "UPDATE ledger_head SET position = $1, recorded_at = '2026-01-01T00:00:00Z'",
        "UPDATE ledger_horizon SET position = $1",
    ] {
        let updated = sqlx::query(statement)
            .bind(events)
            .execute(&mut *connection)
            .await?
            .rows_affected();
        ensure!(updated == 1, "{updated} rows were changed by {statement}");
    }
    Ok(())
}

/// Runs a statement that was made of names from the catalogue.
async fn run_made(connection: &mut PgConnection, statement: String) -> Result<()> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

/// What was loaded goes to disk now, not while the first turns are measured.
async fn checkpoint(server: &Server) -> Result<()> {
    let started = Instant::now();
    let mut connection = PgConnection::connect(&server.superuser_url()).await?;
    sqlx::query("CHECKPOINT").execute(&mut connection).await?;
    connection.close().await?;
    report::progress(&format!("checkpoint in {:.1} s", started.elapsed().as_secs_f64()));
    Ok(())
}

impl Ledger {
    fn of(events: i64) -> Self {
        Self {
            events,
            database: name(events),
            per_second: Vec::new(),
            p50_us: Vec::new(),
            p99_us: Vec::new(),
        }
    }

    async fn measure(&mut self, server: &Server, turn: usize) -> Result<()> {
        let url = if self.events <= COPIED_EVENTS_MAX {
            let copy = format!("{}_{turn}", self.database);
            create_database(server, &copy, Template::CopyOf(&self.database)).await?
        } else {
            server.url_for(&self.database, Role::Comptoir)
        };
        let load = measure_comptoir_uncounted(&url, CLIENTS, WINDOW).await?;
        report::progress(&format!(
            "{:>9} events: {:.0} appends a second",
            self.events, load.per_second
        ));
        self.per_second.push(load.per_second.round());
        self.p50_us.push(load.percentile_us(50.0));
        self.p99_us.push(load.percentile_us(99.0));
        Ok(())
    }

    fn into_row(self) -> Row {
        Row {
            contestant: "comptoir",
            storage: Storage::Disk,
            clients: CLIENTS,
            events: self.events,
            per_second: median(&self.per_second),
            p50_us: median_u64(self.p50_us.into_iter()),
            p99_us: median_u64(self.p99_us.into_iter()),
            turns: self.per_second,
        }
    }
}

#[expect(clippy::print_stdout, reason = "the table is what the program is run for")]
fn print(rows: &[Row]) {
    println!(
        "\n{:>10}  {:>10}  {:>8}  {:>8}",
        "events", "per second", "p50 us", "p99 us"
    );
    for row in rows {
        println!(
            "{:>10}  {:>10.0}  {:>8}  {:>8}",
            row.events, row.per_second, row.p50_us, row.p99_us
        );
    }
    if let [short, long] = rows {
        let ratio = long.per_second / short.per_second;
        let verdict = if ratio < ASKED_FOR_RATIO { " missed" } else { "" };
        println!("ratio {ratio:.2}, asked for at least {ASKED_FOR_RATIO}{verdict}\n");
    }
}
