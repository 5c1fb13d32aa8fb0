//! Listens, serves, and stops when it is told to, after what it has in hand.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long requests that are running may go on after the stop.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(10);

/// The HTTP server failed.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP server failed")]
pub struct ServeError(#[from] std::io::Error);

/// Serves until `stop` is cancelled, and then no new connection.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> Result<(), ServeError> {
    let listener = listener.tap_io(|connection| {
        // Answers are small and written at once: waiting for more to send would only delay them.
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    // The address of a client is what routes without a token are limited by.
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN_TIME_MAX).await;
    };
    tokio::select! {
        served = serving => Ok(served?),
        () = overdue => {
            tracing::warn!("some connections did not end in time");
            Ok(())
        }
    }
}
