//! The runner of one projection: follows the ledger and applies events inside the checkpoint's transaction.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use comptoir_ledger::{HandlerError, Ledger, Position, RecordedEvent, TransactionalHandler};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use super::progress::{ChangeMark, Progress};
use super::quarantine::{self, LeftOut};
use super::rebuild::{RebuildError, rebuild};
use super::retry::Attention;
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
    let attention = Arc::new(Attention::default());
    let subscription = ledger
        .subscription(P::NAME)
        .filter(filter_of(&projection))
        .batch_events_max(BATCH_EVENTS_MAX)
        .retried_when(Arc::clone(&attention.nudge));
    let live = Live {
        ledger: ledger.clone(),
        projection,
        progress,
        changed: None,
        left_out: None,
        record: Record::ToBeLookedUp,
        attention: Arc::clone(&attention),
    };
    tokio::select! {
        () = subscription.run_transactional(live, stop) => {}
        () = attention.pay(ledger, P::NAME) => {}
    }
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

/// Whether the decisions about a projection must be looked up before events are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Record {
    /// At the start, and as long as an event cannot be applied: the way out may stand there.
    ToBeLookedUp,
    /// What stands there is in force, or none of this runner's business.
    Known,
}

/// Applies what the subscription hands over.
struct Live<P> {
    ledger: Ledger,
    projection: P,
    progress: Progress,
    /// What the tables are when the batch under way is committed.
    changed: Option<ChangeMark>,
    /// The streams that the tables of a generation leave out.
    left_out: Option<(i64, LeftOut)>,
    record: Record,
    attention: Arc<Attention>,
}

impl<P: Projection> TransactionalHandler for Live<P> {
    async fn handle(
        &mut self,
        transaction: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), HandlerError> {
        self.apply(transaction, events).await.map_err(|error| {
            self.record = Record::ToBeLookedUp;
            self.attention.is_stuck(true);
            HandlerError::from(chain(&error))
        })
    }

    fn passed(&mut self, through: Position) {
        self.record = Record::Known;
        self.attention.is_stuck(false);
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
            Turn::Ours {
                generation,
                retries_asked,
            } => {
                self.attention.attempts(retries_asked);
                let left_out = self.left_out(transaction, generation, first.position).await?;
                let events = counted(left_out, events);
                self.projection.apply(transaction, &events).await?;
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

    /// The streams that the tables leave out. What was decided is taken up in the transaction of the batch, if its first
    /// event is still to come: tables that hold the event hold what follows from it, too.
    async fn left_out(
        &mut self,
        transaction: &mut PgConnection,
        generation: i64,
        first: Position,
    ) -> Result<&LeftOut, ApplyError> {
        let known = self.left_out.take().filter(|(of, _)| *of == generation);
        let left_out = match (known, self.record) {
            (Some((_, left_out)), Record::Known) => left_out,
            (_, record) => {
                let mut left_out = quarantine::in_force(transaction, P::NAME).await?;
                for (stream, from) in left_out.iter() {
                    tracing::warn!(
                        projection = P::NAME, stream, %from,
                        "the read model leaves this stream out; its rows are as they were before that position"
                    );
                }
                if record == Record::ToBeLookedUp {
                    let decided = quarantine::decisions(&self.ledger, P::NAME).await?;
                    for (stream, from) in left_out.adopt(&LeftOut::on_record(&decided), first) {
                        quarantine::put_in_force(transaction, P::NAME, &stream, from).await?;
                        tracing::warn!(
                            projection = P::NAME, stream, %from,
                            "the read model leaves this stream out from here on, as was decided; its rows stay behind"
                        );
                    }
                }
                left_out
            }
        };
        Ok(&self.left_out.insert((generation, left_out)).1)
    }
}

/// The events that are not left out.
fn counted<'a>(left_out: &LeftOut, events: &'a [RecordedEvent]) -> Cow<'a, [RecordedEvent]> {
    if left_out.is_empty() {
        return Cow::Borrowed(events);
    }
    Cow::Owned(
        events
            .iter()
            .filter(|event| !left_out.has(event))
            .cloned()
            .collect(),
    )
}
