//! Tells the other nodes of the horizon. Followers on this node are woken without it.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::watch;

use crate::connection::{Purpose, connect};
use crate::names::Position;

/// The shortest time between two notifications: each costs every listener a wake-up, and the last one says it all.
const INTERVAL: Duration = Duration::from_millis(5);

/// Announces what this node has made durable, until nobody can any more. A notification that is lost costs the other
/// nodes a tick.
pub(crate) async fn run(options: Arc<PgConnectOptions>, mut durable: watch::Receiver<Position>) {
    let mut connection = None;
    while durable.changed().await.is_ok() {
        let reached = *durable.borrow_and_update();
        match notify(&options, connection.take(), reached).await {
            Ok(open) => connection = Some(open),
            Err(error) => {
                tracing::debug!(%error, "the horizon could not be announced; other nodes will look");
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn notify(
    options: &PgConnectOptions,
    connection: Option<PgConnection>,
    reached: Position,
) -> Result<PgConnection, sqlx::Error> {
    let mut connection = match connection {
        Some(connection) => connection,
        None => connect(options, Purpose::Announce).await?,
    };
    sqlx::query!(
        "SELECT pg_notify('comptoir_ledger', $1::bigint::text)",
        reached.get()
    )
    .execute(&mut connection)
    .await?;
    Ok(connection)
}
