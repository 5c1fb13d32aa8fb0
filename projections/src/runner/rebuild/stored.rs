//! What a rebuild leaves for the one that goes on after an interruption: how far its lanes are, and what they depend on.

use chrono::{DateTime, Utc};
use comptoir_domain::values::Sha256Hex;
use comptoir_ledger::Position;
use sqlx::PgConnection;

use super::options::{Misfit, RebuildStage};
use crate::runner::quarantine::LeftOut;

/// What new tables depend on beside events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dependence {
    pub(super) version: i32,
    pub(super) fingerprint: String,
}

impl Dependence {
    /// The program's version, the shape of the tables in use, and the streams that are left out.
    pub(super) fn new(version: i32, shape: &str, left_out: &LeftOut) -> Self {
        use std::fmt::Write as _;
        let mut text = format!("{}\n{shape}\n", env!("CARGO_PKG_VERSION"));
        for (stream, from) in left_out.iter() {
            let _ = writeln!(text, "{stream} {from}");
        }
        Self {
            version,
            fingerprint: Sha256Hex::of(text).to_string(),
        }
    }
}

/// What an interrupted rebuild has left.
pub(super) struct Left {
    pub(super) stage: RebuildStage,
    pub(super) lanes: Vec<Position>,
}

/// What an interrupted rebuild has left under this name, if it fits; none, if there was none.
pub(super) async fn find(
    connection: &mut PgConnection,
    name: &str,
    dependence: &Dependence,
) -> Result<Option<Result<Left, Misfit>>, sqlx::Error> {
    let found = sqlx::query!(
        "SELECT version, fingerprint, stage FROM projection_rebuilds WHERE name = $1",
        name
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(found) = found else {
        return Ok(None);
    };
    if found.version != dependence.version {
        return Ok(Some(Err(Misfit::OtherProgram)));
    }
    if found.fingerprint != dependence.fingerprint {
        return Ok(Some(Err(Misfit::OtherTables)));
    }
    let lanes = sqlx::query!(
        r#"SELECT l.position, (l.position = 0 OR e.leaf_hash IS NOT DISTINCT FROM l.leaf_hash) AS "is_ours!"
           FROM projection_rebuild_lanes l LEFT JOIN events e ON e.position = l.position
           WHERE l.name = $1 ORDER BY l.lane"#,
        name
    )
    .fetch_all(connection)
    .await?;
    if lanes.is_empty() || !lanes.iter().all(|lane| lane.is_ours) {
        return Ok(Some(Err(Misfit::OtherLedger)));
    }
    Ok(Some(Ok(Left {
        stage: if found.stage == "indexed" {
            RebuildStage::CatchingUp
        } else {
            RebuildStage::Filling
        },
        lanes: lanes.iter().map(|lane| Position::new(lane.position)).collect(),
    })))
}

/// A rebuild begins with the first event.
pub(super) async fn begin(
    transaction: &mut PgConnection,
    name: &str,
    dependence: &Dependence,
    lanes: usize,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    forget(&mut *transaction, name).await?;
    sqlx::query!(
        "INSERT INTO projection_rebuilds (name, version, fingerprint, stage, begun_at) VALUES ($1, $2, $3, 'filling', $4)",
        name,
        dependence.version,
        dependence.fingerprint,
        now
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "INSERT INTO projection_rebuild_lanes (name, lane, position)
         SELECT $1, lane, 0 FROM generate_series(0, $2::integer - 1) AS lane",
        name,
        i32::try_from(lanes).unwrap_or(i32::MAX)
    )
    .execute(transaction)
    .await?;
    Ok(())
}

/// A lane has come to a position.
pub(super) async fn reach(
    transaction: &mut PgConnection,
    name: &str,
    lane: i16,
    position: Position,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE public.projection_rebuild_lanes
         SET position = $3, leaf_hash = (SELECT leaf_hash FROM public.events WHERE position = $3)
         WHERE name = $1 AND lane = $2",
        name,
        lane,
        position.get()
    )
    .execute(transaction)
    .await?;
    Ok(())
}

/// The tables have all their indexes.
pub(super) async fn indexed(transaction: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE projection_rebuilds SET stage = 'indexed' WHERE name = $1",
        name
    )
    .execute(transaction)
    .await?;
    Ok(())
}

/// It could not apply an event.
pub(super) async fn fail(
    connection: &mut PgConnection,
    name: &str,
    position: Position,
    failure: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE projection_rebuilds SET failed_position = $2, failure = $3 WHERE name = $1",
        name,
        position.get(),
        failure
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Nothing is left of it. An earlier release kept a checkpoint under this name.
pub(in crate::runner) async fn forget(transaction: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH lanes AS (DELETE FROM public.projection_rebuild_lanes WHERE name = $1),
              checkpoint AS (DELETE FROM public.subscription_checkpoints WHERE name = $1)
         DELETE FROM public.projection_rebuilds WHERE name = $1",
        name
    )
    .execute(transaction)
    .await?;
    Ok(())
}
