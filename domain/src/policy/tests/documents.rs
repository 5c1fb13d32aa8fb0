//! What follows for invoices and credit notes.

use super::super::*;
use crate::decider::Decider as _;
use crate::order::{Availability, Order, OrderEvent, OrderPaid, OrderState, PaymentStatus};
use crate::testing::samples::documents::seller_id;
use crate::testing::samples::events;
use crate::testing::samples::*;
use crate::values::RefundId;

fn paid() -> OrderState {
    Order::replay(&[events::order_placed().into(), events::order_paid().into()])
}

fn follows(order: &OrderState) -> Vec<DocumentInstruction> {
    let events = events::order();
    events
        .iter()
        .flat_map(|event| documents_after_order_event(order, event))
        .collect()
}

#[test]
fn payment_refund_and_failed_refund_bring_about_documents() {
    let (order_id, refund_id) = (order_id(), RefundId::of_late_payment(order_id()));
    let expected = [
        DocumentInstruction::IssueInvoices { order_id },
        DocumentInstruction::IssueCreditNotes { order_id, refund_id },
        DocumentInstruction::ReissueAfterUndoneRefund { order_id, refund_id },
    ];
    assert_eq!(follows(&paid()), expected);
}

#[test]
fn nothing_follows_of_an_order_that_is_not_paid() {
    assert_eq!(follows(&OrderState::Absent), []);
    let open = Order::replay(&placed_order());
    assert_eq!(follows(&open), []);
}

/// The money came too late, something in the order was gone, and it went back by itself.
#[test]
fn late_money_that_went_back_leaves_no_document() {
    let history = crate::testing::given::<Order>(placed_order())
        .and(crate::order::OrderCommand::Expire { at: at(18) })
        .and(record_when(
            Availability::Gone,
            report(PaymentStatus::Succeeded, 19),
        ));
    let order = history.state();
    assert!(order.facts().unwrap().refunds.len() == 1);
    assert_eq!(follows(&order), []);
}

#[test]
fn what_is_given_away_is_not_invoiced() {
    let mut placed = events::order_placed();
    placed.total = eur(0);
    placed.lines[0].total = eur(0);
    let paid = OrderPaid {
        amount: eur(0),
        ..events::order_paid()
    };
    let order = Order::replay(&[placed.into(), OrderEvent::from(paid.clone())]);
    assert_eq!(documents_after_order_event(&order, &paid.into()), []);
}

#[test]
fn identity_and_mandate_bring_about_what_the_seller_owes_by_then() {
    let seller_id = seller_id();
    let instructions: Vec<_> = events::seller().iter().flat_map(on_seller_event).collect();
    assert_eq!(
        instructions,
        [DocumentInstruction::IssueInvoicesOfSeller { seller_id }; 2]
    );
}
