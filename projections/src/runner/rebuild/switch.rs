//! The switch: stop the runner, apply the rest, exchange the tables; all of it or nothing.

use std::time::Duration;

use comptoir_ledger::Position;
use sqlx::{Connection, PgConnection};

use super::{BATCH_EVENTS_MAX, Projection, Rebuild, RebuildError};
use crate::runner::state;

/// How long the ledger of this node may take to see a position that another node has applied.
const SIGHT_PATIENCE: Duration = Duration::from_secs(10);

impl<P: Projection> Rebuild<'_, P> {
    /// Locks the projection's row and then its checkpoint, in the order in which the runner takes them. The runner's
    /// next batch waits for this transaction; its checkpoint is then no longer where it left it, and it goes on from
    /// the one that is stored here.
    pub(super) async fn switch(&mut self) -> Result<(), RebuildError> {
        let mut transaction = self.connection.begin().await?;
        let live = lock_runner::<P>(&mut transaction).await?;
        state::set_up(&mut transaction, self.schemas.next()).await?;
        let (mut position, mut events) = (self.position, self.events);
        if !self.ledger.wait_for(live, SIGHT_PATIENCE).await {
            return Err(RebuildError::OutOfSight { position: live });
        }
        while position < live {
            let page = self
                .ledger
                .read_page(position, &self.filter, BATCH_EVENTS_MAX)
                .await?;
            self.projection.apply(&mut transaction, &page.events).await?;
            position = page.through;
            events += page.events.len() as u64;
        }
        store::<P>(&mut transaction, &self.next_name, position).await?;
        self.schemas.rename(&mut transaction).await?;
        transaction.commit().await?;
        (self.position, self.events) = (position, events);
        Ok(())
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
async fn store<P: Projection>(
    transaction: &mut PgConnection,
    next_name: &str,
    position: Position,
) -> Result<(), sqlx::Error> {
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
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "DELETE FROM public.subscription_checkpoints WHERE name = $1",
        next_name
    )
    .execute(transaction)
    .await?;
    Ok(())
}
