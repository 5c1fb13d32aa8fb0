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
        OrderEvent::Paid(_) => {
            let mut instructions = licences_after(facts);
            // A dispute may be heard of before the payment is, and something of a licence that is upgraded just after it.
            if !facts.disputes.is_empty() || facts.upgrades().next().is_some() {
                instructions.extend(align_licences(order));
            }
            instructions
        }
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
        | OrderEvent::DeliveryBegan(_)
        | OrderEvent::WithdrawalDeclared(_) => vec![],
        OrderEvent::Disputed(disputed) => {
            let (order_id, dispute_id) = (facts.order_id, disputed.word.dispute_id);
            let notice = Instruction::Report(Notice::Disputed { order_id, dispute_id });
            align_licences(order).into_iter().chain([notice]).collect()
        }
        OrderEvent::RefundSettled(_)
        | OrderEvent::RefundDeclined(_)
        | OrderEvent::DisputeChanged(_)
        | OrderEvent::DisputeClosed(_)
        | OrderEvent::WithdrawalConfirmed(_) => align_licences(order).into_iter().collect(),
    }
}

/// What follows from an event of an order for its refunds at the provider, which takes one of a payment at a time and none
/// while it is disputed: when one has ended, or a dispute has, the next one's turn comes.
pub fn refunds_after_order_event(order: &OrderState, event: &OrderEvent) -> Vec<Instruction> {
    let Some(facts) = order.facts() else { return vec![] };
    match event {
        OrderEvent::RefundSettled(_) | OrderEvent::RefundDeclined(_) | OrderEvent::DisputeClosed(_) => {
            vec![Instruction::SubmitRefundInTurn {
                order_id: facts.order_id,
            }]
        }
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
        | OrderEvent::Disputed(_)
        | OrderEvent::DisputeChanged(_)
        | OrderEvent::DeliveryBegan(_)
        | OrderEvent::WithdrawalDeclared(_)
        | OrderEvent::WithdrawalConfirmed(_) => vec![],
    }
}

/// Only a paid order has licences.
fn align_licences(order: &OrderState) -> Option<Instruction> {
    match order {
        OrderState::Paid(facts) => Some(Instruction::AlignLicences {
            order_id: facts.order_id,
        }),
        OrderState::Absent
        | OrderState::AwaitingPayment(_)
        | OrderState::Processing(_)
        | OrderState::PaymentFailed(_)
        | OrderState::Cancelled(_)
        | OrderState::Expired(_) => None,
    }
}
