//! Comptoir's ledger, through the same typed append that the engine uses.

use std::sync::Arc;

use anyhow::Result;
use comptoir_ledger::clock::{IdSource, SystemIds};
use comptoir_ledger::{Append, Ledger, LedgerOptions, MIGRATOR, Metadata};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};

use super::contestant::{CONNECT_TIMEOUT, Store};
use crate::load::Client;
use crate::order::{Order, OrderPlaced};

/// Appends share the ledger's own two connections, whatever the number of clients; the pool serves reads.
const CONNECTIONS_MAX: u32 = 8;

pub(crate) struct Comptoir {
    ledger: Ledger,
    pool: PgPool,
    ids: Arc<dyn IdSource>,
}

pub(crate) struct ComptoirClient {
    ledger: Ledger,
    ids: Arc<dyn IdSource>,
}

impl Store for Comptoir {
    type Client = ComptoirClient;
    const COUNT: &'static str = "SELECT count(*) FROM events";

    async fn migrate(url: &str) -> Result<()> {
        migrate_ledger(url).await
    }

    async fn open(url: &str, _clients: usize) -> Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(CONNECT_TIMEOUT)
            .connect_with(connect_options(url)?)
            .await?;
        let ledger = Ledger::start(pool.clone(), LedgerOptions::default()).await?;
        Ok(Self { ledger, pool, ids: Arc::new(SystemIds) })
    }

    async fn client(&self) -> Result<ComptoirClient> {
        Ok(ComptoirClient { ledger: self.ledger.clone(), ids: Arc::clone(&self.ids) })
    }

    async fn close(self, clients: Vec<ComptoirClient>) -> Result<()> {
        drop(clients);
        self.ledger.stop().await;
        self.pool.close().await;
        Ok(())
    }
}

impl Client for ComptoirClient {
    async fn append(&mut self, order: OrderPlaced) -> Result<()> {
        let append =
            Append::new(&Metadata::default()).write_new::<Order>(order.order_id, &[order], self.ids.as_ref());
        self.ledger.append(append).await?;
        Ok(())
    }
}

/// The product's own migrations.
pub(crate) async fn migrate_ledger(url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    MIGRATOR.run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// As everywhere here: no TLS on loopback, no statement log.
pub(crate) fn connect_options(url: &str) -> Result<PgConnectOptions> {
    Ok(url.parse::<PgConnectOptions>()?.ssl_mode(PgSslMode::Disable).disable_statement_logging())
}
