//! Samples of invoices and credit notes: of the order of a basic licence, by the platform or by its seller.

use std::num::NonZeroU32;
use std::sync::Arc;

use chrono::NaiveDate;

use super::events::{order_paid, order_placed, seller_identified, seller_mandate_accepted};
use super::{at, eur, order_id, sealed, seller};
use crate::decider::Decider as _;
use crate::document::{
    CreditedLine, CustomerKind, Document, DocumentCommand, DocumentContent, DocumentFacts, DocumentKind,
    DocumentState, Drawing, DueCredit, Locale, Sale, Supplier, SupplierTerms, VatDue, draw_up_credit_note,
    draw_up_invoice,
};
use crate::invoicing::{Allotment, InvoicingState, SeriesFormats, SeriesTerms};
use crate::order::{Order, OrderEvent, OrderFacts};
use crate::seller::{Seller, SellerState};
use crate::values::{CountryCode, DocumentId, Line, RefundId, Sealed, SellerId, SubjectId};

/// The seller of the samples, as an issuer of invoices.
pub fn seller_id() -> SellerId {
    SellerId::from(seller().person_id)
}

/// The same as a supplier.
pub fn seller_as_supplier() -> Supplier {
    Supplier::Seller {
        seller_id: seller().person_id,
    }
}

/// The seller has said who they are and has given the mandate.
pub fn mandating_seller() -> SellerState {
    Seller::replay(&[seller_identified().into(), seller_mandate_accepted().into()])
}

/// The platform, in France.
pub fn platform_terms() -> SupplierTerms {
    SupplierTerms::of_platform(CountryCode::FR, VatDue::OnPayment)
}

/// The seller, in whose name the platform writes.
pub fn seller_terms() -> SupplierTerms {
    let platform = Line::try_new("Comptoir SAS").expect("a valid name");
    SupplierTerms::of_seller(&mandating_seller(), platform).expect("a seller with a mandate")
}

/// The day of the samples, in France.
pub fn today() -> NaiveDate {
    at(0).date_naive()
}

/// What the series of this year begins with.
pub fn series_terms(supplier: Supplier, kind: DocumentKind) -> SeriesTerms {
    let formats = match supplier {
        Supplier::Platform => SeriesFormats::usual_of_platform(),
        Supplier::Seller { .. } => SeriesFormats::usual_of_sellers(),
    };
    SeriesTerms {
        supplier,
        kind,
        year: 2026,
        format: formats.of(kind).clone(),
        first_number: NonZeroU32::MIN,
    }
}

/// The first number of the series of this year.
pub fn allotment(supplier: Supplier, kind: DocumentKind) -> Allotment {
    InvoicingState::Absent
        .allot(&series_terms(supplier, kind), today())
        .expect("a number")
}

/// Names and addresses that nobody can read, under the document's own key.
pub fn sealed_for(document_id: DocumentId) -> Sealed {
    Sealed {
        subject: SubjectId::from(document_id),
        ..sealed()
    }
}

/// What a French document is drawn up with.
pub fn drawing<'a>(allotment: &'a Allotment, terms: &'a SupplierTerms, parties: &'a Sealed) -> Drawing<'a> {
    Drawing {
        allotment,
        terms,
        locale: Locale::FRENCH,
        parties,
        at: at(6),
    }
}

/// A consumer bought and paid today.
pub fn sale() -> Sale {
    Sale {
        customer: CustomerKind::Consumer,
        supplied_on: today(),
        paid_on: today(),
    }
}

/// The order of a basic licence, paid.
pub fn paid_order() -> OrderFacts {
    facts_of(&[order_placed().into(), order_paid().into()])
}

/// What is known of an order after these events.
pub fn facts_of(events: &[OrderEvent]) -> OrderFacts {
    Order::replay(events).facts().expect("an order").clone()
}

/// The platform's invoice for an order.
pub fn invoice_of(order: &OrderFacts) -> DocumentContent {
    let (allotment, terms) = (
        allotment(Supplier::Platform, DocumentKind::Invoice),
        platform_terms(),
    );
    let parties = sealed_for(DocumentId::of_order(order.order_id, Supplier::Platform));
    draw_up_invoice(order, sale(), drawing(&allotment, &terms, &parties)).expect("an invoice")
}

/// The platform's invoice for a basic licence: 24.92 EUR and 4.98 EUR of tax.
pub fn invoice() -> DocumentContent {
    invoice_of(&paid_order())
}

/// The state of a document that was just issued.
pub fn issued(content: DocumentContent) -> DocumentState {
    let draw_up = DocumentCommand::DrawUp {
        content: Arc::new(content),
    };
    let events = Document::decide(&DocumentState::Absent, draw_up).expect("a sound document");
    Document::replay(&events)
}

/// What is known of a document that was just issued.
pub fn document_facts(content: DocumentContent) -> DocumentFacts {
    issued(content).facts().expect("a document").clone()
}

/// The refund of the samples.
pub fn refund_id() -> RefundId {
    RefundId::of_withdrawal(order_id(), 0)
}

/// So much of the only line of an invoice goes back.
pub fn due_credit(invoice: &DocumentContent, gross: i64, tax: i64) -> DueCredit {
    DueCredit {
        credit_note: DocumentId::of_refund(refund_id(), invoice.document_id, 0),
        invoice: invoice.document_id,
        refund_id: refund_id(),
        parts: vec![CreditedLine {
            order_line: 0,
            net: eur(gross - tax),
            tax: eur(tax),
            gross: eur(gross),
        }],
    }
}

/// The platform's credit note over so much of the only line of an invoice.
pub fn credit_note_of(invoice: &DocumentContent, gross: i64, tax: i64) -> DocumentContent {
    let credit = due_credit(invoice, gross, tax);
    let (allotment, terms) = (
        allotment(Supplier::Platform, DocumentKind::CreditNote),
        platform_terms(),
    );
    let (facts, parties) = (document_facts(invoice.clone()), sealed_for(credit.credit_note));
    let drawing = drawing(&allotment, &terms, &parties);
    draw_up_credit_note(&facts, &credit, today(), drawing).expect("a credit note")
}

/// The platform's credit note over the whole invoice for a basic licence.
pub fn credit_note() -> DocumentContent {
    credit_note_of(&invoice(), 2990, 498)
}
