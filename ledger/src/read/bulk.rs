//! Reads long stretches of the ledger as fast as PostgreSQL can send them: by binary COPY, on a connection of its own, while
//! the reader works on what came before. The rows are handed over as they came: whoever reads them decides on which thread
//! they become events, and may use the memory of one event again for the next.

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

/// Rows are handed over together as soon as they have so many bytes. Large batches: with each, threads wait for each other, and
/// `verify` asks the database for what it has forgotten.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// How many batches wait for the reader at most.
const BATCHES_AHEAD: usize = 1;
/// What stands in front of the first row of a binary COPY: its signature, flags, and the length of what follows.
const HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What stands behind the last one.
const TRAILER: &[u8] = &[0xff, 0xff];
const COLUMNS: i16 = 10;
/// PostgreSQL counts from here: 2000-01-01, in microseconds since 1970.
const POSTGRES_EPOCH_US: i64 = 946_684_800_000_000;

/// A stretch of the ledger on its way. Dropping it ends the reading.
#[derive(Debug)]
pub struct Bulk {
    batches: mpsc::Receiver<Result<Rows, LedgerError>>,
    reading: JoinHandle<()>,
}

/// Some rows of the ledger, one behind the other, as PostgreSQL has sent them.
#[derive(Debug)]
pub struct Rows {
    bytes: Vec<u8>,
    read: usize,
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
        self.next_rows().await?.map(Rows::into_events).transpose()
    }

    /// The same as rows.
    pub async fn next_rows(&mut self) -> Result<Option<Rows>, LedgerError> {
        self.batches.recv().await.transpose()
    }

    /// The same for a thread that may block.
    pub fn next_rows_blocking(&mut self) -> Result<Option<Rows>, LedgerError> {
        self.batches.blocking_recv().transpose()
    }
}

impl Rows {
    /// Reads the next row into an event, whatever it held before; false, when there is no more.
    pub fn read(&mut self, event: &mut RecordedEvent) -> Result<bool, LedgerError> {
        let mut rest = &self.bytes[self.read..];
        if rest.is_empty() {
            return Ok(false);
        }
        row(&mut rest, event).ok_or_else(|| unreadable("a row is cut off or of another shape"))?;
        self.read = self.bytes.len() - rest.len();
        Ok(true)
    }

    /// All of them.
    fn into_events(mut self) -> Result<Vec<RecordedEvent>, LedgerError> {
        let mut events = Vec::new();
        loop {
            let mut event = RecordedEvent::blank();
            if !self.read(&mut event)? {
                return Ok(events);
            }
            events.push(event);
        }
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
    sender: &mpsc::Sender<Result<Rows, LedgerError>>,
) -> Result<(), LedgerError> {
    let mut chunks = connection.copy_out_raw(statement).await?;
    let (mut bytes, mut is_first) = (Vec::new(), true);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        let mut rows = &chunk[..];
        if std::mem::take(&mut is_first) {
            rows = rows
                .strip_prefix(HEADER)
                .ok_or_else(|| unreadable("it has another header"))?;
        }
        // PostgreSQL sends a row a message.
        if rows == TRAILER {
            continue;
        }
        bytes.extend_from_slice(rows);
        if bytes.len() >= BATCH_BYTES {
            let full = std::mem::replace(&mut bytes, Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 8));
            if sender.send(Ok(Rows { bytes: full, read: 0 })).await.is_err() {
                return Ok(());
            }
        }
    }
    if !bytes.is_empty() {
        // The reader may have lost interest.
        drop(sender.send(Ok(Rows { bytes, read: 0 })).await);
    }
    Ok(())
}

fn unreadable(why: &str) -> LedgerError {
    LedgerError::Database(sqlx::Error::Protocol(format!(
        "the binary COPY cannot be read: {why}"
    )))
}

/// Takes one row off the bytes, into an event; none, where they are no row.
fn row(rest: &mut &[u8], event: &mut RecordedEvent) -> Option<()> {
    if i16::from_be_bytes(take(rest)?) != COLUMNS {
        return None;
    }
    event.position = Position::new(i64::from_be_bytes(column(rest)?));
    text(rest, &mut event.stream)?;
    event.revision = Revision::new(i64::from_be_bytes(column(rest)?));
    event.event_id = Uuid::from_bytes(column(rest)?);
    text(rest, &mut event.event_type)?;
    event.schema_version = i32::from_be_bytes(column(rest)?);
    event.recorded_at = time(i64::from_be_bytes(column(rest)?))?;
    text(rest, &mut event.data)?;
    text(rest, &mut event.metadata)?;
    event.leaf_hash.clear();
    event.leaf_hash.extend_from_slice(field(rest)?);
    Some(())
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

fn text(rest: &mut &[u8], into: &mut String) -> Option<()> {
    into.clear();
    into.push_str(std::str::from_utf8(field(rest)?).ok()?);
    Some(())
}

fn time(postgres_us: i64) -> Option<DateTime<Utc>> {
    let since_1970 = postgres_us.checked_add(POSTGRES_EPOCH_US)?;
    DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::microseconds(since_1970))
}
