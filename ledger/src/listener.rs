//! Hears of the horizon from every node of the engine, so that followers here wake at once.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::flusher::raise;
use crate::names::Position;

const CHANNEL: &str = "comptoir_ledger";
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Listens until it is told to stop. A notification that is lost costs a tick: the flusher looks by itself as well.
pub(crate) async fn run(
    options: Arc<PgConnectOptions>,
    horizon: watch::Sender<Position>,
    stop: CancellationToken,
) {
    let work = async {
        loop {
            if let Err(error) = listen(&options, &horizon).await {
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

async fn listen(options: &PgConnectOptions, horizon: &watch::Sender<Position>) -> Result<(), sqlx::Error> {
    let options = options.clone().application_name("comptoir listen");
    let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let notification = listener.recv().await?;
        let Ok(reached) = notification.payload().parse().map(Position::new) else {
            continue;
        };
        raise(horizon, reached);
    }
}
