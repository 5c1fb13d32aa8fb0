//! Reads long stretches of the ledger as fast as PostgreSQL can send them: by binary COPY, on a connection of its own, while
//! the reader works on what came before.

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use sqlx::PgConnection;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::page::Filter;
use crate::connection::{Purpose, connect};
use crate::event::RecordedEvent;
use crate::ledger::{Ledger, LedgerError};
use crate::names::{Position, Revision};

/// How many events are handed over together.
const BATCH_EVENTS: usize = 1_000;
/// The most payload in one batch, in bytes, unless a single event has more.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// How many batches wait for the reader at most.
const BATCHES_AHEAD: usize = 3;
/// What stands in front of the first row of a binary COPY: its signature, flags, and the length of what follows.
const HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const COLUMNS: i16 = 10;
/// PostgreSQL counts from here: 2000-01-01, in microseconds since 1970.
const POSTGRES_EPOCH_US: i64 = 946_684_800_000_000;

/// A stretch of the ledger on its way. Dropping it ends the reading.
#[derive(Debug)]
pub struct Bulk {
    batches: mpsc::Receiver<Result<Vec<RecordedEvent>, LedgerError>>,
    reading: JoinHandle<()>,
}

impl Ledger {
    /// All events behind `after` up to `through`, or up to the horizon where that comes first, in order. For long
    /// stretches: it costs a connection, and then far less for each event than pages do.
    pub fn read_bulk(&self, after: Position, through: Position, filter: &Filter) -> Bulk {
        let options = self.pool().connect_options();
        let (sender, batches) = mpsc::channel(BATCHES_AHEAD);
        let statement = statement(after, through.min(self.horizon()), filter);
        let reading = tokio::spawn(async move {
            let read = async {
                let mut connection = connect(&options, Purpose::Bulk).await?;
                copy(&mut connection, &statement, &sender).await
            };
            if let Err(error) = read.await {
                // The reader may have lost interest.
                drop(sender.send(Err(error)).await);
            }
        });
        Bulk { batches, reading }
    }
}

impl Bulk {
    /// The next events, at least one of them; none, when the end is reached.
    pub async fn next(&mut self) -> Result<Option<Vec<RecordedEvent>>, LedgerError> {
        self.batches.recv().await.transpose()
    }

    /// The same for a thread that may block.
    pub fn next_blocking(&mut self) -> Result<Option<Vec<RecordedEvent>>, LedgerError> {
        self.batches.blocking_recv().transpose()
    }
}

impl Drop for Bulk {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// COPY takes no parameters. Numbers need no quotes, and names are quoted.
fn statement(after: Position, through: Position, filter: &Filter) -> String {
    let condition = match filter {
        Filter::All => String::new(),
        Filter::Category(category) => format!(" AND split_part(stream, '-', 1) = {}", quoted(category)),
        Filter::Types(types) => {
            let types: Vec<String> = types.iter().map(|name| quoted(name)).collect();
            format!(" AND event_type = ANY(ARRAY[{}]::text[])", types.join(", "))
        }
    };
    format!(
        "COPY (SELECT position, stream, revision, event_id, event_type, schema_version, recorded_at, data, metadata, \
         leaf_hash FROM events WHERE position > {after} AND position <= {through}{condition} ORDER BY position) \
         TO STDOUT (FORMAT binary)"
    )
}

/// A string of SQL, in the form in which a backslash means itself or not whatever the settings say.
fn quoted(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

async fn copy(
    connection: &mut PgConnection,
    statement: &str,
    sender: &mpsc::Sender<Result<Vec<RecordedEvent>, LedgerError>>,
) -> Result<(), LedgerError> {
    let mut chunks = connection.copy_out_raw(statement).await?;
    let (mut batch, mut bytes, mut is_first) = (Vec::with_capacity(BATCH_EVENTS), 0, true);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        let mut rest = &chunk[..];
        if std::mem::take(&mut is_first) {
            rest = rest
                .strip_prefix(HEADER)
                .ok_or_else(|| unreadable("it has another header"))?;
        }
        while let Some(event) =
            row(&mut rest).ok_or_else(|| unreadable("a row is cut off or of another shape"))?
        {
            bytes += event.data.len() + event.metadata.len();
            batch.push(event);
            if batch.len() >= BATCH_EVENTS || bytes >= BATCH_BYTES {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH_EVENTS));
                if sender.send(Ok(full)).await.is_err() {
                    return Ok(());
                }
                bytes = 0;
            }
        }
    }
    if !batch.is_empty() {
        // The reader may have lost interest.
        drop(sender.send(Ok(batch)).await);
    }
    Ok(())
}

fn unreadable(why: &str) -> LedgerError {
    LedgerError::Database(sqlx::Error::Protocol(format!(
        "the binary COPY cannot be read: {why}"
    )))
}

/// Takes one row off the bytes: `Some(None)` at their end or at the end of the COPY, none where they are no row.
#[expect(
    clippy::option_option,
    reason = "outside: whether it could be read; inside: whether there is one"
)]
fn row(rest: &mut &[u8]) -> Option<Option<RecordedEvent>> {
    if rest.is_empty() {
        return Some(None);
    }
    match i16::from_be_bytes(take(rest)?) {
        COLUMNS => {}
        // The trailer.
        -1 => return rest.is_empty().then_some(None),
        _ => return None,
    }
    let event = RecordedEvent {
        position: Position::new(i64::from_be_bytes(column(rest)?)),
        stream: text(rest)?,
        revision: Revision::new(i64::from_be_bytes(column(rest)?)),
        event_id: Uuid::from_bytes(column(rest)?),
        event_type: text(rest)?,
        schema_version: i32::from_be_bytes(column(rest)?),
        recorded_at: time(i64::from_be_bytes(column(rest)?))?,
        data: text(rest)?,
        metadata: text(rest)?,
        leaf_hash: field(rest)?.to_vec(),
    };
    Some(Some(event))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(*taken)
}

/// The bytes of a column, which is never NULL here.
fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(i32::from_be_bytes(take(rest)?)).ok()?;
    let (taken, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(taken)
}

fn column<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    field(rest)?.try_into().ok()
}

fn text(rest: &mut &[u8]) -> Option<String> {
    std::str::from_utf8(field(rest)?).ok().map(str::to_owned)
}

fn time(postgres_us: i64) -> Option<DateTime<Utc>> {
    let since_1970 = postgres_us.checked_add(POSTGRES_EPOCH_US)?;
    DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::microseconds(since_1970))
}
