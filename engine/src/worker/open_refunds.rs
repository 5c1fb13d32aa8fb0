//! The refunds of which it is not known how they ended.
//!
//! Refunds are few: the list is kept in memory and made from the ledger, from its start when the process starts and from where
//! it had come to after that. So there is no table that could disagree with the ledger.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use comptoir_domain::Decider;
use comptoir_domain::refund::{Refund, RefundEvent};
use comptoir_domain::values::RefundId;
use comptoir_ledger::{Filter, Ledger, LedgerError, Position, RecordedEvent};

/// How many events are read at once.
const PAGE_EVENTS: usize = 1000;

/// The refunds without an end, and up to where the ledger was read.
#[derive(Debug, Default)]
pub(crate) struct OpenRefunds {
    through: Position,
    last_change: BTreeMap<RefundId, DateTime<Utc>>,
}

impl OpenRefunds {
    /// Reads on to where the horizon is now: it moves on meanwhile, and is not chased.
    pub(super) async fn catch_up(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        let filter = Filter::Category(Refund::NAME.to_owned());
        let horizon = ledger.horizon();
        while self.through < horizon {
            let page = ledger.read_page(self.through, &filter, PAGE_EVENTS).await?;
            for event in &page.events {
                self.apply(event)?;
            }
            self.through = page.through;
        }
        Ok(())
    }

    /// Those that have not changed since `moment`, the oldest id first.
    pub(super) fn unchanged_since(&self, moment: DateTime<Utc>) -> Vec<RefundId> {
        let is_old = |(id, at): (&RefundId, &DateTime<Utc>)| (*at <= moment).then_some(*id);
        self.last_change.iter().filter_map(is_old).collect()
    }

    fn apply(&mut self, event: &RecordedEvent) -> Result<(), LedgerError> {
        let Some(refund_id) = event.aggregate_id().map(RefundId::from_uuid) else {
            return Ok(());
        };
        let decoded = event.decode().map_err(|source| LedgerError::Decode {
            position: event.position,
            source,
        })?;
        match decoded {
            RefundEvent::Requested(_) | RefundEvent::Submitted(_) | RefundEvent::UnderReview(_) => {
                self.last_change.insert(refund_id, event.recorded_at);
            }
            RefundEvent::Refused(_) | RefundEvent::Succeeded(_) | RefundEvent::Failed(_) => {
                self.last_change.remove(&refund_id);
            }
            RefundEvent::FlaggedForReview(_) => {}
        }
        Ok(())
    }
}
