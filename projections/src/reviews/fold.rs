//! Ratings from events alone: the same as the sums that are kept, without tables. So past states can be shown.

use std::collections::BTreeMap;

use comptoir_domain::values::RatingSummary;
use comptoir_ledger::RecordedEvent;

use super::apply::{Moves, apply_one};
use crate::runner::{ApplyError, decode};

/// What the ratings of some reviews say together, as the events of their streams say: all of one product, each stream from its
/// first event on.
pub fn ratings_of_events(events: &[RecordedEvent]) -> Result<RatingSummary, ApplyError> {
    let mut rows = BTreeMap::new();
    for recorded in events {
        apply_one(&mut rows, recorded, decode(recorded)?)?;
    }
    let mut moves = Moves::default();
    for row in rows.values() {
        moves.add(&row.view, 1);
    }
    let counts = moves.0.into_values().next().unwrap_or_default();
    Ok(RatingSummary::of_counts(
        counts.map(|count| u32::try_from(count).unwrap_or_default()),
    ))
}
