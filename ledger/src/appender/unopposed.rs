//! The statement for a batch in which everybody is thought to get what they ask for: most batches are of that kind.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tokio::time::Instant;
use uuid::Uuid;

use super::batch::Batch;
use super::statement::{Durability, Head, Recorded};
use crate::names::ExpectedRevision;

/// SQLSTATE of a unique index that is in the way.
const UNIQUE_VIOLATION: &str = "23505";

impl Batch {
    /// Whether every expectation in it names the revision that it wants to find.
    pub(super) fn names_revisions(&self) -> bool {
        let mut writes = self.appends.iter().flat_map(|waiting| &waiting.append.writes);
        writes.all(|write| match write.expected {
            ExpectedRevision::NoStream | ExpectedRevision::Exact(_) => true,
            ExpectedRevision::Any | ExpectedRevision::StreamExists => false,
        })
    }
}

/// Records the batch behind `head`; `None`, with nothing recorded, if somebody in it is to be refused or the head is
/// elsewhere by now.
pub(super) async fn record(
    connection: &mut PgConnection,
    batch: &Batch,
    head: Head,
    now: DateTime<Utc>,
    durability: Durability,
) -> Result<Option<Recorded>, sqlx::Error> {
    let decided_after = Instant::now();
    let recorded_at = now.max(head.recorded_at);
    let columns = Columns::of(batch, head.position, recorded_at);
    let outcome = sqlx::query_file!(
        "sql/append_unopposed.sql",
        head.position,
        head.fence,
        recorded_at,
        &columns.looked_up_stream as &[&str],
        &columns.looked_up_revision,
        &columns.key_scope as &[&str],
        &columns.key as &[&str],
        &columns.key_fingerprint as &[&[u8]],
        &columns.key_answer as &[&str],
        &columns.key_position,
        &columns.stream as &[&str],
        &columns.revision,
        &columns.event_id,
        &columns.event_type as &[&str],
        &columns.schema_version,
        &columns.data as &[&str],
        &columns.metadata as &[&str],
        &columns.leaf_hash as &[[u8; 32]],
        durability == Durability::Immediate,
    )
    .execute(connection)
    .await;
    match outcome {
        Ok(done) if done.rows_affected() == 0 => Ok(None),
        Ok(_) => Ok(Some(Recorded {
            head: Head {
                position: head.position + i64::try_from(columns.event_id.len()).unwrap_or(i64::MAX),
                fence: head.fence,
                recorded_at,
            },
            first_position: head.position,
            revisions: columns.revision_before,
            refused: HashMap::new(),
            decided_after,
        })),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(UNIQUE_VIOLATION) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The batch as the statement's arrays.
#[derive(Default)]
struct Columns<'a> {
    looked_up_stream: Vec<&'a str>,
    looked_up_revision: Vec<i64>,
    key_scope: Vec<&'a str>,
    key: Vec<&'a str>,
    key_fingerprint: Vec<&'a [u8]>,
    key_answer: Vec<&'a str>,
    key_position: Vec<i64>,
    stream: Vec<&'a str>,
    revision: Vec<i64>,
    event_id: Vec<Uuid>,
    event_type: Vec<&'a str>,
    schema_version: Vec<i32>,
    data: Vec<&'a str>,
    metadata: Vec<&'a str>,
    leaf_hash: Vec<[u8; 32]>,
    /// The revision of each expectation's stream before it, for the answers; -1: none.
    revision_before: Vec<i64>,
}

impl<'a> Columns<'a> {
    fn of(batch: &'a Batch, head: i64, recorded_at: DateTime<Utc>) -> Self {
        let mut columns = Self::default();
        let mut position = head;
        for waiting in &batch.appends {
            let append = &waiting.append;
            for write in &append.writes {
                let before = write.expected.assumed();
                columns.revision_before.push(before);
                // A new stream's first event meets the unique index if the stream is there.
                if before >= 0 || write.events.is_empty() {
                    columns.looked_up_stream.push(write.stream.as_str());
                    columns.looked_up_revision.push(before);
                }
                for (revision, event) in (before + 1..).zip(&write.events) {
                    position += 1;
                    let leaf = append.leaf(write, event, revision, position, recorded_at);
                    columns.stream.push(leaf.stream);
                    columns.revision.push(revision);
                    columns.event_id.push(leaf.event_id);
                    columns.event_type.push(leaf.event_type);
                    columns.schema_version.push(leaf.schema_version);
                    columns.data.push(leaf.data);
                    columns.metadata.push(leaf.metadata);
                    columns.leaf_hash.push(leaf.hash());
                }
            }
            if let Some(idempotency) = &append.idempotency {
                columns.key_scope.push(&idempotency.scope);
                columns.key.push(&idempotency.key);
                columns.key_fingerprint.push(&idempotency.fingerprint);
                columns.key_answer.push(&idempotency.answer);
                columns.key_position.push(position);
            }
        }
        columns
    }
}
