//! An export to a pipe: text, without a folder and without a manifest.

use std::io::{ErrorKind, Write};

use comptoir_ledger::{Bulk, Ledger, RecordedEvent};

use super::error::ExportError;
use super::request::{Asked, ExportOpened, Format, RecordExport};
use super::run::Progress;
use super::text::{TextEncoder, TextFormat};

/// Exports to `out`, and says how many events that were. A reader that goes away before the end ends the export, and is no
/// error: it has what it wanted.
pub async fn export_to(
    ledger: &Ledger,
    out: impl Write + Send + 'static,
    asked: &Asked,
    recorder: &impl RecordExport,
    progress: impl FnMut(Progress) + Send + 'static,
) -> Result<u64, ExportError> {
    let format = match asked.format {
        Format::Jsonl => TextFormat::JsonLines,
        Format::Csv => TextFormat::Csv,
        Format::Parquet => return Err(ExportError::ParquetToPipe),
    };
    let range = asked.range(ledger).await?;
    recorder.record(&ExportOpened { asked, range }).await?;
    let bulk = ledger.read_bulk(range.after, range.through, &asked.filter());
    let mut told = progress;
    let progress = move |reached: i64| {
        let done = (reached - range.after.get()).unsigned_abs();
        told(Progress {
            done,
            positions: range.positions(),
        });
    };
    tokio::task::spawn_blocking(move || write(bulk, out, format, progress))
        .await
        .map_err(|error| ExportError::Pipe(std::io::Error::other(error)))?
}

fn write(
    mut bulk: Bulk,
    mut out: impl Write,
    format: TextFormat,
    mut progress: impl FnMut(i64),
) -> Result<u64, ExportError> {
    let mut encoder = TextEncoder::new(format);
    let mut lines = encoder.header().as_bytes().to_vec();
    let (mut event, mut events) = (RecordedEvent::blank(), 0);
    loop {
        match out.write_all(&lines) {
            Ok(()) => lines.clear(),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(events),
            Err(error) => return Err(ExportError::Pipe(error)),
        }
        let Some(mut rows) = bulk.next_rows_blocking()? else {
            break;
        };
        while rows.read(&mut event)? {
            encoder.line(&event, &mut lines);
            events += 1;
        }
        progress(event.position.get());
    }
    out.flush().map_err(ExportError::Pipe)?;
    Ok(events)
}
