//! The loop of a subscription: take the lock, read on from the checkpoint, hand over, wait for more.

use std::time::Duration;

use sqlx::{Connection, PgConnection};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::deliver::{Deliver, DeliverError, Stretch};
use super::{HandlerError, Subscription, checkpoint};
use crate::connection::{Purpose, connect_patiently};
use crate::event::RecordedEvent;
use crate::ledger::LedgerError;
use crate::names::Position;
use crate::read::Page;

const FAILURE_RETRY_MAX: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_hours(1);

/// Why a turn at the lock ended before it was stopped.
enum Interruption {
    /// The connection is lost: begin again from the stored state.
    Lost(sqlx::Error),
    /// The handler cannot get past an event: report it, wait, and try again.
    Poisoned(Position, HandlerError),
}

impl From<sqlx::Error> for Interruption {
    fn from(error: sqlx::Error) -> Self {
        Self::Lost(error)
    }
}

pub(super) async fn run(subscription: &Subscription, mut deliver: impl Deliver, stop: &CancellationToken) {
    let mut stuck = None;
    loop {
        let turn = stop
            .run_until_cancelled(follow(subscription, &mut deliver, stop))
            .await;
        let wait = match turn {
            None | Some(Ok(())) => return,
            Some(Err(Interruption::Lost(error))) => {
                tracing::warn!(subscription = subscription.name, %error, "the subscription's connection was lost");
                subscription.failure_retry
            }
            Some(Err(Interruption::Poisoned(position, error))) => {
                tracing::error!(
                    subscription = subscription.name, %position, %error,
                    "the subscription stands before an event that it cannot handle"
                );
                let wait = match stuck {
                    Some((at, waited)) if at == position => FAILURE_RETRY_MAX.min(waited * 2),
                    Some(_) | None => subscription.failure_retry,
                };
                stuck = Some((position, wait));
                wait
            }
        };
        if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
            return;
        }
    }
}

async fn follow(
    subscription: &Subscription,
    deliver: &mut impl Deliver,
    stop: &CancellationToken,
) -> Result<(), Interruption> {
    let options = subscription.ledger.pool().connect_options();
    let mut connection = connect_patiently(&options, Purpose::Subscription, PATIENCE).await?;
    take_lock(&mut connection, subscription).await?;
    let mut horizon = subscription.ledger.watch_horizon();
    let mut position = checkpoint::open(&mut connection, &subscription.name).await?;
    while !stop.is_cancelled() {
        horizon.mark_unchanged();
        let turn = Instant::now();
        let page = read(subscription, position).await?;
        if page.through > position {
            position = match hand_over(subscription, deliver, &mut connection, position, &page).await? {
                Some(reached) => reached,
                None => reread(subscription, &mut connection, position).await?,
            };
            if page.events.len() < subscription.batch_events_max {
                // The horizon may move a thousand times a second: a turn each would be all that the machine does.
                tokio::time::sleep_until(turn + subscription.pace).await;
            }
        } else if horizon.changed().await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Where the checkpoint stands, after somebody else moved it: a rebuild that was switched in has come further.
async fn reread(
    subscription: &Subscription,
    connection: &mut PgConnection,
    left_at: Position,
) -> Result<Position, sqlx::Error> {
    let stored = checkpoint::open(connection, &subscription.name).await?;
    tracing::info!(
        subscription = subscription.name, %left_at, %stored,
        "the checkpoint was moved, as a rebuild does when it takes over; going on from where it stands"
    );
    Ok(stored)
}

/// Waits for the advisory lock of the name. It asks again and again: a statement that waits inside the database
/// would hold back the cleaning of its tables.
async fn take_lock(connection: &mut PgConnection, subscription: &Subscription) -> Result<(), sqlx::Error> {
    loop {
        let taken = sqlx::query_scalar!(
            r#"SELECT pg_try_advisory_lock(hashtextextended('comptoir subscription ' || $1, 0)) AS "taken!""#,
            &subscription.name
        )
        .fetch_one(&mut *connection)
        .await?;
        if taken {
            return Ok(());
        }
        tokio::time::sleep(subscription.lock_retry).await;
    }
}

async fn read(subscription: &Subscription, after: Position) -> Result<Page, Interruption> {
    subscription
        .ledger
        .read_page(after, &subscription.filter, subscription.batch_events_max)
        .await
        .map_err(|error| match error {
            LedgerError::Database(error) => Interruption::Lost(error),
            decode @ LedgerError::Decode { .. } => Interruption::Poisoned(after, Box::new(decode)),
        })
}

/// Hands a page over. If its handler fails, the events are handed over one by one, so that all before the one that
/// fails are done and that one is known. None, if somebody else moved the checkpoint meanwhile.
async fn hand_over(
    subscription: &Subscription,
    deliver: &mut impl Deliver,
    connection: &mut PgConnection,
    from: Position,
    page: &Page,
) -> Result<Option<Position>, Interruption> {
    let name = &subscription.name;
    let whole = Stretch {
        name,
        from,
        through: page.through,
        events: &page.events,
    };
    let Err(error) = deliver.deliver(connection, whole).await else {
        return Ok(Some(page.through));
    };
    let Some(error) = blame(connection, error).await? else {
        return Ok(None);
    };
    if page.events.len() == 1 {
        return Err(poisoned(subscription, connection, &page.events[0], error).await);
    }
    let mut position = from;
    for (number, event) in (1..).zip(&page.events) {
        let is_last = number == page.events.len();
        let through = if is_last { page.through } else { event.position };
        let single = Stretch {
            name,
            from: position,
            through,
            events: std::slice::from_ref(event),
        };
        if let Err(error) = deliver.deliver(connection, single).await {
            let Some(error) = blame(connection, error).await? else {
                return Ok(None);
            };
            return Err(poisoned(subscription, connection, event, error).await);
        }
        position = through;
    }
    Ok(Some(position))
}

/// The handler's error, if the connection is sound: otherwise the connection is to blame. None, if nobody is: the
/// checkpoint was moved.
async fn blame(
    connection: &mut PgConnection,
    error: DeliverError,
) -> Result<Option<HandlerError>, Interruption> {
    match error {
        DeliverError::Database(error) => Err(Interruption::Lost(error)),
        DeliverError::CheckpointMoved => Ok(None),
        DeliverError::Handler(error) => match connection.ping().await {
            Ok(()) => Ok(Some(error)),
            Err(lost) => Err(Interruption::Lost(lost)),
        },
    }
}

async fn poisoned(
    subscription: &Subscription,
    connection: &mut PgConnection,
    event: &RecordedEvent,
    error: HandlerError,
) -> Interruption {
    let now = subscription.ledger.clock().now();
    let failure = error.to_string();
    match checkpoint::report_failure(connection, &subscription.name, event.position, &failure, now).await {
        Ok(()) => Interruption::Poisoned(event.position, error),
        Err(lost) => Interruption::Lost(lost),
    }
}
