//! What follows from a refund's events.

use super::instruction::{Instruction, Notice};
use crate::refund::{RefundEvent, RefundState};

/// What follows from an event of a refund. `refund` is its state at that event or any later one: what the instructions
/// take from it never changes.
pub fn on_refund_event(refund: &RefundState, event: &RefundEvent) -> Vec<Instruction> {
    let Some(facts) = refund.facts() else {
        return vec![];
    };
    let (refund_id, order_id) = (facts.refund_id, facts.order_id);
    match event {
        RefundEvent::Requested(requested) => vec![Instruction::SubmitRefund {
            refund_id,
            payment_id: requested.payment_id,
            amount: requested.amount,
            reason: requested.reason,
        }],
        RefundEvent::Succeeded(succeeded) => {
            let provider_updated = succeeded.provider_updated;
            vec![Instruction::SettleOrderRefund {
                order_id,
                refund_id,
                provider_updated,
                source: succeeded.source,
            }]
        }
        // There is no word of the provider to date it by: any that comes after all is newer than the request.
        RefundEvent::Refused(refused) => vec![
            Instruction::DeclineOrderRefund {
                order_id,
                refund_id,
                code: refused.code.clone(),
                provider_updated: facts.requested_at,
            },
            Instruction::Report(Notice::RefundFailed { refund_id }),
        ],
        RefundEvent::Failed(failed) => {
            let (code, provider_updated) = (failed.code.clone(), failed.provider_updated);
            vec![
                Instruction::DeclineOrderRefund {
                    order_id,
                    refund_id,
                    code,
                    provider_updated,
                },
                Instruction::Report(Notice::RefundFailed { refund_id }),
            ]
        }
        RefundEvent::FlaggedForReview(flagged) => vec![
            Instruction::FlagOrderRefund {
                order_id,
                refund_id,
                reported: flagged.reported,
                provider_updated: flagged.provider_updated,
                source: flagged.source,
            },
            Instruction::Report(Notice::RefundNeedsReview { refund_id }),
        ],
        RefundEvent::Submitted(_) | RefundEvent::UnderReview(_) => vec![],
    }
}
