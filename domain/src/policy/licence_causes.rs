//! What an order says about its licences: why those of a line are not live, if they are not.

use std::collections::BTreeMap;

use crate::licence::{Bearing, LicenceCause};
use crate::order::{DisputeOutcome, DisputeStanding, LineBalance, OrderFacts, RefundStanding};
use crate::values::RefundId;

/// Why the licences of each line are not live, by the line's number.
///
/// - All that was paid for the line has gone back: revoked. A part keeps them. What was free goes with the rest of the order.
/// - The buyer withdrew from the line: revoked, whatever becomes of the refund.
/// - A dispute of the payment is open: suspended, for all lines, since nobody knows yet what it will take.
/// - A dispute was lost and nothing of the line's money is left: revoked. If something is left, as after a dispute over a
///   part, they stay.
///
/// It follows from how things stand and not from how they came to, so that whatever is undone, the licences come back.
pub fn licence_causes(order: &OrderFacts) -> Vec<BTreeMap<LicenceCause, Bearing>> {
    let balances = order.balances();
    let all_refunded = !order.received.is_zero()
        && balances
            .iter()
            .all(|line| line.refunded.amount >= line.paid.amount);
    let all_gone = !order.received.is_zero() && balances.iter().all(|line| line.kept.amount <= 0);
    let causes_of = |line: &LineBalance| {
        let was_free = line.paid.is_zero();
        let refunded = if was_free {
            all_refunded
        } else {
            line.refunded.amount >= line.paid.amount
        };
        let gone = if was_free { all_gone } else { line.kept.amount <= 0 };
        let mut causes = BTreeMap::new();
        if refunded && let Some(refund_id) = last_settled(order, line) {
            causes.insert(LicenceCause::Refund { refund_id }, Bearing::Revokes);
        }
        if order.withdrawal.is_withdrawn(line.line) {
            causes.insert(LicenceCause::Withdrawal, Bearing::Revokes);
        }
        for (dispute_id, dispute) in &order.disputes {
            let cause = LicenceCause::Dispute {
                dispute_id: *dispute_id,
            };
            match dispute.standing() {
                DisputeStanding::Open => drop(causes.insert(cause, Bearing::Suspends)),
                DisputeStanding::Closed(DisputeOutcome::Lost) if gone && !refunded => {
                    causes.insert(cause, Bearing::Revokes);
                }
                DisputeStanding::Closed(DisputeOutcome::Lost | DisputeOutcome::Won) => {}
            }
        }
        causes
    };
    balances.iter().map(causes_of).collect()
}

/// The last of the refunds that brought back a line's money; for a free line the last of the order.
fn last_settled(order: &OrderFacts, line: &LineBalance) -> Option<RefundId> {
    let settled = order.refunds.iter().filter(|(_, refund)| match refund.standing {
        RefundStanding::Settled => true,
        RefundStanding::Open | RefundStanding::Declined => false,
    });
    settled
        .filter(|(_, refund)| line.paid.is_zero() || refund.parts.iter().any(|part| part.line == line.line))
        .max_by_key(|(_, refund)| refund.number)
        .map(|(refund_id, _)| *refund_id)
}
