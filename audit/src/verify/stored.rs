//! What the database says of the ledger beside the events: to be held against them.

use comptoir_ledger::{Position, RecordedEvent, Revision, SignedCheckpoint};
use sqlx::PgPool;
use uuid::Uuid;

/// Where the ledger ends, by three witnesses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    pub(super) head: i64,
    pub(super) horizon: i64,
    /// The newest row; 0 if there is none.
    pub(super) newest: i64,
    /// How many rows stand at positions that are none.
    pub(super) before_start: i64,
}

/// In one statement, and so of one moment.
pub(super) async fn ends(pool: &PgPool) -> Result<Ends, sqlx::Error> {
    sqlx::query_as!(
        Ends,
        r#"SELECT (SELECT position FROM ledger_head) AS "head!", (SELECT position FROM ledger_horizon) AS "horizon!",
               coalesce((SELECT max(position) FROM events), 0) AS "newest!",
               (SELECT count(*) FROM events WHERE position < 1) AS "before_start!""#
    )
    .fetch_one(pool)
    .await
}

/// The stored tree: its size, its peaks one behind the other, and its newest leaf.
#[derive(Debug, Clone)]
pub(super) struct StoredTree {
    pub(super) size: i64,
    pub(super) peaks: Vec<u8>,
    pub(super) newest: Option<Vec<u8>>,
}

pub(super) async fn tree(pool: &PgPool) -> Result<Option<StoredTree>, sqlx::Error> {
    sqlx::query_as!(StoredTree, "SELECT size, peaks, newest FROM ledger_tree")
        .fetch_optional(pool)
        .await
}

/// A stored root of a full subtree: it has 256^level leaves.
#[derive(Debug, Clone)]
pub(super) struct StoredNode {
    pub(super) level: i16,
    pub(super) index: i64,
    pub(super) root: Vec<u8>,
}

pub(super) async fn nodes(
    pool: &PgPool,
    levels: &[i16],
    indexes: &[i64],
) -> Result<Vec<StoredNode>, sqlx::Error> {
    sqlx::query_as!(
        StoredNode,
        "SELECT level, index, root FROM ledger_tree_nodes
         WHERE (level, index) IN (SELECT * FROM unnest($1::smallint[], $2::bigint[]))",
        levels,
        indexes
    )
    .fetch_all(pool)
    .await
}

/// How many stored subtrees reach beyond a size.
pub(super) async fn nodes_beyond(pool: &PgPool, size: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM ledger_tree_nodes
           WHERE (index + 1)::numeric * 256::numeric ^ level > $1::bigint::numeric"#,
        size
    )
    .fetch_one(pool)
    .await
}

/// Where a subscription stands, and the leaf hash that it noted there.
#[derive(Debug, Clone)]
pub(super) struct StoredPlace {
    pub(super) name: String,
    pub(super) position: i64,
    pub(super) leaf_hash: Option<Vec<u8>>,
}

pub(super) async fn places(pool: &PgPool) -> Result<Vec<StoredPlace>, sqlx::Error> {
    sqlx::query_as!(
        StoredPlace,
        "SELECT name, position, leaf_hash FROM subscription_checkpoints ORDER BY position, name"
    )
    .fetch_all(pool)
    .await
}

/// The signed checkpoints behind a size.
pub(super) async fn checkpoints(
    pool: &PgPool,
    after: i64,
    limit: i64,
) -> Result<Vec<SignedCheckpoint>, sqlx::Error> {
    sqlx::query_as!(
        SignedCheckpoint,
        r#"SELECT size AS "size: Position", root, note, signed_at FROM ledger_checkpoints
           WHERE size > $1 ORDER BY size LIMIT $2"#,
        after,
        limit
    )
    .fetch_all(pool)
    .await
}

/// All events of some streams in front of a position, in order.
pub(super) async fn streams_before(
    pool: &PgPool,
    streams: &[String],
    before: i64,
) -> Result<Vec<RecordedEvent>, sqlx::Error> {
    sqlx::query_as!(
        RecordedEvent,
        r#"SELECT position AS "position: Position", stream, revision AS "revision: Revision", event_id, event_type,
               schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
           FROM events WHERE stream = ANY($1) AND position < $2 ORDER BY position"#,
        streams,
        before
    )
    .fetch_all(pool)
    .await
}

/// Some events in front of a position.
pub(super) async fn events_before(
    pool: &PgPool,
    ids: &[Uuid],
    before: i64,
) -> Result<Vec<RecordedEvent>, sqlx::Error> {
    sqlx::query_as!(
        RecordedEvent,
        r#"SELECT position AS "position: Position", stream, revision AS "revision: Revision", event_id, event_type,
               schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
           FROM events WHERE event_id = ANY($1) AND position < $2 ORDER BY position"#,
        ids,
        before
    )
    .fetch_all(pool)
    .await
}

/// The streams of some events.
pub(super) async fn streams_of(pool: &PgPool, positions: &[i64]) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT position, stream FROM events WHERE position = ANY($1)",
        positions
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.position, row.stream)).collect())
}
