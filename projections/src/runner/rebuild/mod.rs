//! Builds a read model anew beside the one in use, and switches to it in one transaction.
//!
//! The new tables grow in the schema `<schema>_next`, from the first event on ([`building`]): several lanes apply the streams
//! that fall to them, without the indexes that only readers need. Once they are close to the horizon they get their
//! indexes, catch up, and one transaction stops the runner, applies what is left, and renames the schemas. A reader sees the
//! old model or the new one, whole, and is never kept waiting. What was built before an interruption is gone on with, if it
//! still fits.

pub(super) mod building;
mod fill;
mod options;
pub(super) mod schema;
mod stored;
mod switch;

use comptoir_domain::projection::ProjectionState;
use comptoir_ledger::{Ledger, LedgerError, Position};
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;

use self::building::Building;
pub use self::options::{
    Beginning, Gate, Lanes, Misfit, RebuildOptions, RebuildProgress, RebuildReport, RebuildStage, Release,
};
use self::schema::Schemas;
use super::difference::Difference;
use super::quarantine::{self, LeftOut};
use super::{ApplyError, Projection, state};

/// How close to the horizon the switch is tried: the runner stands still while the rest is applied.
const CLOSE_POSITIONS: i64 = 2000;

/// Why a rebuild ended without a switch: the tables in use are as they were.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// One is under way, perhaps on another node.
    #[error("a rebuild or a comparison of this read model is under way already; wait for its end")]
    AlreadyRunning,
    /// The database refused or could not be reached.
    #[error("the rebuild's database failed")]
    Database(#[from] sqlx::Error),
    /// The ledger could not be read.
    #[error("the rebuild could not read the ledger")]
    Ledger(#[from] LedgerError),
    /// Events could not be applied.
    #[error("the rebuild could not go on")]
    Apply(#[from] ApplyError),
    /// An event cannot be applied.
    #[error(
        "the event at position {} ({} of stream {}) cannot be applied; mend the program and rebuild again, or leave the \
         stream out: `comptoir projections quarantine {} --position {} --by <name>`",
        .event.position, .event.event_type, .event.stream, .event.projection, .event.position
    )]
    Poison {
        /// The event.
        event: Box<PoisonEvent>,
        /// What is wrong with it.
        source: ApplyError,
    },
    /// The rebuilt model differs from the one in use, and nobody has accepted that.
    #[error(
        "the rebuilt model differs from the one in use in {} rows (digest {}); look at them with `comptoir audit diff`, and \
         accept the difference with `--accept {}`", .0.rows, .0.digest, .0.digest
    )]
    Differs(Box<Difference>),
    /// The runner in use is ahead of what this node can see of the ledger.
    #[error("position {position}, where the read model in use stands, cannot be seen from here")]
    OutOfSight {
        /// Where the runner stands.
        position: Position,
    },
    /// What is to be compared does not stand at one position.
    #[error(
        "the rebuilt model stands at {rebuilt}, the one in use behind it at {live}; they can be compared once a serving node \
         has brought the one in use so far"
    )]
    Ahead {
        /// Where the rebuilt model stands.
        rebuilt: Position,
        /// Where the one in use stands.
        live: Position,
    },
    /// A lane ended without saying why.
    #[error("a part of the rebuild broke off: {0}")]
    BrokenOff(String),
}

/// An event that a read model cannot take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoisonEvent {
    /// The read model.
    pub projection: &'static str,
    /// Where the event stands.
    pub position: Position,
    /// Its stream.
    pub stream: String,
    /// Its wire name.
    pub event_type: String,
}

/// Whether this program has a newer version of a read model than the database.
pub async fn needs_rebuild<P: Projection>(ledger: &Ledger) -> Result<bool, RebuildError> {
    let stored = state::stored_version::<P>(ledger.pool()).await?;
    Ok(stored.is_some_and(|stored| stored < P::VERSION))
}

/// Builds the read model of a projection anew from events alone, and switches to it. `progress` is told now and then.
pub async fn rebuild<P: Projection>(
    ledger: &Ledger,
    projection: P,
    progress: impl FnMut(RebuildProgress) + Send,
) -> Result<RebuildReport, RebuildError> {
    rebuild_with(ledger, projection, &RebuildOptions::default(), progress).await
}

/// The same under conditions.
pub async fn rebuild_with<P: Projection>(
    ledger: &Ledger,
    projection: P,
    options: &RebuildOptions,
    mut progress: impl FnMut(RebuildProgress) + Send,
) -> Result<RebuildReport, RebuildError> {
    let begun = Instant::now();
    let mut connection = connect(ledger).await?;
    take_lock(&mut connection, P::NAME).await?;
    state::ensure::<P>(&mut connection).await?;
    let decisions = quarantine::decisions(ledger, P::NAME).await?;
    let left_out = LeftOut::on_record(&decisions);
    let left_out = match &options.release {
        Release::Nothing => left_out,
        Release::Stream(stream) => left_out.without(stream),
    };
    let schemas = Schemas::of(P::SCHEMA, "next");
    let mut building = Building::open(ledger, projection, schemas, left_out, options, connection).await?;
    building.tell(&mut progress);
    let rebuilt = carry_out(&mut building, options.gate, &decisions, &mut progress).await;
    if let Err(error) = &rebuilt {
        building.note_failure(error).await;
    }
    // Whoever begins another one at once must not find this one's lock.
    drop_lock(&mut building.connection, P::NAME).await?;
    rebuilt?;
    Ok(RebuildReport {
        version: P::VERSION,
        events: building.events,
        position: building.position(),
        beginning: building.beginning,
        duration: begun.elapsed(),
    })
}

async fn carry_out<P: Projection>(
    building: &mut Building<'_, P>,
    gate: Gate,
    decisions: &ProjectionState,
    progress: &mut (impl FnMut(RebuildProgress) + Send),
) -> Result<(), RebuildError> {
    building.catch_up(gate, progress).await?;
    building.make_ready(progress).await?;
    building.catch_up(gate, progress).await?;
    building.stage = RebuildStage::Switching;
    building.tell(progress);
    building.switch(gate, decisions).await?;
    building.tell(progress);
    // Readers that began before the switch finish on the old tables; nobody finds them any more.
    building.schemas.drop_old(&mut building.connection).await?;
    Ok(())
}

/// A connection on which nothing waits for the disk: what is built here can be built again.
pub(super) async fn connect(ledger: &Ledger) -> Result<PgConnection, sqlx::Error> {
    let options = ledger.pool().connect_options();
    let mut connection =
        PgConnection::connect_with(&options.as_ref().clone().application_name("comptoir rebuild")).await?;
    sqlx::raw_sql("SET synchronous_commit = off; SET jit = off; SET maintenance_work_mem = '128MB'")
        .execute(&mut connection)
        .await?;
    Ok(connection)
}

/// Takes the lock that goes with the connection, however this ends.
pub(super) async fn take_lock(connection: &mut PgConnection, name: &str) -> Result<(), RebuildError> {
    let taken = sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_lock(hashtextextended('comptoir rebuild ' || $1, 0)) AS "taken!""#,
        name
    )
    .fetch_one(connection)
    .await?;
    if taken {
        Ok(())
    } else {
        Err(RebuildError::AlreadyRunning)
    }
}

/// Lets go of the lock before the connection ends, which PostgreSQL may notice a little later.
pub(super) async fn drop_lock(connection: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT pg_advisory_unlock(hashtextextended('comptoir rebuild ' || $1, 0)) AS "dropped!""#,
        name
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}
