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

/// Why a subscription is not moved back.
#[derive(Debug, thiserror::Error)]
pub enum RewindError {
    /// There is no subscription of that name.
    #[error("there is no subscription `{name}`")]
    Unknown {
        /// The name.
        name: String,
    },
    /// The event that it handled last is where it was: going back would do things twice.
    #[error("`{name}` is sound: the event at position {position} that it handled last is still there")]
    Sound {
        /// The name.
        name: String,
        /// Its checkpoint.
        position: Position,
    },
    /// It would stand behind no event, or further on than before.
    #[error(
        "position {to} is not between 0 and {most}, which is as far as both the ledger and `{name}` have come"
    )]
    OutOfRange {
        /// The name.
        name: String,
        /// Where to.
        to: Position,
        /// The last position that would do.
        most: Position,
    },
    /// The database refused or could not be reached.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl Ledger {
    /// The names of subscriptions that stand behind an event which the ledger does not hold any more.
    pub async fn rewound_subscriptions(&self) -> Result<Vec<String>, LedgerError> {
        let names = sqlx::query_scalar!(
            r#"SELECT name FROM subscription_checkpoints c LEFT JOIN events e ON e.position = c.position
               WHERE c.position > 0 AND (c.leaf_hash IS NULL OR e.leaf_hash IS DISTINCT FROM c.leaf_hash)
               ORDER BY name"#
        )
        .fetch_all(self.pool())
        .await?;
        Ok(names)
    }

    /// Lets a subscription that has lost the event it stood behind go on from an earlier position: what is behind that
    /// comes again, or for the first time.
    pub async fn rewind_subscription(&self, name: &str, to: Position) -> Result<(), RewindError> {
        let mut transaction = self.pool().begin().await?;
        let stored = sqlx::query!(
            r#"SELECT c.position, c.position = 0 OR coalesce(c.leaf_hash = e.leaf_hash, false) AS "holds!"
               FROM subscription_checkpoints c LEFT JOIN events e ON e.position = c.position
               WHERE name = $1 FOR UPDATE OF c"#,
            name
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let name = name.to_owned();
        let Some(stored) = stored else {
            return Err(RewindError::Unknown { name });
        };
        let position = Position::new(stored.position);
        if stored.holds {
            return Err(RewindError::Sound { name, position });
        }
        let most = self.horizon().min(position);
        if to > most {
            return Err(RewindError::OutOfRange { name, to, most });
        }
        sqlx::query!(
            "UPDATE subscription_checkpoints
             SET position = $2, failed_position = NULL, failure = NULL, failed_at = NULL WHERE name = $1",
            name,
            to.get()
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Where a subscription goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    /// Behind the event that it handled last, which is still there.
    At(Position),
    /// The ledger does not hold the event that it handled last: it has lost its end, and may have got another one.
    Rewound(Position),
}

/// The stored position, made at the start of the ledger if there is none.
pub(super) async fn open(connection: &mut PgConnection, name: &str) -> Result<Opened, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO subscription_checkpoints (name) VALUES ($1) ON CONFLICT DO NOTHING",
        name
    )
    .execute(&mut *connection)
    .await?;
    let stored = sqlx::query!(
        r#"SELECT c.position, c.position = 0 OR coalesce(c.leaf_hash = e.leaf_hash, false) AS "holds!"
           FROM subscription_checkpoints c LEFT JOIN events e ON e.position = c.position
           WHERE name = $1"#,
        name
    )
    .fetch_one(connection)
    .await?;
    let position = Position::new(stored.position);
    Ok(if stored.holds {
        Opened::At(position)
    } else {
        Opened::Rewound(position)
    })
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
