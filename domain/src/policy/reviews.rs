//! What follows from an order's events for the reviews that rest on it.

use super::instruction::Instruction;
use crate::order::{OrderEvent, OrderState};

/// What follows from an event of an order for the reviews of what was bought with it. Whether a rating counts follows from how
/// the order stands, and not from the event: whatever has moved money is a reason to look.
pub fn reviews_after_order_event(order: &OrderState, event: &OrderEvent) -> Vec<Instruction> {
    let Some(facts) = order.facts() else { return vec![] };
    match event {
        OrderEvent::RefundSettled(_)
        | OrderEvent::RefundDeclined(_)
        | OrderEvent::Disputed(_)
        | OrderEvent::DisputeChanged(_)
        | OrderEvent::DisputeClosed(_) => vec![Instruction::AlignReviews {
            order_id: facts.order_id,
        }],
        OrderEvent::Placed(_)
        | OrderEvent::PaymentInitiated(_)
        | OrderEvent::PaymentAwaiting(_)
        | OrderEvent::PaymentProcessing(_)
        | OrderEvent::PaymentFailed(_)
        | OrderEvent::Paid(_)
        | OrderEvent::Cancelled(_)
        | OrderEvent::Expired(_)
        | OrderEvent::FlaggedForReview(_)
        | OrderEvent::RefundOpened(_)
        | OrderEvent::DeliveryBegan(_)
        | OrderEvent::WithdrawalDeclared(_)
        | OrderEvent::WithdrawalConfirmed(_) => vec![],
    }
}
