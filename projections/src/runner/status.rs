//! How the read models are doing: for operators, on the command line and on a page.

use chrono::{DateTime, Utc};
use comptoir_domain::projection::Quarantine;
use comptoir_domain::values::StreamKey;
use comptoir_ledger::{Ledger, LedgerError, Position};
use sqlx::PgPool;

use super::{Projection, quarantine};

/// How one read model is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: &'static str,
    /// The version of the tables in use; none, if it has never run here.
    pub version: Option<i32>,
    /// The version that this program builds.
    pub program_version: i32,
    /// How often the tables were replaced by a rebuild, from 1.
    pub generation: i64,
    /// Everything up to here is in the tables.
    pub position: Position,
    /// Where the ledger ends.
    pub horizon: Position,
    /// For how many seconds the oldest event that is not in the tables has been in the ledger.
    pub lag_seconds: i64,
    /// The event that it cannot get past, if there is one.
    pub stuck: Option<StuckProjection>,
    /// The streams that it leaves out, by decision.
    pub quarantined: Vec<QuarantinedStream>,
    /// The rebuild that is under way or was interrupted, if there is one.
    pub rebuild: Option<UnfinishedRebuild>,
}

impl ProjectionStatus {
    /// How many events of the ledger it has not looked at yet.
    pub const fn lag_events(&self) -> i64 {
        self.horizon.get().saturating_sub(self.position.get())
    }

    /// Whether all is well: it stands before no event and leaves no stream out.
    pub const fn is_well(&self) -> bool {
        self.stuck.is_none() && self.quarantined.is_empty()
    }
}

/// An event that a read model cannot get past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StuckProjection {
    /// Where it stands.
    pub position: Position,
    /// Its stream.
    pub stream: String,
    /// Its wire name.
    pub event_type: String,
    /// What is wrong with it.
    pub reason: String,
    /// When it was tried last; none, where that is not kept.
    pub tried_at: Option<DateTime<Utc>>,
}

/// A stream that a read model leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedStream {
    /// The stream.
    pub stream: StreamKey,
    /// What was decided.
    pub decision: Quarantine,
    /// Whether the tables in use leave it out already.
    pub standing: QuarantineStanding,
    /// How many of its events the read model has left out so far.
    pub parked_events: i64,
}

/// Whether a decision to leave a stream out has reached the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuarantineStanding {
    /// The rows of the stream stay as they were before the first event that is left out.
    InForce,
    /// The tables in use hold that event already, or their runner has not met it yet; a rebuild leaves it out.
    Decided,
}

impl QuarantineStanding {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Decided => "decided",
        }
    }
}

/// A rebuild that has not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedRebuild {
    /// The version that it builds.
    pub version: i32,
    /// Everything up to here is in its tables.
    pub position: Position,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// The event that it could not apply when it was tried last, if there was one.
    pub stuck: Option<StuckProjection>,
}

/// How the read model of a projection is doing.
pub(crate) async fn status<P: Projection>(
    ledger: &Ledger,
    projection: &P,
) -> Result<ProjectionStatus, LedgerError> {
    let pool = ledger.pool();
    let state = sqlx::query!(
        "SELECT version, generation FROM projection_state WHERE name = $1",
        P::NAME
    )
    .fetch_optional(pool)
    .await?;
    // Read from the database, since the ledger of a reader may stand still.
    let horizon = sqlx::query_scalar!(r#"SELECT position AS "position: Position" FROM ledger_horizon"#)
        .fetch_one(pool)
        .await?;
    let checkpoint = ledger.checkpoint(P::NAME).await?;
    let position = checkpoint
        .as_ref()
        .map_or(Position::START, |checkpoint| checkpoint.position);
    let oldest = sqlx::query_scalar!(
        "SELECT recorded_at FROM events WHERE position = $1 AND position <= $2",
        position.get().saturating_add(1),
        horizon.get()
    )
    .fetch_optional(pool)
    .await?;
    let lag = oldest.map_or(0, |oldest| (ledger.clock().now() - oldest).num_seconds().max(0));
    let failed = checkpoint.and_then(|checkpoint| {
        Some((
            checkpoint.failed_position?,
            checkpoint.failure?,
            checkpoint.failed_at,
        ))
    });
    let stuck = match failed {
        Some((at, reason, tried_at)) => stuck(pool, at, reason, tried_at).await?,
        None => None,
    };
    Ok(ProjectionStatus {
        name: P::NAME,
        version: state.as_ref().map(|state| state.version),
        program_version: P::VERSION,
        generation: state.as_ref().map_or(0, |state| state.generation),
        position,
        horizon,
        lag_seconds: lag,
        stuck,
        quarantined: quarantined(ledger, projection, position).await?,
        rebuild: unfinished(pool, P::NAME).await?,
    })
}

async fn stuck(
    pool: &PgPool,
    position: Position,
    reason: String,
    tried_at: Option<DateTime<Utc>>,
) -> Result<Option<StuckProjection>, sqlx::Error> {
    let event = sqlx::query!(
        "SELECT stream, event_type FROM events WHERE position = $1",
        position.get()
    )
    .fetch_optional(pool)
    .await?;
    Ok(event.map(|event| StuckProjection {
        position,
        stream: event.stream,
        event_type: event.event_type,
        reason,
        tried_at,
    }))
}

async fn quarantined<P: Projection>(
    ledger: &Ledger,
    projection: &P,
    position: Position,
) -> Result<Vec<QuarantinedStream>, LedgerError> {
    let decided = quarantine::decisions(ledger, P::NAME).await?;
    let mut connection = ledger.pool().acquire().await?;
    let in_force = quarantine::in_force(&mut connection, P::NAME).await?;
    let types: Vec<String> = projection
        .event_types()
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    let mut streams = Vec::new();
    for (stream, decision) in decided.quarantined() {
        let is_in_force = in_force.iter().any(|(name, _)| name == stream.as_str());
        let parked = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM events
               WHERE stream = $1 AND position >= $2 AND position <= $3 AND event_type = ANY($4)"#,
            stream.as_str(),
            decision.from_position,
            position.get(),
            &types
        )
        .fetch_one(&mut *connection)
        .await?;
        streams.push(QuarantinedStream {
            stream: stream.clone(),
            decision: decision.clone(),
            standing: if is_in_force {
                QuarantineStanding::InForce
            } else {
                QuarantineStanding::Decided
            },
            parked_events: if is_in_force { parked } else { 0 },
        });
    }
    Ok(streams)
}

async fn unfinished(pool: &PgPool, name: &str) -> Result<Option<UnfinishedRebuild>, sqlx::Error> {
    let found = sqlx::query!(
        r#"SELECT r.version, r.begun_at, r.failed_position AS "failed_position: Position", r.failure,
               coalesce((SELECT min(l.position) FROM projection_rebuild_lanes l WHERE l.name = r.name), 0)
                   AS "position!: Position"
           FROM projection_rebuilds r WHERE r.name = $1"#,
        format!("{name}@next")
    )
    .fetch_optional(pool)
    .await?;
    let Some(found) = found else {
        return Ok(None);
    };
    Ok(Some(UnfinishedRebuild {
        version: found.version,
        position: found.position,
        begun_at: found.begun_at,
        stuck: match (found.failed_position, found.failure) {
            (Some(at), Some(reason)) if at > found.position => stuck(pool, at, reason, None).await?,
            _ => None,
        },
    }))
}
