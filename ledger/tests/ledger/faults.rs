//! What is lost when connections, processes and the database die: nothing that was acknowledged.

mod connection;
mod crash;
mod processes;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use comptoir_ledger::{AtLeastOnceHandler, HandlerError, Ledger, LedgerOptions, RecordedEvent};
use sqlx::postgres::PgPoolOptions;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A node with a pool of its own, reached by this address.
async fn node(url: &str) -> Ledger {
    let pool = PgPoolOptions::new()
        .max_connections(4)
        .connect_lazy(url)
        .expect("an address");
    let options = LedgerOptions {
        tick: Duration::from_millis(20),
        // So that a few appends at once go by the flusher, and a lone one does not.
        immediate_appends_max: 1,
        // A database that recovers on a busy machine takes its time.
        append_time_max: Duration::from_mins(5),
        ..LedgerOptions::default()
    };
    Ledger::start(pool, options).await.expect("the ledger starts")
}

/// What somebody outside has seen of the ledger: each position, and the event that was there.
#[derive(Clone, Default)]
struct Witness(Arc<Mutex<Vec<(i64, Uuid)>>>);

impl Witness {
    /// Follows the ledger until the token is cancelled.
    fn follow(ledger: &Ledger, stop: &CancellationToken) -> Self {
        let witness = Self::default();
        let subscription = ledger
            .subscription("witness")
            .batch_events_max(50)
            .lock_retry(Duration::from_millis(10))
            .failure_retry(Duration::from_millis(10));
        tokio::spawn(subscription.run_at_least_once(witness.clone(), stop.clone()));
        witness
    }

    fn seen(&self) -> Vec<(i64, Uuid)> {
        self.0.lock().unwrap().clone()
    }
}

impl AtLeastOnceHandler for Witness {
    async fn handle(&mut self, events: &[RecordedEvent]) -> Result<(), HandlerError> {
        let seen = events.iter().map(|event| (event.position.get(), event.event_id));
        self.0.lock().unwrap().extend(seen);
        Ok(())
    }
}

/// The event at each position, in order.
async fn recorded(ledger: &Ledger) -> Vec<(i64, Uuid)> {
    sqlx::query_as("SELECT position, event_id FROM events ORDER BY position")
        .fetch_all(ledger.pool())
        .await
        .unwrap()
}
