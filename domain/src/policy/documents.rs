//! What follows from events for invoices and credit notes.

use crate::document::suppliers_of;
use crate::order::{OrderEvent, OrderState};
use crate::values::{OrderId, RefundId, SellerId};

/// What is to be looked at because of an event. Each may bring about several documents, or none: what is due, and for which
/// supplier, [`crate::document::OrderDocuments::due`] says of the order as it then stands, so that a repeat is harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentInstruction {
    /// An order was paid: its suppliers owe invoices.
    IssueInvoices {
        /// The order.
        order_id: OrderId,
    },
    /// Money went back: the invoices of the order owe credit notes.
    IssueCreditNotes {
        /// The order.
        order_id: OrderId,
        /// The refund.
        refund_id: RefundId,
    },
    /// A refund failed: if it was credited before, invoices follow its credit notes.
    ReissueAfterUndoneRefund {
        /// The order.
        order_id: OrderId,
        /// The refund.
        refund_id: RefundId,
    },
    /// A seller gave the mandate: whatever their paid orders owe by then can be issued.
    IssueInvoicesOfSeller {
        /// The seller.
        seller_id: SellerId,
    },
}

/// What follows from an event of an order for its documents. Only what was paid is invoiced: money that came too late and went
/// back by itself leaves no document behind.
pub fn documents_after_order_event(order: &OrderState, event: &OrderEvent) -> Vec<DocumentInstruction> {
    let facts = match order {
        OrderState::Paid(facts) => facts,
        OrderState::Absent
        | OrderState::AwaitingPayment(_)
        | OrderState::Processing(_)
        | OrderState::PaymentFailed(_)
        | OrderState::Cancelled(_)
        | OrderState::Expired(_) => return vec![],
    };
    let order_id = facts.order_id;
    match event {
        OrderEvent::Paid(_) if suppliers_of(facts).is_empty() => vec![],
        OrderEvent::Paid(_) => vec![DocumentInstruction::IssueInvoices { order_id }],
        OrderEvent::RefundSettled(settled) => vec![DocumentInstruction::IssueCreditNotes {
            order_id,
            refund_id: settled.refund_id,
        }],
        OrderEvent::RefundDeclined(declined) => vec![DocumentInstruction::ReissueAfterUndoneRefund {
            order_id,
            refund_id: declined.refund_id,
        }],
        OrderEvent::Placed(_)
        | OrderEvent::PaymentInitiated(_)
        | OrderEvent::PaymentAwaiting(_)
        | OrderEvent::PaymentProcessing(_)
        | OrderEvent::PaymentFailed(_)
        | OrderEvent::Cancelled(_)
        | OrderEvent::Expired(_)
        | OrderEvent::FlaggedForReview(_)
        | OrderEvent::RefundOpened(_)
        | OrderEvent::Disputed(_)
        | OrderEvent::DisputeChanged(_)
        | OrderEvent::DisputeClosed(_)
        | OrderEvent::DeliveryBegan(_)
        | OrderEvent::WithdrawalDeclared(_)
        | OrderEvent::WithdrawalConfirmed(_) => vec![],
    }
}
