//! Everything that was issued, in the order of the ledger, a page at a time.

use comptoir_engine::UseCaseError;
use comptoir_ledger::{Filter, Ledger, LedgerError, Position, RecordedEvent};
use indicatif::ProgressBar;

use super::super::CliError;

/// How many events are read at a time.
const PAGE_EVENTS: usize = 500;

/// Calls `each` with every event of these types that there is now. The bar shows how far it has come.
pub(super) async fn follow(
    ledger: &Ledger,
    event_types: &[&'static str],
    bar: &ProgressBar,
    mut each: impl AsyncFnMut(RecordedEvent) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let filter = Filter::types(event_types.iter().copied());
    let end = ledger.horizon();
    bar.set_length(end.get().unsigned_abs());
    let mut reached = Position::START;
    while reached < end {
        let page = ledger.read_page(reached, &filter, PAGE_EVENTS).await;
        let page = page.map_err(UseCaseError::from)?;
        reached = page.through;
        for event in page.events {
            if event.position > end {
                break;
            }
            each(event).await?;
        }
        bar.set_position(reached.get().unsigned_abs());
    }
    Ok(())
}

/// An event, read.
pub(super) fn decode<E: comptoir_domain::DomainEvent>(event: &RecordedEvent) -> Result<E, CliError> {
    let decoded = event.decode().map_err(|source| LedgerError::Decode {
        position: event.position,
        source,
    });
    Ok(decoded.map_err(UseCaseError::from)?)
}
