//! The statements of the append connection.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;
use uuid::Uuid;

use super::batch::{Batch, Lone};
use crate::leaf::Leaf;

/// The newest position given out, as the head row has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) position: i64,
    pub(super) fence: i64,
    pub(super) recorded_at: DateTime<Utc>,
}

/// When a batch reaches the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// With its own commit, which moves the horizon too: one round trip, and the head stays locked meanwhile.
    Immediate,
    /// With the next flush.
    Deferred,
}

/// What the append statement did.
#[derive(Debug)]
pub(super) struct Recorded {
    /// The head after it.
    pub(super) head: Head,
    /// The head before it: its first event stands one behind.
    pub(super) first_position: i64,
    /// The revision of each expectation's stream before it; -1: none.
    pub(super) revisions: Vec<i64>,
    /// The appends that were refused, by their place in the batch.
    pub(super) refused: HashMap<usize, Reason>,
    /// A moment before the statement was sent.
    pub(super) decided_after: Instant,
}

/// Why the statement refused an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    IdempotencyKeyUsed,
    DuplicateEventId,
    WrongExpectedRevision,
}

/// Where an event was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) position: i64,
    pub(super) stream: String,
    pub(super) revision: i64,
    pub(super) recorded_at: DateTime<Utc>,
}

pub(super) async fn read_head(connection: &mut PgConnection) -> Result<Head, sqlx::Error> {
    sqlx::query_as!(Head, "SELECT position, fence, recorded_at FROM ledger_head")
        .fetch_one(connection)
        .await
}

/// Turns away whatever statement still carries the old fence, and waits for one that holds the head's lock.
pub(super) async fn raise_fence(connection: &mut PgConnection) -> Result<Head, sqlx::Error> {
    sqlx::query_as!(
        Head,
        "UPDATE ledger_head SET fence = fence + 1 RETURNING position, fence, recorded_at"
    )
    .fetch_one(connection)
    .await
}

/// The events of this list that the ledger holds.
pub(super) async fn look_up(
    connection: &mut PgConnection,
    event_ids: &[Uuid],
) -> Result<HashMap<Uuid, Found>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT event_id, position, stream, revision, recorded_at FROM events WHERE event_id = ANY($1)",
        event_ids
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            (
                row.event_id,
                Found {
                    position: row.position,
                    stream: row.stream,
                    revision: row.revision,
                    recorded_at: row.recorded_at,
                },
            )
        })
        .collect())
}

/// Records the batch behind the head as another node has left it, holding the head's lock meanwhile. Says also what
/// that head was.
pub(super) async fn record_locked(
    connection: &mut PgConnection,
    batch: &Batch,
    now: DateTime<Utc>,
) -> Result<(Head, Recorded), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let head = sqlx::query_as!(
        Head,
        "SELECT position, fence, recorded_at FROM ledger_head FOR UPDATE"
    )
    .fetch_one(&mut *transaction)
    .await?;
    let recorded = record(&mut transaction, batch, head, now, Durability::Deferred)
        .await?
        .ok_or(sqlx::Error::RowNotFound)?;
    transaction.commit().await?;
    Ok((head, recorded))
}

/// Records one event by the short statement, on disk when it returns; `None`, if it is not that simple.
pub(super) async fn record_lone(
    connection: &mut PgConnection,
    lone: &Lone<'_>,
    head: Head,
    now: DateTime<Utc>,
) -> Result<Option<Recorded>, sqlx::Error> {
    let decided_after = Instant::now();
    let recorded_at = now.max(head.recorded_at);
    let Lone {
        metadata,
        stream,
        revision_before,
        event,
    } = *lone;
    let leaf = Leaf {
        position: head.position + 1,
        stream,
        revision: revision_before + 1,
        event_id: event.event_id,
        event_type: &event.event_type,
        schema_version: event.schema_version,
        recorded_at,
        data: &event.data,
        metadata,
    };
    let position = sqlx::query_file_scalar!(
        "sql/append_lone.sql",
        head.position,
        head.fence,
        recorded_at,
        stream,
        revision_before,
        event.event_id,
        &event.event_type,
        event.schema_version,
        &event.data,
        metadata,
        &leaf.hash()[..],
    )
    .fetch_optional(connection)
    .await?;
    Ok(position.map(|position| Recorded {
        head: Head {
            position,
            fence: head.fence,
            recorded_at,
        },
        first_position: head.position,
        revisions: vec![revision_before],
        decided_after,
        refused: HashMap::new(),
    }))
}

