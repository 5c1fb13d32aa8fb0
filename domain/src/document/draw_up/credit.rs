//! What follows an invoice or a credit note: always over amounts that stand there.

use chrono::NaiveDate;

use super::{DrawUpError, Drawing, Follows, Matter};
use crate::document::content::{
    CreditReason, CustomerKind, DocumentContent, DocumentKind, DocumentLine, DocumentPayment,
    PrecedingDocument,
};
use crate::document::due::DueCredit;
use crate::document::event::CreditedLine;
use crate::document::state::DocumentFacts;
use crate::values::{DocumentId, PriceBasis};

/// The credit note for what a refund takes back of an invoice, as [`crate::document::OrderDocuments::due`] says.
/// `refunded_on` is the day on which the money went back, by the supplier's time zone.
pub fn draw_up_credit_note(
    invoice: &DocumentFacts,
    credit: &DueCredit,
    refunded_on: NaiveDate,
    drawing: Drawing<'_>,
) -> Result<DocumentContent, DrawUpError> {
    let content = only(DocumentKind::Invoice, invoice)?;
    if content.document_id != credit.invoice {
        return Err(DrawUpError::CannotFollow);
    }
    let payment = DocumentPayment {
        payment_id: content.payment.payment_id,
        refund_id: Some(credit.refund_id),
        paid_on: refunded_on,
    };
    let matter = Matter {
        document_id: credit.credit_note,
        kind: DocumentKind::CreditNote,
        lines: credited(content, &credit.parts)?,
        payment,
        reason: Some(CreditReason::Refund),
        ..after(content)
    };
    matter.draw_up(Follows::Nothing, drawing)
}

/// The credit note over all that is left of an invoice that named the buyer wrongly. No money moves.
pub fn draw_up_correction(
    invoice: &DocumentFacts,
    drawing: Drawing<'_>,
) -> Result<DocumentContent, DrawUpError> {
    let content = only(DocumentKind::Invoice, invoice)?;
    let kind = DocumentKind::CreditNote;
    let matter = Matter {
        document_id: DocumentId::of_correction(content.document_id, kind),
        kind,
        lines: credited(content, &invoice.left())?,
        reason: Some(CreditReason::BuyerCorrected),
        ..after(content)
    };
    matter.draw_up(Follows::Nothing, drawing)
}

/// The new invoice over all that was left of an invoice that named the buyer wrongly. `customer` is who the buyer is now; the
/// tax stays what it was.
pub fn draw_up_corrected_invoice(
    invoice: &DocumentFacts,
    customer: CustomerKind,
    drawing: Drawing<'_>,
) -> Result<DocumentContent, DrawUpError> {
    let content = only(DocumentKind::Invoice, invoice)?;
    let kind = DocumentKind::Invoice;
    let matter = Matter {
        document_id: DocumentId::of_correction(content.document_id, kind),
        kind,
        customer,
        lines: credited(content, &invoice.left())?,
        ..after(content)
    };
    matter.draw_up(Follows::ReplacedInvoice, drawing)
}

/// The invoice over what a credit note had taken back for a refund that has failed after all. `customer` is who the buyer is
/// now, and `paid_on` the day on which the order was paid, by the supplier's time zone.
pub fn draw_up_invoice_again(
    credit_note: &DocumentFacts,
    customer: CustomerKind,
    paid_on: NaiveDate,
    drawing: Drawing<'_>,
) -> Result<DocumentContent, DrawUpError> {
    let content = only(DocumentKind::CreditNote, credit_note)?;
    let payment = DocumentPayment {
        payment_id: content.payment.payment_id,
        refund_id: None,
        paid_on,
    };
    let matter = Matter {
        document_id: DocumentId::of_undone_refund(content.document_id),
        kind: DocumentKind::Invoice,
        customer,
        lines: content.lines.clone(),
        payment,
        ..after(content)
    };
    matter.draw_up(Follows::CreditNote, drawing)
}

fn only(kind: DocumentKind, facts: &DocumentFacts) -> Result<&DocumentContent, DrawUpError> {
    if facts.content.kind == kind {
        Ok(&facts.content)
    } else {
        Err(DrawUpError::CannotFollow)
    }
}

/// What a document has in common with the one that it follows.
fn after(earlier: &DocumentContent) -> Matter {
    Matter {
        document_id: earlier.document_id,
        kind: earlier.kind,
        supplier: earlier.supplier,
        order_id: earlier.order_id,
        buyer_id: earlier.buyer_id,
        customer: earlier.customer,
        supplied_on: earlier.supplied_on,
        currency: earlier.currency,
        lines: Vec::new(),
        countries: earlier
            .rates
            .iter()
            .map(|rate| (rate.vat, rate.country))
            .collect(),
        payment: DocumentPayment {
            refund_id: None,
            ..earlier.payment
        },
        preceding: Some(PrecedingDocument::from(earlier)),
        reason: None,
    }
}

/// The lines over these parts of a document: a line as it stands there where the part is all of it, and otherwise one unit
/// at what the part comes to.
fn credited(content: &DocumentContent, parts: &[CreditedLine]) -> Result<Vec<DocumentLine>, DrawUpError> {
    let part_of = |line: &DocumentLine| {
        let part = parts.iter().find(|part| part.order_line == line.order_line);
        part.filter(|part| part.is_something()).copied()
    };
    let lines = content.lines.iter().filter_map(|line| {
        let part = part_of(line)?;
        Some(if part == CreditedLine::from(line) {
            line.clone()
        } else {
            one_unit(line, part)
        })
    });
    let lines: Vec<DocumentLine> = lines.collect();
    if lines.is_empty() {
        Err(DrawUpError::Nothing)
    } else {
        Ok(lines)
    }
}

fn one_unit(line: &DocumentLine, part: CreditedLine) -> DocumentLine {
    let unit_price = match line.price_basis {
        PriceBasis::TaxIncluded => part.gross,
        PriceBasis::TaxExcluded => part.net,
    };
    DocumentLine {
        quantity: 1,
        unit_price,
        allowances: Vec::new(),
        net_before_allowances: part.net,
        net: part.net,
        tax: part.tax,
        gross: part.gross,
        ..line.clone()
    }
}
