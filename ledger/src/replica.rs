//! Databases that are copies of another ledger: to look around in, and never to act from.

use sqlx::PgPool;

use crate::names::Position;

/// What a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A ledger of its own.
    Original,
    /// A copy that is still being filled, or whose filling was interrupted.
    Unfinished,
    /// A copy of another ledger up to a position.
    Replica(Position),
}

/// Says what a migrated database is.
pub async fn standing(pool: &PgPool) -> Result<Standing, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT through AS "through: Position", finished_at IS NOT NULL AS "is_finished!" FROM ledger_replica"#
    )
    .fetch_optional(pool)
    .await?;
    Ok(match row {
        None => Standing::Original,
        Some(row) if row.is_finished => Standing::Replica(row.through),
        Some(_) => Standing::Unfinished,
    })
}
