//! The loop of a subscription: take the lock, read on from the checkpoint, hand over, wait for more.

use std::time::Duration;

use sqlx::{Connection, PgConnection};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::checkpoint::Opened;
use super::deliver::{Deliver, DeliverError, Delivered, Stretch};
use super::{HandlerError, Subscription, checkpoint};
use crate::connection::{Purpose, connect_patiently};
use crate::event::RecordedEvent;
use crate::ledger::LedgerError;
use crate::names::Position;
use crate::read::Page;

const FAILURE_RETRY_MAX: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_hours(1);
/// How far behind the checkpoint may be written, where nothing is written with it: for a handler whose effect is at least
/// once, and past events that the filter leaves out.
const CHECKPOINT_INTERVAL: Duration = Duration::from_millis(50);
/// How long nothing is done while nothing happens.
const REST_MAX: Duration = Duration::from_mins(1);

/// Why a turn at the lock ended before it was stopped.
enum Interruption {
    /// The connection is lost: begin again from the stored state.
    Lost(sqlx::Error),
    /// The handler cannot get past an event: report it, wait, and try again.
    Poisoned(Position, HandlerError),
    /// The ledger does not hold the event at the checkpoint.
    Rewound(Position),
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
        let at = match turn {
            None | Some(Ok(())) => return,
            Some(Err(Interruption::Lost(error))) => {
                tracing::warn!(subscription = subscription.name, %error, "the subscription's connection was lost");
                None
            }
            Some(Err(Interruption::Poisoned(position, error))) => {
                tracing::error!(
                    subscription = subscription.name, %position, %error,
                    "the subscription stands before an event that it cannot handle"
                );
                Some(position)
            }
            Some(Err(Interruption::Rewound(position))) => {
                let why = rewound(position);
                tracing::error!(subscription = subscription.name, %position, why, "the subscription does not go on");
                Some(position)
            }
        };
        let wait = match (at, stuck) {
            (Some(at), Some((before, waited))) if at == before => FAILURE_RETRY_MAX.min(waited * 2),
            (Some(_) | None, Some(_) | None) => subscription.failure_retry,
        };
        stuck = at.map(|at| (at, wait)).or(stuck);
        let waiting = tokio::time::timeout(wait, subscription.nudge.notified());
        if stop.run_until_cancelled(waiting).await.is_none() {
            return;
        }
    }
}

/// What is told of a lost tail, wherever it shows.
fn rewound(position: Position) -> String {
    format!(
        "the ledger no longer holds the event at position {position} that it handled last: a fail-over or a restore has \
         lost the ledger's end. `comptoir subscriptions` shows who is concerned, and `comptoir subscriptions rewind` goes \
         on from a position that is still there"
    )
}

/// How far a run has come.
#[derive(Clone, Copy)]
struct Place {
    /// Everything up to here is handled.
    reached: Position,
    /// The checkpoint as it is written.
    stored: Position,
    stored_at: Instant,
}

impl Place {
    fn at(stored: Position) -> Self {
        Self {
            reached: stored,
            stored,
            stored_at: Instant::now(),
        }
    }

    fn is_due(&self) -> bool {
        self.reached > self.stored && self.stored_at.elapsed() >= CHECKPOINT_INTERVAL
    }
}

async fn follow(
    subscription: &Subscription,
    deliver: &mut impl Deliver,
    stop: &CancellationToken,
) -> Result<(), Interruption> {
    let ledger = &subscription.ledger;
    ledger.recent().begin_to_keep();
    let options = ledger.pool().connect_options();
    let mut connection = connect_patiently(&options, Purpose::Subscription, PATIENCE).await?;
    take_lock(&mut connection, subscription).await?;
    let mut horizon = ledger.watch_horizon();
    let mut place = Place::at(open(subscription, &mut connection).await?);
    while !stop.is_cancelled() {
        horizon.mark_unchanged();
        let turn = Instant::now();
        let page = read(subscription, place.reached).await?;
        let has_moved = page.through > place.reached;
        if page.events.is_empty() {
            place.reached = place.reached.max(page.through);
            deliver.passed(place.reached);
        } else {
            hand_over(subscription, deliver, &mut connection, &mut place, &page).await?;
        }
        if place.is_due() {
            store(subscription, &mut connection, &mut place).await?;
        }
        if has_moved && page.events.len() < subscription.batch_events_max {
            // The horizon may move a thousand times a second: a turn each would be all that the machine does.
            tokio::time::sleep_until(turn + subscription.pace).await;
        } else if !has_moved {
            let rest = if place.reached > place.stored {
                subscription.pace
            } else {
                REST_MAX
            };
            match tokio::time::timeout(rest, horizon.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Ok(()),
                Err(_) => store(subscription, &mut connection, &mut place).await?,
            }
        }
    }
    Ok(())
}

