//! Builds a read model anew beside the one in use, and switches to it in one transaction.
//!
//! The new tables grow in the schema `<schema>_next`, under the checkpoint `<name>@next`, from the first event on. Once
//! they are close to the horizon, one transaction stops the runner, applies what is left, and renames the schemas. A
//! reader sees the old model or the new one, whole, and is never kept waiting. What a crash leaves behind is dropped by
//! the next rebuild.

mod schema;
mod switch;

use std::time::Duration;

use comptoir_ledger::{Filter, Ledger, LedgerError, Position};
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;

use self::schema::Schemas;
use super::{ApplyError, Projection, filter_of, state};

const BATCH_EVENTS_MAX: usize = 2000;
/// How close to the horizon the switch is tried: the runner stands still while the rest is applied.
const CLOSE_POSITIONS: i64 = 2000;

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebuildProgress {
    /// Everything up to here is in the new tables.
    pub position: Position,
    /// Where the ledger ends at present.
    pub horizon: Position,
}

/// What a rebuild has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebuildReport {
    /// The version that the tables have now.
    pub version: i32,
    /// How many events were applied.
    pub events: u64,
    /// Everything up to here was in the new tables when they were switched in.
    pub position: Position,
    /// How long it took.
    pub duration: Duration,
}

/// Why a rebuild ended without a switch: the tables in use are as they were.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// One is under way, perhaps on another node.
    #[error("a rebuild of this read model is under way already")]
    AlreadyRunning,
    /// The database refused or could not be reached.
    #[error("the rebuild's database failed")]
    Database(#[from] sqlx::Error),
    /// The ledger could not be read.
    #[error("the rebuild could not read the ledger")]
    Ledger(#[from] LedgerError),
    /// Events could not be applied.
    #[error("the rebuild stands before events that it cannot apply")]
    Apply(#[from] ApplyError),
    /// The runner in use is ahead of what this node can see of the ledger.
    #[error("position {position}, where the read model in use stands, cannot be seen from here")]
    OutOfSight {
        /// Where the runner stands.
        position: Position,
    },
}

/// Whether this program has a newer version of a read model than the database.
pub async fn needs_rebuild<P: Projection>(ledger: &Ledger) -> Result<bool, RebuildError> {
    let stored = state::stored_version::<P>(ledger.pool()).await?;
    Ok(stored.is_some_and(|stored| stored < P::VERSION))
}

/// Builds the read model of a projection anew from events alone, and switches to it. `progress` is told after each batch.
pub async fn rebuild<P: Projection>(
    ledger: &Ledger,
    projection: P,
    progress: impl FnMut(RebuildProgress) + Send,
) -> Result<RebuildReport, RebuildError> {
    let mut connection = connect(ledger).await?;
    // The lock goes with the connection, however this ends.
    if !take_lock::<P>(&mut connection).await? {
        return Err(RebuildError::AlreadyRunning);
    }
    state::ensure::<P>(&mut connection).await?;
    let rebuild = Rebuild {
        ledger,
        filter: filter_of(&projection),
        projection,
        schemas: Schemas::of(P::SCHEMA),
        next_name: format!("{}@next", P::NAME),
        connection,
        position: Position::START,
        events: 0,
    };
    rebuild.carry_out(progress).await
}

struct Rebuild<'a, P> {
    ledger: &'a Ledger,
    projection: P,
    filter: Filter,
    schemas: Schemas,
    next_name: String,
    connection: PgConnection,
    position: Position,
    events: u64,
}

impl<P: Projection> Rebuild<'_, P> {
    async fn carry_out(
        mut self,
        mut progress: impl FnMut(RebuildProgress) + Send,
    ) -> Result<RebuildReport, RebuildError> {
        let begun = Instant::now();
        self.prepare().await?;
        loop {
            self.apply_page().await?;
            let (position, horizon) = (self.position, self.ledger.horizon());
            progress(RebuildProgress { position, horizon });
            if horizon.get() - position.get() <= CLOSE_POSITIONS {
                break;
            }
        }
        self.schemas.analyse_next(&mut self.connection).await?;
        self.switch().await?;
        let (position, horizon) = (self.position, self.ledger.horizon());
        progress(RebuildProgress { position, horizon });
        // Readers that began before the switch finish on the old tables; nobody finds them any more.
        self.schemas.drop_leftovers(&mut self.connection).await?;
        Ok(RebuildReport {
            version: P::VERSION,
            events: self.events,
            position,
            duration: begun.elapsed(),
        })
    }

    /// Drops what an earlier rebuild may have left, and makes empty tables.
    async fn prepare(&mut self) -> Result<(), RebuildError> {
        self.schemas.drop_leftovers(&mut self.connection).await?;
        let mut transaction = self.connection.begin().await?;
        self.schemas.create_next(&mut transaction).await?;
        sqlx::query!(
            "INSERT INTO subscription_checkpoints (name) VALUES ($1)
             ON CONFLICT (name) DO UPDATE SET position = 0, failed_position = NULL, failure = NULL, failed_at = NULL",
            self.next_name
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn apply_page(&mut self) -> Result<(), RebuildError> {
        let page = self
            .ledger
            .read_page(self.position, &self.filter, BATCH_EVENTS_MAX)
            .await?;
        let mut transaction = self.connection.begin().await?;
        if !page.events.is_empty() {
            state::set_up(&mut transaction, self.schemas.next()).await?;
            self.projection.apply(&mut transaction, &page.events).await?;
        }
        sqlx::query!(
            "UPDATE subscription_checkpoints SET position = $2 WHERE name = $1",
            self.next_name,
            page.through.get()
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        self.position = page.through;
        self.events += page.events.len() as u64;
        Ok(())
    }
}

async fn connect(ledger: &Ledger) -> Result<PgConnection, sqlx::Error> {
    let options = ledger.pool().connect_options();
    let mut connection =
        PgConnection::connect_with(&options.as_ref().clone().application_name("comptoir rebuild")).await?;
    // What is built here can be built again: nothing waits for the disk.
    sqlx::raw_sql("SET synchronous_commit = off")
        .execute(&mut connection)
        .await?;
    Ok(connection)
}

async fn take_lock<P: Projection>(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_lock(hashtextextended('comptoir rebuild ' || $1, 0)) AS "taken!""#,
        P::NAME
    )
    .fetch_one(connection)
    .await
}