/// Records the batch behind `head`; `None`, if the head is elsewhere by now.
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
    let row = sqlx::query_file!(
        "sql/append.sql",
        head.position,
        head.fence,
        recorded_at,
        &columns.expectation_append,
        &columns.expectation_stream as &[&str],
        &columns.expected,
        &columns.key_append,
        &columns.key_scope as &[&str],
        &columns.key as &[&str],
        &columns.key_fingerprint as &[&[u8]],
        &columns.key_answer as &[&str],
        &columns.append,
        &columns.expectation,
        &columns.revision_offset,
        &columns.stream as &[&str],
        &columns.event_id,
        &columns.event_type as &[&str],
        &columns.schema_version,
        &columns.data as &[&str],
        &columns.metadata as &[&str],
        &columns.assumed_revision,
        &columns.leaf_hash as &[[u8; 32]],
        durability == Durability::Immediate,
    )
    .fetch_one(connection)
    .await?;
    let Some(position) = row.head else { return Ok(None) };
    let refused = reasons(row.refused.unwrap_or_default(), row.reasons.unwrap_or_default());
    let head_after = Head {
        position,
        fence: head.fence,
        recorded_at,
    };
    Ok(Some(Recorded {
        head: head_after,
        first_position: head.position,
        revisions: row.revisions,
        refused,
        decided_after,
    }))
}

fn reasons(appends: Vec<i32>, codes: Vec<i32>) -> HashMap<usize, Reason> {
    let mut refused = HashMap::with_capacity(appends.len());
    for (append, code) in appends.into_iter().zip(codes) {
        let reason = match code {
            1 => Reason::WrongExpectedRevision,
            2 => Reason::IdempotencyKeyUsed,
            _ => Reason::DuplicateEventId,
        };
        let append = usize::try_from(append).unwrap_or_default();
        refused
            .entry(append)
            .and_modify(|known: &mut Reason| *known = (*known).min(reason))
            .or_insert(reason);
    }
    refused
}

/// The batch as the statement's arrays.
#[derive(Default)]
struct Columns<'a> {
    expectation_append: Vec<i32>,
    expectation_stream: Vec<&'a str>,
    expected: Vec<i64>,
    key_append: Vec<i32>,
    key_scope: Vec<&'a str>,
    key: Vec<&'a str>,
    key_fingerprint: Vec<&'a [u8]>,
    key_answer: Vec<&'a str>,
    append: Vec<i32>,
    expectation: Vec<i32>,
    revision_offset: Vec<i32>,
    stream: Vec<&'a str>,
    event_id: Vec<Uuid>,
    event_type: Vec<&'a str>,
    schema_version: Vec<i32>,
    data: Vec<&'a str>,
    metadata: Vec<&'a str>,
    assumed_revision: Vec<i64>,
    leaf_hash: Vec<[u8; 32]>,
}

impl<'a> Columns<'a> {
    fn of(batch: &'a Batch, head: i64, recorded_at: DateTime<Utc>) -> Self {
        let mut columns = Self::default();
        let mut position = head;
        for (number, waiting) in (0..).zip(&batch.appends) {
            let append = &waiting.append;
            for write in &append.writes {
                columns.expectation_append.push(number);
                columns.expectation_stream.push(write.stream.as_str());
                columns.expected.push(write.expected.code());
                let expectation = i32::try_from(columns.expected.len()).unwrap_or(i32::MAX);
                for (offset, event) in (1..).zip(&write.events) {
                    position += 1;
                    let revision = write.expected.assumed() + i64::from(offset);
                    let leaf = append.leaf(write, event, revision, position, recorded_at);
                    columns.append.push(number);
                    columns.expectation.push(expectation);
                    columns.revision_offset.push(offset);
                    columns.push(leaf);
                }
            }
            if let Some(idempotency) = &append.idempotency {
                columns.key_append.push(number);
                columns.key_scope.push(&idempotency.scope);
                columns.key.push(&idempotency.key);
                columns.key_fingerprint.push(&idempotency.fingerprint);
                columns.key_answer.push(&idempotency.answer);
            }
        }
        columns
    }

    fn push(&mut self, leaf: Leaf<'a>) {
        self.stream.push(leaf.stream);
        self.event_id.push(leaf.event_id);
        self.event_type.push(leaf.event_type);
        self.schema_version.push(leaf.schema_version);
        self.data.push(leaf.data);
        self.metadata.push(leaf.metadata);
        self.assumed_revision.push(leaf.revision);
        self.leaf_hash.push(leaf.hash());
    }
}