/// Where to go on. A checkpoint whose event is gone is reported as a failure, and nothing is handled: the events behind it
/// are not those that follow on what was handled.
async fn open(subscription: &Subscription, connection: &mut PgConnection) -> Result<Position, Interruption> {
    let name = &subscription.name;
    match checkpoint::open(connection, name).await? {
        Opened::At(position) => Ok(position),
        Opened::Rewound(position) => {
            let now = subscription.ledger.clock().now();
            checkpoint::report_failure(connection, name, position, &rewound(position), now).await?;
            Err(Interruption::Rewound(position))
        }
    }
}

/// Writes the checkpoint where it lags behind. Somebody else may have moved it, as a rebuild does when it takes over:
/// then it counts.
async fn store(
    subscription: &Subscription,
    connection: &mut PgConnection,
    place: &mut Place,
) -> Result<(), Interruption> {
    if place.reached == place.stored {
        return Ok(());
    }
    let name = &subscription.name;
    if checkpoint::advance(&mut *connection, name, place.stored, place.reached).await? {
        *place = Place::at(place.reached);
        return Ok(());
    }
    reread(subscription, connection, place).await
}

/// Goes on from the checkpoint as somebody else has left it.
async fn reread(
    subscription: &Subscription,
    connection: &mut PgConnection,
    place: &mut Place,
) -> Result<(), Interruption> {
    let left_at = place.stored;
    *place = Place::at(open(subscription, connection).await?);
    tracing::info!(
        subscription = subscription.name, %left_at, stored = %place.stored,
        "the checkpoint was moved, as a rebuild does when it takes over; going on from where it stands"
    );
    Ok(())
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
    let (ledger, filter) = (&subscription.ledger, &subscription.filter);
    let limit = subscription.batch_events_max;
    if let Some(page) = ledger.recent().page(after, ledger.horizon(), filter, limit) {
        return Ok(page);
    }
    ledger
        .read_page(after, filter, limit)
        .await
        .map_err(|error| match error {
            LedgerError::Database(error) => Interruption::Lost(error),
            decode @ LedgerError::Decode { .. } => Interruption::Poisoned(after, Box::new(decode)),
        })
}

/// Hands a page over. If its handler fails, the events are handed over one by one, so that all before the one that
/// fails are done and that one is known.
async fn hand_over(
    subscription: &Subscription,
    deliver: &mut impl Deliver,
    connection: &mut PgConnection,
    place: &mut Place,
    page: &Page,
) -> Result<(), Interruption> {
    let Err(error) = hand_over_together(
        subscription,
        deliver,
        connection,
        place,
        &page.events,
        page.through,
    )
    .await
    else {
        return Ok(());
    };
    let Some(error) = blame(connection, error).await? else {
        return reread(subscription, connection, place).await;
    };
    if page.events.len() == 1 {
        return Err(poisoned(subscription, connection, place, &page.events[0], error).await);
    }
    for (number, event) in (1..).zip(&page.events) {
        let is_last = number == page.events.len();
        let through = if is_last { page.through } else { event.position };
        let alone = std::slice::from_ref(event);
        if let Err(error) = hand_over_together(subscription, deliver, connection, place, alone, through).await
        {
            let Some(error) = blame(connection, error).await? else {
                return reread(subscription, connection, place).await;
            };
            return Err(poisoned(subscription, connection, place, event, error).await);
        }
    }
    Ok(())
}

async fn hand_over_together(
    subscription: &Subscription,
    deliver: &mut impl Deliver,
    connection: &mut PgConnection,
    place: &mut Place,
    events: &[RecordedEvent],
    through: Position,
) -> Result<(), DeliverError> {
    let stretch = Stretch {
        name: &subscription.name,
        from: place.stored,
        through,
        events,
    };
    match deliver.deliver(connection, stretch).await? {
        Delivered::WithCheckpoint => *place = Place::at(through),
        Delivered::CheckpointToCome => place.reached = through,
    }
    deliver.passed(through);
    Ok(())
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
    place: &mut Place,
    event: &RecordedEvent,
    error: HandlerError,
) -> Interruption {
    let now = subscription.ledger.clock().now();
    let failure = error.to_string();
    let reported = async {
        store(subscription, connection, place).await?;
        let name = &subscription.name;
        Ok(checkpoint::report_failure(connection, name, event.position, &failure, now).await?)
    };
    match reported.await {
        Ok(()) => Interruption::Poisoned(event.position, error),
        Err(instead) => instead,
    }
}
