//! The pool that the peers share the settings of.

use anyhow::Result;
use sqlx_of_the_peers::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx_of_the_peers::{ConnectOptions, PgPool};

use crate::database::CONNECT_TIMEOUT;

/// With more connections than this the peers get slower again: the server's processes stand in each other's way. Tried
/// with 16, 32, 64, 128 and 256.
const CONNECTIONS_MAX: usize = 32;

/// A connection for each client as far as that helps, opened beforehand; no TLS, no statement log, and no ping before
/// each use, which would be another round trip.
pub(super) async fn connect(url: &str, clients: usize) -> Result<PgPool> {
    let clients = clients.min(CONNECTIONS_MAX);
    let connections = u32::try_from(clients)?;
    let options = url
        .parse::<PgConnectOptions>()?
        .ssl_mode(PgSslMode::Disable)
        .disable_statement_logging();
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
