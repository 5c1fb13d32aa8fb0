//! The switch: stop the runner, apply the rest, compare if that is asked for, exchange the tables; all of it or nothing.

use std::time::Duration;

use comptoir_domain::projection::ProjectionState;
use comptoir_ledger::{Page, Position};
use sqlx::{Connection, PgConnection};

use super::building::Building;
use super::fill::poison;
use super::options::Gate;
use super::{Projection, RebuildError, stored};
use crate::runner::difference::{SHOWN_ROWS_MAX, compare};
use crate::runner::{quarantine, state};

/// How many events are applied together where few are left.
const PAGE_EVENTS: usize = 2000;
/// How long the ledger of this node may take to see a position that another node has applied.
const SIGHT_PATIENCE: Duration = Duration::from_secs(10);

impl<P: Projection> Building<'_, P> {
    /// Locks the projection's row and then its checkpoint, in the order in which the runner takes them. The runner's
    /// next batch waits for this transaction; its checkpoint is then no longer where it left it, and it goes on from
    /// the one that is stored here.
    pub(super) async fn switch(
        &mut self,
        gate: Gate,
        decisions: &ProjectionState,
    ) -> Result<(), RebuildError> {
        let mut connection = super::connect(self.ledger).await?;
        let mut transaction = connection.begin().await?;
        let live = match (gate, lock_runner::<P>(&mut transaction).await?) {
            // Tables that hold events which the ledger has lost are no measure for the new ones.
            (Gate::Open, _) if self.is_rewound().await? => Position::START,
            (Gate::Open | Gate::Guarded, live) => live,
        };
        let events = self.apply_rest(&mut transaction, live).await?;
        match gate {
            Gate::Open => {}
            Gate::Guarded => {
                let rebuilt = self.position();
                if rebuilt > live {
                    return Err(RebuildError::Ahead { rebuilt, live });
                }
                let difference = compare::<P>(&mut transaction, self.schemas.next(), SHOWN_ROWS_MAX).await?;
                if difference.rows > 0 && !decisions.accepts(P::VERSION, difference.digest) {
                    return Err(RebuildError::Differs(Box::new(difference)));
                }
            }
        }
        let position = self.position().max(live);
        store::<P>(&mut transaction, position).await?;
        quarantine::replace_in_force(&mut transaction, P::NAME, &self.left_out).await?;
        stored::forget(&mut transaction, &self.name).await?;
        self.schemas.rename(&mut transaction).await?;
        transaction.commit().await?;
        self.events += events;
        self.lanes.fill(position);
        Ok(())
    }

    /// Whether the runner stands behind an event that the ledger does not hold any more.
    async fn is_rewound(&self) -> Result<bool, RebuildError> {
        let rewound = self.ledger.rewound_subscriptions().await?;
        Ok(rewound.iter().any(|name| name == P::NAME))
    }

    /// Applies what the tables in use have and the new ones lack, inside a transaction; how many events that were.
    pub(in crate::runner) async fn apply_rest(
        &self,
        transaction: &mut PgConnection,
        live: Position,
    ) -> Result<u64, RebuildError> {
        state::set_up(transaction, self.schemas.next()).await?;
        if !self.ledger.wait_for(live, SIGHT_PATIENCE).await {
            return Err(RebuildError::OutOfSight { position: live });
        }
        let (mut position, mut applied) = (self.position(), 0);
        let mut projection = self.projection.clone();
        while position < live {
            let page = self
                .ledger
                .read_page_through(position, live, &self.filter, PAGE_EVENTS)
                .await?;
            let Page { mut events, through } = page;
            events.retain(|event| !self.left_out.has(event));
            if let Err(error) = projection.apply(transaction, &events).await {
                let blamed = error.position();
                let event = events.iter().find(|event| Some(event.position) == blamed);
                return Err(match event {
                    Some(event) => poison::<P>(event, error),
                    None => error.into(),
                });
            }
            position = through;
            applied += events.len() as u64;
        }
        Ok(applied)
    }
}

/// Waits for the runner's batch that is under way, keeps the next one waiting, and says how far the runner has come.
async fn lock_runner<P: Projection>(transaction: &mut PgConnection) -> Result<Position, sqlx::Error> {
    sqlx::query!(
        "SELECT version FROM projection_state WHERE name = $1 FOR UPDATE",
        P::NAME
    )
    .fetch_one(&mut *transaction)
    .await?;
    let live = sqlx::query_scalar!(
        "SELECT position FROM subscription_checkpoints WHERE name = $1 FOR UPDATE",
        P::NAME
    )
    .fetch_one(transaction)
    .await?;
    Ok(Position::new(live))
}

/// Says what the new tables are, and from where the runner goes on.
async fn store<P: Projection>(transaction: &mut PgConnection, position: Position) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE public.projection_state
         SET version = $2, generation = generation + 1, rebuilt_position = $3, changed_position = $3
         WHERE name = $1",
        P::NAME,
        P::VERSION,
        position.get()
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "UPDATE public.subscription_checkpoints
         SET position = $2, failed_position = NULL, failure = NULL, failed_at = NULL
         WHERE name = $1",
        P::NAME,
        position.get()
    )
    .execute(transaction)
    .await?;
    Ok(())
}
