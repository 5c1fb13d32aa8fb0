//! Copies events byte for byte: what a binary COPY gives is what a binary COPY takes.

use comptoir_ledger::{Filter, Ledger, Position};
use futures::StreamExt as _;
use sqlx::{PgConnection, PgPool};

use super::error::ReplayError;

/// So many events are copied in one transaction: what is lost when it breaks off.
const CHUNK_EVENTS: i64 = 50_000;
/// Rows are handed on in pieces of about this many bytes.
const PIECE_BYTES: usize = 256 * 1024;
const COLUMNS: &str = "position, stream, revision, event_id, event_type, schema_version, recorded_at, data, metadata, leaf_hash";

/// Copies what the target does not have yet, and says how many events that were.
pub(super) async fn copy_events(
    source: &Ledger,
    target: &PgPool,
    through: Position,
    mut progress: impl FnMut(Position),
) -> Result<u64, ReplayError> {
    let mut reached = newest(target).await?;
    same_history(source, target, reached).await?;
    let (mut from, mut into) = (source.pool().acquire().await?, target.acquire().await?);
    let mut copied = 0;
    while reached < through {
        let end = Position::new(reached.get() + CHUNK_EVENTS).min(through);
        let rows = copy_chunk(&mut from, &mut into, reached, end).await?;
        if i64::try_from(rows) != Ok(end.get() - reached.get()) {
            return Err(ReplayError::Unsound { after: reached });
        }
        copied += rows;
        reached = end;
        progress(reached);
    }
    Ok(copied)
}

async fn newest(target: &PgPool) -> Result<Position, sqlx::Error> {
    let newest = sqlx::query_scalar!(r#"SELECT coalesce(max(position), 0) AS "position!" FROM events"#)
        .fetch_one(target)
        .await?;
    Ok(Position::new(newest))
}

/// What an earlier attempt has copied is still what the source has.
async fn same_history(source: &Ledger, target: &PgPool, reached: Position) -> Result<(), ReplayError> {
    if reached == Position::START {
        return Ok(());
    }
    let copied = sqlx::query_scalar!("SELECT leaf_hash FROM events WHERE position = $1", reached.get())
        .fetch_one(target)
        .await?;
    let page = source
        .read_page(Position::new(reached.get() - 1), &Filter::All, 1)
        .await?;
    match page.events.first() {
        Some(event) if event.leaf_hash == copied => Ok(()),
        Some(_) | None => Err(ReplayError::LedgerChanged { position: reached }),
    }
}

/// COPY takes no parameters, so the statements are put together at run time: of constants and of numbers.
async fn copy_chunk(
    from: &mut PgConnection,
    into: &mut PgConnection,
    after: Position,
    through: Position,
) -> Result<u64, ReplayError> {
    let read = format!(
        "COPY (SELECT {COLUMNS} FROM events WHERE position > {after} AND position <= {through} ORDER BY position) \
         TO STDOUT (FORMAT binary)"
    );
    let write = format!("COPY events ({COLUMNS}) FROM STDIN (FORMAT binary)");
    let mut rows = from.copy_out_raw(&read).await?;
    let mut taking = into.copy_in_raw(&write).await?;
    let mut piece: Vec<u8> = Vec::with_capacity(2 * PIECE_BYTES);
    while let Some(row) = rows.next().await {
        piece.extend_from_slice(&row?);
        if piece.len() >= PIECE_BYTES {
            taking.send(piece.as_slice()).await?;
            piece.clear();
        }
    }
    taking.send(piece.as_slice()).await?;
    Ok(taking.finish().await?)
}
