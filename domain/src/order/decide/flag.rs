//! Something that a human must look at.

use chrono::{DateTime, Utc};

use crate::order::event::{OrderEvent, OrderFlaggedForReview};
use crate::order::report::{PaymentStatus, ReportSource};
use crate::order::state::{OrderFacts, ReviewFlag};
use crate::values::Money;

/// What the provider said of the payment or of a refund of it, when, and how we learnt of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    pub(super) status: PaymentStatus,
    pub(super) updated: DateTime<Utc>,
    pub(super) source: ReportSource,
}

impl OrderFacts {
    /// The same thing is flagged once.
    pub(super) fn flagged_once(
        &self,
        flag: ReviewFlag,
        expected: Money,
        said: Said,
        at: DateTime<Utc>,
    ) -> Vec<OrderEvent> {
        if self.flags.contains(&flag) {
            return vec![];
        }
        let flagged = OrderFlaggedForReview {
            reason: flag.reason,
            expected,
            received: flag.received,
            provider_status: said.status,
            provider_updated: said.updated,
            source: said.source,
            at,
        };
        vec![flagged.into()]
    }
}
