//! One licence from its events alone: the same as its row, without tables. So past states can be shown.

use comptoir_ledger::RecordedEvent;

use super::apply::Batch;
use super::row::LicenceRow;
use crate::runner::{ApplyError, decode};

impl LicenceRow {
    /// The licence as the events of its stream say, from the first one on; none, if there is no event.
    pub fn of_events(events: &[RecordedEvent]) -> Result<Option<Self>, ApplyError> {
        let mut batch = Batch::default();
        for recorded in events {
            batch.apply(recorded, decode(recorded)?)?;
        }
        Ok(batch.rows.into_values().next())
    }
}
