//! What follows from an order's events.

use super::instruction::{Instruction, Notice};
use super::licences::licences_after;
use crate::order::{OrderEvent, OrderState};

/// What follows from an event of an order. `order` is its state at that event or any later one: what the instructions
/// take from it never changes.
pub fn on_order_event(order: &OrderState, event: &OrderEvent) -> Vec<Instruction> {
    let Some(facts) = order.facts() else { return vec![] };
    match event {
        // An order without anything to pay is paid already.
        OrderEvent::Placed(placed) if placed.total.is_zero() => vec![],
        OrderEvent::Placed(placed) => vec![Instruction::CallCreatePayment {
            order_id: placed.order_id,
            payment_id: placed.payment_id,
            amount: placed.total,
        }],
        OrderEvent::Paid(_) => licences_after(facts),
        OrderEvent::FlaggedForReview(_) => {
            let (order_id, status) = (facts.order_id, order.status());
            vec![Instruction::Report(Notice::OrderNeedsReview { order_id, status })]
        }
        OrderEvent::RefundOpened(opened) => vec![Instruction::RequestRefund {
            refund_id: opened.refund_id,
            order_id: facts.order_id,
            payment_id: facts.payment_id,
            amount: opened.amount,
            reason: opened.reason,
        }],
        OrderEvent::PaymentInitiated(_)
        | OrderEvent::PaymentAwaiting(_)
        | OrderEvent::PaymentProcessing(_)
        | OrderEvent::PaymentFailed(_)
        | OrderEvent::Cancelled(_)
        | OrderEvent::Expired(_)
        | OrderEvent::RefundSettled(_)
        | OrderEvent::RefundDeclined(_) => vec![],
    }
}
