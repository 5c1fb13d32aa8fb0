//! Which signed checkpoint covers an event.

use chrono::{DateTime, Utc};
use comptoir_ledger::{Ledger, Position};

use crate::timeline::TimelineError;

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
