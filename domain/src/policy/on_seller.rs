//! What follows from a seller's events.

use super::documents::DocumentInstruction;
use crate::seller::SellerEvent;

/// What follows from an event of a seller.
pub fn on_seller_event(event: &SellerEvent) -> Vec<DocumentInstruction> {
    match event {
        SellerEvent::MandateAccepted(accepted) => vec![DocumentInstruction::IssueInvoicesOfSeller {
            seller_id: accepted.seller_id,
        }],
        // What they had said of themselves may have been what their invoices waited for.
        SellerEvent::Identified(identified) => vec![DocumentInstruction::IssueInvoicesOfSeller {
            seller_id: identified.seller_id,
        }],
        SellerEvent::MandateWithdrawn(_) => vec![],
    }
}
