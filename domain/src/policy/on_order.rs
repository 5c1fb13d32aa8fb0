//! What follows from an order's events.

use super::instruction::{Instruction, Notice};
use crate::licence::LicenceGrant;
use crate::order::{OrderEvent, OrderFacts, OrderLine, OrderState};
use crate::values::LicenceId;

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
        OrderEvent::Paid(_) => issue_licences(facts),
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

/// A licence for each unit of each line.
fn issue_licences(facts: &OrderFacts) -> Vec<Instruction> {
    let units_of = |(index, line)| units(line).map(move |unit| grant(facts, index, line, unit));
    (0..)
        .zip(&facts.lines)
        .flat_map(units_of)
        .map(|grant| Instruction::IssueLicence(Box::new(grant)))
        .collect()
}

fn units(line: &OrderLine) -> std::ops::Range<u32> {
    0..line.quantity.get()
}

fn grant(facts: &OrderFacts, index: u32, line: &OrderLine, unit: u32) -> LicenceGrant {
    LicenceGrant {
        licence_id: LicenceId::of_unit(facts.order_id, index, unit),
        order_id: facts.order_id,
        line: index,
        unit,
        buyer_id: facts.buyer_id,
        seller_id: line.seller_id,
        product_id: line.product_id,
        offer_id: line.offer_id,
        title: line.title.clone(),
        kind: line.licence_kind,
        terms_version: line.terms_version.clone(),
        terms_hash: line.terms_hash,
    }
}
