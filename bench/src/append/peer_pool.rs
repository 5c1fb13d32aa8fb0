//! The pool that the peers share the settings of.

use anyhow::Result;
use sqlx_of_the_peers::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx_of_the_peers::{ConnectOptions, PgPool};

use super::contestant::CONNECT_TIMEOUT;

/// A connection for each client, opened beforehand; no TLS, no statement log, and no ping before each use, which would
/// be another round trip.
pub(super) async fn connect(url: &str, clients: usize) -> Result<PgPool> {
    let connections = u32::try_from(clients)?;
    let options = url.parse::<PgConnectOptions>()?.ssl_mode(PgSslMode::Disable).disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(CONNECT_TIMEOUT)
        .test_before_acquire(false)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_with(options)
        .await?;
    let mut opened = Vec::with_capacity(clients);
    for _ in 0..clients {
        opened.push(pool.acquire().await?);
    }
    drop(opened);
    Ok(pool)
}
