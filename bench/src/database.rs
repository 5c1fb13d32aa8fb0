//! What the parts share about connecting and migrating.

use std::time::Duration;

use anyhow::Result;
use comptoir_ledger::MIGRATOR;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};

/// How long a pool may take to open a connection.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// Appends have connections of the ledger's own, whatever the number of clients; the pool serves reads.
const POOL_CONNECTIONS_MAX: u32 = 8;

/// The product's own migrations.
pub(crate) async fn migrate(url: &str) -> Result<()> {
    let mut connection = connect(url).await?;
    MIGRATOR.run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// A pool for a ledger.
pub(crate) async fn ledger_pool(url: &str) -> Result<PgPool> {
    let pool = PgPoolOptions::new()
        .max_connections(POOL_CONNECTIONS_MAX)
        .acquire_timeout(CONNECT_TIMEOUT)
        .connect_with(connect_options(url)?)
        .await?;
    Ok(pool)
}

/// A connection outside any pool.
pub(crate) async fn connect(url: &str) -> Result<PgConnection> {
    Ok(connect_options(url)?.connect().await?)
}

/// As everywhere here: no TLS on loopback, no statement log.
fn connect_options(url: &str) -> Result<PgConnectOptions> {
    Ok(url
        .parse::<PgConnectOptions>()?
        .ssl_mode(PgSslMode::Disable)
        .disable_statement_logging())
}
