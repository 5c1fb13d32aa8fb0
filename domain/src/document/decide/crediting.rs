//! What is taken back of an invoice, and what follows a credit note.

use super::Decision;
use crate::document::content::{CreditReason, DocumentContent, DocumentKind, PrecedingDocument};
use crate::document::error::DocumentError;
use crate::document::event::{CreditedLine, DocumentCreditUndone, DocumentCredited, DocumentReplaced};
use crate::document::state::DocumentFacts;

/// A credit note for a refund: over no more than is left of each line.
pub(super) fn decide_credit(facts: &DocumentFacts, credit_note: &DocumentContent) -> Decision {
    only_invoice(facts)?;
    let is_known = |credit_note_id| {
        facts
            .credits
            .iter()
            .any(|credit| credit.credit_note == credit_note_id)
    };
    if is_known(credit_note.document_id) {
        return Ok(vec![]);
    }
    if facts.replaced_by.is_some() {
        return Err(DocumentError::Replaced);
    }
    about(facts, credit_note, DocumentKind::CreditNote)?;
    let refund_id = of_refund(credit_note).ok_or(DocumentError::NotOfARefund)?;
    let left = facts.left();
    let parts = amounts(credit_note);
    for part in &parts {
        let order_line = part.order_line;
        let room = left.iter().find(|left| left.order_line == order_line);
        if !room.is_some_and(|room| part.fits_into(room)) {
            return Err(DocumentError::MoreThanIsLeft { order_line });
        }
    }
    Ok(vec![
        DocumentCredited {
            credit_note: credit_note.document_id,
            refund_id,
            parts,
            at: credit_note.at,
        }
        .into(),
    ])
}

/// The invoice that follows a credit note whose refund has failed: over exactly what was credited.
pub(super) fn decide_undo(facts: &DocumentFacts, by: &DocumentContent) -> Decision {
    if of_refund(&facts.content).is_none() {
        return Err(DocumentError::NotOfARefund);
    }
    match facts.undone_by {
        Some(known) if known == by.document_id => return Ok(vec![]),
        Some(_) => return Err(DocumentError::AlreadyUndone),
        None => {}
    }
    about(facts, by, DocumentKind::Invoice)?;
    if amounts(by) != amounts(&facts.content) {
        return Err(DocumentError::OtherAmounts);
    }
    let (by, at) = (by.document_id, by.at);
    Ok(vec![DocumentCreditUndone { by, at }.into()])
}

/// A credit note over exactly what is left, and a new invoice over the same.
pub(super) fn decide_replace(
    facts: &DocumentFacts,
    credit_note: &DocumentContent,
    by: &DocumentContent,
) -> Decision {
    only_invoice(facts)?;
    match facts.replaced_by {
        Some(known) if known == by.document_id => return Ok(vec![]),
        Some(_) => return Err(DocumentError::Replaced),
        None => {}
    }
    about(facts, credit_note, DocumentKind::CreditNote)?;
    about(facts, by, DocumentKind::Invoice)?;
    let left: Vec<CreditedLine> = facts
        .left()
        .into_iter()
        .filter(CreditedLine::is_something)
        .collect();
    if left.is_empty() {
        return Err(DocumentError::NothingLeft);
    }
    let is_correction = credit_note.reason == Some(CreditReason::BuyerCorrected);
    if !is_correction || amounts(credit_note) != left || amounts(by) != left {
        return Err(DocumentError::OtherAmounts);
    }
    Ok(vec![
        DocumentReplaced {
            credit_note: credit_note.document_id,
            by: by.document_id,
            at: by.at,
        }
        .into(),
    ])
}

fn only_invoice(facts: &DocumentFacts) -> Result<(), DocumentError> {
    match facts.content.kind {
        DocumentKind::Invoice => Ok(()),
        DocumentKind::CreditNote => Err(DocumentError::NotAnInvoice),
    }
}

/// The other document refers to this one by id, number and day, and is about the same order.
fn about(facts: &DocumentFacts, other: &DocumentContent, kind: DocumentKind) -> Result<(), DocumentError> {
    let this = facts.content.as_ref();
    let refers = other.preceding.as_ref() == Some(&PrecedingDocument::from(this));
    let same = other.kind == kind
        && other.order_id == this.order_id
        && other.buyer_id == this.buyer_id
        && other.supplier == this.supplier
        && other.currency == this.currency;
    if refers && same {
        Ok(())
    } else {
        Err(DocumentError::NotAboutThis)
    }
}

/// The refund that a document is the credit note of.
fn of_refund(content: &DocumentContent) -> Option<crate::values::RefundId> {
    match content.reason {
        Some(CreditReason::Refund) => content.payment.refund_id,
        Some(CreditReason::BuyerCorrected) | None => None,
    }
}

/// What a document is over, line by line, in the order of the lines.
fn amounts(content: &DocumentContent) -> Vec<CreditedLine> {
    let mut parts: Vec<CreditedLine> = content.lines.iter().map(CreditedLine::from).collect();
    parts.retain(CreditedLine::is_something);
    parts.sort_by_key(|part| part.order_line);
    parts
}

impl CreditedLine {
    fn fits_into(&self, room: &Self) -> bool {
        self.net.amount <= room.net.amount
            && self.tax.amount <= room.tax.amount
            && self.gross.amount <= room.gross.amount
    }
}
