//! What can happen to a document, to a series of numbers and to a seller.

#![expect(clippy::missing_panics_doc, reason = "every sample is valid")]

use std::num::NonZeroU32;

use super::super::documents::{
    credit_note, facts_of, invoice, invoice_of, refund_id, seller_id, series_terms,
};
use super::super::{at, eur, sealed, seller};
use super::{order_paid, order_placed_with_code};
use crate::document::{
    CreditedLine, DocumentContent, DocumentCreditUndone, DocumentCredited, DocumentDrawnUp, DocumentEvent,
    DocumentHandedOver, DocumentKind, DocumentMailFailed, DocumentMailed, DocumentRendered, DocumentReplaced,
    DocumentRetentionEnded, HandOver, MailFailure, Mention, PrecedingDocument, Rendering, StoredFile,
    Supplier, TemplateFailure,
};
use crate::invoicing::{CreditNoteIssued, InvoiceIssued, InvoicingEvent, SeriesOpened};
use crate::seller::{
    SellerEvent, SellerIdentified, SellerMandateAccepted, SellerMandateWithdrawn, SellerVat,
};
use crate::values::{
    CountryCode, Currency, DocumentId, Line, MentionText, Sealed, Sha256Hex, SubjectId, TermsVersion,
};

/// A file with these words in it.
pub fn stored_file(text: &str) -> StoredFile {
    StoredFile {
        sha256: Sha256Hex::of(text),
        bytes: text.len() as u64,
    }
}

/// The files of a document.
pub fn rendering() -> Rendering {
    Rendering {
        pdf: stored_file("%PDF"),
        xml: stored_file("<xml/>"),
        renderer: Line::try_new("typst-0.15.1").expect("a valid name"),
        template: Sha256Hex::of("template"),
        fonts: Sha256Hex::of("fonts"),
        fell_back: Some(TemplateFailure::TimedOut),
    }
}

/// The invoice for a basic licence with a code that takes ten percent off. It has one mention, whatever the law says.
pub fn document_drawn_up() -> DocumentDrawnUp {
    let order = facts_of(&[order_placed_with_code().into(), order_paid().into()]);
    let mention = Mention {
        code: Line::try_new("late_payment_penalty").expect("a valid code"),
        subject: Some(Line::try_new("PMD").expect("a valid code")),
        text: MentionText::try_new("Pénalités de retard : 10 %").expect("a valid text"),
    };
    DocumentDrawnUp {
        content: Box::new(DocumentContent {
            mentions: vec![mention],
            ..invoice_of(&order)
        }),
    }
}

/// Every event of a document.
pub(super) fn of_document() -> Vec<DocumentEvent> {
    let (invoice, credit_note) = (invoice().document_id, credit_note().document_id);
    let corrected = |kind| DocumentId::of_correction(invoice, kind);
    vec![
        document_drawn_up().into(),
        DocumentCredited {
            credit_note,
            refund_id: refund_id(),
            parts: vec![CreditedLine {
                order_line: 0,
                net: eur(2492),
                tax: eur(498),
                gross: eur(2990),
            }],
            at: at(30),
        }
        .into(),
        DocumentCreditUndone {
            by: DocumentId::of_undone_refund(credit_note),
            at: at(31),
        }
        .into(),
        DocumentReplaced {
            credit_note: corrected(DocumentKind::CreditNote),
            by: corrected(DocumentKind::Invoice),
            at: at(32),
        }
        .into(),
        DocumentRendered {
            rendering: rendering(),
            at: at(33),
        }
        .into(),
        DocumentMailFailed {
            reason: MailFailure::Unreachable,
            attempts: 5,
            at: at(34),
        }
        .into(),
        DocumentMailed { at: at(35) }.into(),
        DocumentHandedOver {
            way: HandOver::Folder,
            at: at(36),
        }
        .into(),
        DocumentRetentionEnded { at: at(37) }.into(),
    ]
}

/// The series of the platform's invoices begins.
pub fn series_opened() -> SeriesOpened {
    let terms = series_terms(Supplier::Platform, DocumentKind::Invoice);
    SeriesOpened {
        series: terms.series(),
        supplier: terms.supplier,
        kind: terms.kind,
        year: terms.year,
        format: terms.format,
        first_number: NonZeroU32::MIN,
        at: at(6),
    }
}

/// The invoice for a basic licence gets its number.
pub fn invoice_issued() -> InvoiceIssued {
    let content = invoice();
    InvoiceIssued {
        document_id: content.document_id,
        number: content.number,
        sequence: 1,
        supplier: Supplier::Platform,
        order_id: content.order_id,
        issued_on: content.issued_on,
        currency: Currency::EUR,
        net: eur(2492),
        tax: eur(498),
        gross: eur(2990),
        preceding: None,
        at: at(6),
    }
}

/// Every event of a series of numbers.
pub(super) fn of_invoicing() -> Vec<InvoicingEvent> {
    let content = credit_note();
    vec![
        series_opened().into(),
        invoice_issued().into(),
        CreditNoteIssued {
            document_id: content.document_id,
            number: content.number,
            sequence: 1,
            supplier: Supplier::Platform,
            order_id: content.order_id,
            issued_on: content.issued_on,
            currency: Currency::EUR,
            net: eur(2492),
            tax: eur(498),
            gross: eur(2990),
            preceding: Some(PrecedingDocument::from(&invoice())),
            reason: content.reason,
            refund_id: Some(refund_id()),
            at: at(6),
        }
        .into(),
    ]
}

/// The seller says who they are.
pub fn seller_identified() -> SellerIdentified {
    let identity = Sealed {
        subject: SubjectId::from(seller().person_id),
        ..sealed()
    };
    SellerIdentified {
        seller_id: seller_id(),
        identity,
        country: CountryCode::FR,
        vat: SellerVat::Registered,
        by: seller().person_id,
        at: at(0),
    }
}

/// The seller gives the mandate.
pub fn seller_mandate_accepted() -> SellerMandateAccepted {
    SellerMandateAccepted {
        seller_id: seller_id(),
        text_hash: Sha256Hex::of("Comptoir SAS issues invoices in my name and on my behalf."),
        version: TermsVersion::try_new("2026-01").expect("a valid version"),
        by: seller().person_id,
        at: at(1),
    }
}

/// Every event of a seller.
pub(super) fn of_seller() -> Vec<SellerEvent> {
    vec![
        seller_identified().into(),
        seller_mandate_accepted().into(),
        SellerMandateWithdrawn {
            seller_id: seller_id(),
            by: seller().person_id,
            at: at(2),
        }
        .into(),
    ]
}
