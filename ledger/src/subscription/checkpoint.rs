//! How far a subscription has come.

use chrono::{DateTime, Utc};
use sqlx::{Executor, PgConnection, Postgres};

use crate::ledger::{Ledger, LedgerError};
use crate::names::Position;

/// The state of a subscription, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The subscription.
    pub name: String,
    /// Everything up to here is handled.
    pub position: Position,
    /// The event that it cannot get past, if there is one.
    pub failed_position: Option<Position>,
    /// What its handler said about that event.
    pub failure: Option<String>,
    /// When it said so last.
    pub failed_at: Option<DateTime<Utc>>,
}

impl Ledger {
    /// The state of one subscription; none, if it has never run.
    pub async fn checkpoint(&self, name: &str) -> Result<Option<Checkpoint>, LedgerError> {
        let checkpoint = sqlx::query_as!(
            Checkpoint,
            r#"SELECT name, position AS "position: Position", failed_position AS "failed_position: Position",
                   failure, failed_at
               FROM subscription_checkpoints WHERE name = $1"#,
            name
        )
        .fetch_optional(self.pool())
        .await?;
        Ok(checkpoint)
    }

    /// The states of all subscriptions, by name.
    pub async fn checkpoints(&self) -> Result<Vec<Checkpoint>, LedgerError> {
        let checkpoints = sqlx::query_as!(
            Checkpoint,
            r#"SELECT name, position AS "position: Position", failed_position AS "failed_position: Position",
                   failure, failed_at
               FROM subscription_checkpoints ORDER BY name"#
        )
        .fetch_all(self.pool())
        .await?;
        Ok(checkpoints)
    }
}

/// The stored position, made at the start of the ledger if there is none.
pub(super) async fn open(connection: &mut PgConnection, name: &str) -> Result<Position, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO subscription_checkpoints (name) VALUES ($1) ON CONFLICT DO NOTHING",
        name
    )
    .execute(&mut *connection)
    .await?;
    let position = sqlx::query_scalar!(
        "SELECT position FROM subscription_checkpoints WHERE name = $1",
        name
    )
    .fetch_one(connection)
    .await?;
    Ok(Position::new(position))
}

/// Moves the checkpoint on; false, if it is no longer where this run left it.
pub(super) async fn advance<'e>(
    executor: impl Executor<'e, Database = Postgres>,
    name: &str,
    from: Position,
    to: Position,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE subscription_checkpoints
         SET position = $3, failed_position = NULL, failure = NULL, failed_at = NULL
         WHERE name = $1 AND position = $2",
        name,
        from.get(),
        to.get()
    )
    .execute(executor)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Records the event that the handler could not get past.
pub(super) async fn report_failure(
    connection: &mut PgConnection,
    name: &str,
    at: Position,
    failure: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE subscription_checkpoints SET failed_position = $2, failure = $3, failed_at = $4 WHERE name = $1",
        name,
        at.get(),
        failure,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
