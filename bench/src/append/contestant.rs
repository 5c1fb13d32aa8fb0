//! What each contestant has to say for itself.

use anyhow::{Result, ensure};
use serde::Serialize;
use sqlx::Connection;

use super::comptoir::Comptoir;
use super::cqrs_es::CqrsEs;
use super::disintegrate::Disintegrate;
use super::esrs::Esrs;
use super::insert::Insert;
use crate::database;
use crate::load::{Client, Load, Window, closed_loop};

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Contestant {
    /// The ledger of this repository.
    Comptoir,
    /// Plain prepared single-row INSERTs into the ledger's table.
    Insert,
    /// `esrs` with its `PgStore`.
    Esrs,
    /// `cqrs-es` with `postgres-es`.
    CqrsEs,
    /// `disintegrate-postgres`.
    Disintegrate,
}

/// A store that appends.
pub(super) trait Store: Sized {
    /// One of its concurrent clients.
    type Client: Client;
    /// How many events its database holds.
    const COUNT: &'static str;

    /// Lays out its tables in an empty database.
    async fn migrate(url: &str) -> Result<()>;

    /// Connects as the store recommends for this many concurrent clients.
    async fn open(url: &str, clients: usize) -> Result<Self>;

    /// One client; called as often as there are to be clients.
    async fn client(&self) -> Result<Self::Client>;

    /// Closes all connections.
    async fn close(self, clients: Vec<Self::Client>) -> Result<()>;
}

impl Contestant {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Comptoir => "comptoir",
            Self::Insert => "insert",
            Self::Esrs => "esrs",
            Self::CqrsEs => "cqrs-es",
            Self::Disintegrate => "disintegrate",
        }
    }

    pub(crate) async fn migrate(self, url: &str) -> Result<()> {
        match self {
            Self::Comptoir => Comptoir::migrate(url).await,
            Self::Insert => Insert::migrate(url).await,
            Self::Esrs => Esrs::migrate(url).await,
            Self::CqrsEs => CqrsEs::migrate(url).await,
            Self::Disintegrate => Disintegrate::migrate(url).await,
        }
    }

    /// Measures one cell of the table.
    pub(crate) async fn measure(self, url: &str, clients: usize, window: Window) -> Result<Load> {
        match self {
            Self::Comptoir => measure::<Comptoir>(url, clients, window).await,
            Self::Insert => measure::<Insert>(url, clients, window).await,
            Self::Esrs => measure::<Esrs>(url, clients, window).await,
            Self::CqrsEs => measure::<CqrsEs>(url, clients, window).await,
            Self::Disintegrate => measure::<Disintegrate>(url, clients, window).await,
        }
    }
}

/// What [`Contestant::measure`] does to Comptoir, without counting the rows: counting millions would take longer.
pub(crate) async fn measure_comptoir_uncounted(url: &str, clients: usize, window: Window) -> Result<Load> {
    run_clients::<Comptoir>(url, clients, window).await
}

async fn measure<S: Store>(url: &str, clients_count: usize, window: Window) -> Result<Load> {
    let before = events_count::<S>(url).await?;
    let load = run_clients::<S>(url, clients_count, window).await?;
    let stored = events_count::<S>(url).await? - before;
    ensure!(
        u64::try_from(stored) == Ok(load.acknowledged),
        "{} appends were acknowledged but {stored} events are stored",
        load.acknowledged,
    );
    Ok(load)
}

/// Opens the store, runs the closed loop, and closes it again.
async fn run_clients<S: Store>(url: &str, clients_count: usize, window: Window) -> Result<Load> {
    let store = S::open(url, clients_count).await?;
    let mut clients = Vec::with_capacity(clients_count);
    for _ in 0..clients_count {
        clients.push(store.client().await?);
    }
    let (load, clients) = closed_loop(clients, window).await?;
    store.close(clients).await?;
    Ok(load)
}

async fn events_count<S: Store>(url: &str) -> Result<i64> {
    let mut connection = database::connect(url).await?;
    let count = sqlx::query_scalar(S::COUNT).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(count)
}
