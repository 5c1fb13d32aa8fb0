//! Which events belong to an id: positions, for whoever reads the ledger. Every read is one range of the index.

use comptoir_ledger::Position;
use sqlx::PgPool;
use uuid::Uuid;

use crate::listing::QueryError;

/// The positions of the events that are linked to an id, behind `after` and up to `through`, in the order of the ledger.
pub async fn oldest(
    pool: &PgPool,
    subject: Uuid,
    after: Position,
    through: Position,
    limit: i64,
) -> Result<Vec<Position>, QueryError> {
    let positions = sqlx::query_scalar!(
        r#"SELECT position AS "position: Position" FROM read_history.links
           WHERE subject = $1 AND position > $2 AND position <= $3 ORDER BY position LIMIT $4"#,
        subject,
        after.get(),
        through.get(),
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(positions)
}

/// The same from the newest on: those before `before`.
pub async fn newest(
    pool: &PgPool,
    subject: Uuid,
    before: Position,
    limit: i64,
) -> Result<Vec<Position>, QueryError> {
    let positions = sqlx::query_scalar!(
        r#"SELECT position AS "position: Position" FROM read_history.links
           WHERE subject = $1 AND position < $2 ORDER BY position DESC LIMIT $3"#,
        subject,
        before.get(),
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(positions)
}

/// The positions linked to several ids, at most `limit_each` of each, up to `through`.
pub async fn of_several(
    pool: &PgPool,
    subjects: &[Uuid],
    through: Position,
    limit_each: i64,
) -> Result<Vec<Position>, QueryError> {
    let positions = sqlx::query_scalar!(
        r#"SELECT DISTINCT found.position AS "position!: Position"
           FROM unnest($1::uuid[]) AS wanted (subject)
           CROSS JOIN LATERAL (
               SELECT l.position FROM read_history.links l
               WHERE l.subject = wanted.subject AND l.position <= $2 ORDER BY l.position LIMIT $3
           ) AS found
           ORDER BY 1"#,
        subjects,
        through.get(),
        limit_each
    )
    .fetch_all(pool)
    .await?;
    Ok(positions)
}
