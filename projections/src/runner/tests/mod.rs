//! The runner against a real PostgreSQL: progress, poison, fail-over, rebuilds, batches.

mod batches;
mod determinism;
mod differences;
mod failover;
mod interrupted;
mod lanes;
mod live;
mod poison;
mod quarantine;
mod rebuild;
mod upgrade;

use std::time::Duration;

use comptoir_domain::values::StreamKey;
use comptoir_ledger::{Ledger, Position, RecordedEvent};
use sqlx::PgConnection;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{ApplyError, Progress, Projection, Standing, WaitOutcome, run};
use crate::orders::Orders;

const PATIENCE: Duration = Duration::from_secs(30);

/// One node that runs one projection; it stops with this value.
struct Node {
    progress: Progress,
    stop: CancellationToken,
    runner: JoinHandle<()>,
    _stop: DropGuard,
}

fn start<P: Projection>(ledger: &Ledger, projection: P) -> Node {
    let stop = CancellationToken::new();
    let progress = Progress::follow(ledger, [P::NAME], stop.clone());
    let (ledger, following, stopping) = (ledger.clone(), progress.clone(), stop.clone());
    let runner = tokio::spawn(async move {
        run(&ledger, projection, following, stopping).await;
    });
    let guard = stop.clone().drop_guard();
    Node {
        progress,
        stop,
        runner,
        _stop: guard,
    }
}

impl Node {
    async fn reaches(&self, name: &str, position: Position) {
        let outcome = self.progress.wait_until(name, position, PATIENCE).await;
        assert_eq!(outcome, WaitOutcome::Reached);
    }

    async fn stands(&self, name: &str, how: impl FnMut(&Standing) -> bool) -> Standing {
        let mut standing = self.progress.watch(name).expect("it is followed");
        let found = tokio::time::timeout(PATIENCE, standing.wait_for(how)).await;
        *found.expect("it happens in time").expect("the follower lives")
    }

    /// Waits until this process knows that these streams are left out, and no others.
    async fn shows_stale(&self, streams: &[StreamKey]) {
        let mut stale = self.progress.watch_stale();
        let names: Vec<&str> = streams.iter().map(StreamKey::as_str).collect();
        let found = stale.wait_for(|stale| stale.keys().eq(&names));
        let found = tokio::time::timeout(PATIENCE, found).await;
        let found = found.expect("it happens in time").expect("the follower lives");
        assert!(
            found.values().all(|models| models == &[Orders::NAME]),
            "{found:?}"
        );
    }

    async fn end(self) {
        self.stop.cancel();
        self.runner.await.expect("the runner did not panic");
    }
}

/// The order projection under a version of the test's choice.
#[derive(Debug, Clone, Copy)]
struct OrdersOf<const VERSION: i32>;

impl<const VERSION: i32> Projection for OrdersOf<VERSION> {
    const NAME: &'static str = Orders::NAME;
    const VERSION: i32 = VERSION;
    const SCHEMA: &'static str = Orders::SCHEMA;

    fn event_types(&self) -> Vec<&'static str> {
        Orders.event_types()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        Orders.apply(connection, events).await
    }
}
