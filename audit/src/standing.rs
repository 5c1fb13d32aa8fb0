//! How far the read models have come, and which signed checkpoint covers an event.

use chrono::{DateTime, Utc};
use comptoir_ledger::{Ledger, Position};

use crate::timeline::TimelineError;

/// Where a read model stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelStanding {
    /// Which.
    pub name: String,
    /// The version of its content.
    pub version: i32,
    /// How far it has come.
    pub position: Position,
    /// How many events of the ledger it has not seen.
    pub lag: i64,
    /// The event that it cannot get past, and why.
    pub failure: Option<(Position, String)>,
}

/// A signed checkpoint that covers an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    /// The event.
    pub position: Position,
    /// The size of the first checkpoint that it is in.
    pub size: Position,
    /// When that was signed.
    pub signed_at: DateTime<Utc>,
}

/// Where each read model stands.
pub async fn read_models(ledger: &Ledger) -> Result<Vec<ModelStanding>, TimelineError> {
    let rows = sqlx::query!(
        "SELECT s.name, s.version, c.position, c.failed_position, c.failure
         FROM projection_state s JOIN subscription_checkpoints c USING (name) ORDER BY s.name"
    )
    .fetch_all(ledger.pool())
    .await?;
    let horizon = ledger.horizon().get();
    let standing = rows.into_iter().map(|row| ModelStanding {
        name: row.name,
        version: row.version,
        position: Position::new(row.position),
        lag: (horizon - row.position).max(0),
        failure: row.failed_position.map(Position::new).zip(row.failure),
    });
    Ok(standing.collect())
}

/// For each of these events the first signed checkpoint that covers it; those that no checkpoint covers yet are left out.
pub async fn covered(ledger: &Ledger, positions: &[Position]) -> Result<Vec<Covered>, TimelineError> {
    let numbers: Vec<i64> = positions.iter().map(|position| position.get()).collect();
    let covered = sqlx::query_as!(
        Covered,
        r#"SELECT wanted.position AS "position!: Position", signed.size AS "size!: Position",
               signed.signed_at AS "signed_at!"
           FROM unnest($1::bigint[]) AS wanted (position)
           CROSS JOIN LATERAL (
               SELECT size, signed_at FROM ledger_checkpoints WHERE size >= wanted.position ORDER BY size LIMIT 1
           ) AS signed"#,
        &numbers
    )
    .fetch_all(ledger.pool())
    .await?;
    Ok(covered)
}
