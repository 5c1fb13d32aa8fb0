//! Hears of the horizon from every node of the engine, so that followers here wake at once.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::flusher::raise;
use crate::names::Position;

const CHANNEL: &str = "comptoir_ledger";
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Listens until it is told to stop. A notification that is lost costs a tick: the flusher looks by itself as well.
pub(crate) async fn run(pool: PgPool, horizon: watch::Sender<Position>, stop: CancellationToken) {
    let work = async {
        loop {
            if let Err(error) = listen(&pool, &horizon).await {
                tracing::warn!(%error, "the listening connection was lost; polling until it is back");
            }
            tokio::time::sleep(RETRY_DELAY).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = stop.cancelled() => {}
    }
}

/// A notification is a hint: anybody may send one. What counts is the horizon's row.
async fn listen(pool: &PgPool, horizon: &watch::Sender<Position>) -> Result<(), sqlx::Error> {
    let options = pool
        .connect_options()
        .as_ref()
        .clone()
        .application_name("comptoir listen");
    let listening = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
    let mut listener = PgListener::connect_with(&listening).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let notification = listener.recv().await?;
        let known = *horizon.borrow();
        if notification
            .payload()
            .parse()
            .is_ok_and(|hinted: i64| hinted > known.get())
        {
            let reached = sqlx::query_scalar!("SELECT position FROM ledger_horizon")
                .fetch_one(pool)
                .await?;
            raise(horizon, Position::new(reached));
        }
    }
}
