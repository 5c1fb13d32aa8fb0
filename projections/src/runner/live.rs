//! The runner of one projection: follows the ledger and applies events inside the checkpoint's transaction.

use std::time::Duration;

use comptoir_ledger::{HandlerError, Ledger, Position, RecordedEvent, TransactionalHandler};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use super::progress::{ChangeMark, Progress};
use super::rebuild::{RebuildError, rebuild};
use super::state::{self, Turn};
use super::{ApplyError, Projection, chain, filter_of};

const BATCH_EVENTS_MAX: usize = 1000;
const RETRY_DELAY: Duration = Duration::from_secs(2);

/// Keeps a projection in step with the ledger until `stop`. Any number of nodes may run this: one works, the others
/// stand by. If the code is newer than the tables, the tables are rebuilt beside those in use first; if the code is
/// older, this node leaves the work to the newer ones.
pub async fn run<P: Projection>(ledger: &Ledger, projection: P, progress: Progress, stop: CancellationToken) {
    loop {
        match bring_up_to_date(ledger, &projection).await {
            Ok(Readiness::Ready) => break,
            Ok(Readiness::Wait(why)) => tracing::info!(projection = P::NAME, why, "not following yet"),
            Err(error) => {
                let error = chain(&error);
                tracing::error!(
                    projection = P::NAME,
                    error,
                    "the read model cannot be brought up to date"
                );
            }
        }
        if stop
            .run_until_cancelled(tokio::time::sleep(RETRY_DELAY))
            .await
            .is_none()
        {
            return;
        }
    }
    let subscription = ledger
        .subscription(P::NAME)
        .filter(filter_of(&projection))
        .batch_events_max(BATCH_EVENTS_MAX);
    let live = Live {
        projection,
        progress,
        changed: None,
    };
    subscription.run_transactional(live, stop).await;
}

enum Readiness {
    Ready,
    Wait(&'static str),
}

async fn bring_up_to_date<P: Projection>(ledger: &Ledger, projection: &P) -> Result<Readiness, RebuildError> {
    let mut connection = ledger.pool().acquire().await?;
    state::ensure::<P>(&mut connection).await?;
    drop(connection);
    let stored = state::stored_version::<P>(ledger.pool()).await?;
    match stored.map(|stored| stored.cmp(&P::VERSION)) {
        None | Some(std::cmp::Ordering::Equal) => Ok(Readiness::Ready),
        Some(std::cmp::Ordering::Greater) => Ok(Readiness::Wait("the read model belongs to a newer program")),
        Some(std::cmp::Ordering::Less) => {
            tracing::info!(
                projection = P::NAME,
                version = P::VERSION,
                "rebuilding for a newer program"
            );
            match rebuild(ledger, projection.clone(), |_| {}).await {
                Ok(report) => {
                    tracing::info!(projection = P::NAME, position = %report.position, "rebuilt");
                    Ok(Readiness::Ready)
                }
                Err(RebuildError::AlreadyRunning) => Ok(Readiness::Wait("another node is rebuilding it")),
                Err(error) => Err(error),
            }
        }
    }
}

/// Applies what the subscription hands over.
struct Live<P> {
    projection: P,
    progress: Progress,
    /// What the tables are when the batch under way is committed.
    changed: Option<ChangeMark>,
}

impl<P: Projection> TransactionalHandler for Live<P> {
    async fn handle(
        &mut self,
        transaction: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), HandlerError> {
        self.apply(transaction, events)
            .await
            .map_err(|error| HandlerError::from(chain(&error)))
    }

    fn passed(&mut self, through: Position) {
        self.progress.reached(P::NAME, through, self.changed.take());
    }
}

impl<P: Projection> Live<P> {
    async fn apply(
        &mut self,
        transaction: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return Ok(());
        };
        self.changed = None;
        match state::begin_batch::<P>(transaction, first.position, last.position).await? {
            Turn::Ours { generation } => {
                self.projection.apply(transaction, events).await?;
                self.changed = Some(ChangeMark {
                    generation,
                    position: last.position,
                });
            }
            // The checkpoint has moved, so that the subscription drops this batch and goes on from there.
            Turn::Overtaken => {}
        }
        Ok(())
    }
}
