//! What an order's events do to the exclusive rights it holds, in the same append.

use chrono::{DateTime, Utc};

use super::rights::{Step, moves};
use crate::order::{OrderEvent, OrderFacts, OrderLine, OrderState};
use crate::product::{ExclusiveReleaseReason, ProductCommand};
use crate::values::{LicenceKind, ProductId};

/// A command to a product, to be decided on its loaded state and appended together with the order's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExclusiveMove {
    /// The product.
    pub product_id: ProductId,
    /// What it is told.
    pub command: ProductCommand,
}

/// The commands to products that go into the same append as an order's new events, one after the other.
/// `before` is the order's state before these events.
pub fn exclusive_moves(before: &OrderState, events: &[OrderEvent]) -> Vec<ExclusiveMove> {
    moves(before, events, |facts, step, at| {
        let lines = facts.lines.iter().filter(|line| is_exclusive(line));
        lines.map(|line| tell(facts, line, step, at)).collect()
    })
}

pub(super) fn is_exclusive(line: &OrderLine) -> bool {
    line.licence_kind == LicenceKind::Exclusive
}

fn tell(facts: &OrderFacts, line: &OrderLine, step: Step, at: DateTime<Utc>) -> ExclusiveMove {
    let (order_id, offer_id) = (facts.order_id, line.offer_id);
    let reason = ExclusiveReleaseReason::NotPaid;
    ExclusiveMove {
        product_id: line.product_id,
        command: match step {
            Step::Reserve => ProductCommand::ReserveExclusive {
                offer_id,
                order_id,
                at,
            },
            Step::Release => ProductCommand::ReleaseExclusive { order_id, reason, at },
            Step::Take => ProductCommand::SellExclusive {
                offer_id,
                order_id,
                at,
            },
        },
    }
}
