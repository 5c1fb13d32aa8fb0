//! What can have happened to a series of numbers.

use std::num::NonZeroU32;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::format::NumberFormat;
use crate::document::{
    CreditReason, DocumentContent, DocumentKind, DocumentNumber, PrecedingDocument, Supplier,
};
use crate::values::{Currency, DocumentId, InvoicingId, Money, OrderId, RefundId};
use crate::wire_events;

wire_events! {
    /// An event of a series of numbers.
    pub enum InvoicingEvent {
        /// It began.
        SeriesOpened(SeriesOpened) => ("invoicing.series_opened", 1),
        /// An invoice has its next number.
        InvoiceIssued(InvoiceIssued) => ("invoicing.invoice_issued", 1),
        /// A credit note has its next number.
        CreditNoteIssued(CreditNoteIssued) => ("invoicing.credit_note_issued", 1),
    }
}

/// A series began: with its first document, and for one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesOpened {
    /// The series.
    pub series: InvoicingId,
    /// Whose numbers they are.
    pub supplier: Supplier,
    /// What they number.
    pub kind: DocumentKind,
    /// The year of the days of issue.
    pub year: i32,
    /// How they are written.
    pub format: NumberFormat,
    /// The first of them: 1, unless the supplier had numbered elsewhere before.
    pub first_number: NonZeroU32,
    /// When.
    pub at: DateTime<Utc>,
}

/// An invoice was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceIssued {
    /// The invoice.
    pub document_id: DocumentId,
    /// Its number as it is printed.
    pub number: DocumentNumber,
    /// The same as a number: the first one of the series, and one more for each document since.
    pub sequence: u32,
    /// Who supplies.
    pub supplier: Supplier,
    /// The order that it is about.
    pub order_id: OrderId,
    /// The day of issue, by the supplier's time zone.
    pub issued_on: NaiveDate,
    /// The currency.
    pub currency: Currency,
    /// The total without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// The total with tax.
    pub gross: Money,
    /// The invoice that it replaces, or the credit note that it follows.
    pub preceding: Option<PrecedingDocument>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A credit note was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNoteIssued {
    /// The credit note.
    pub document_id: DocumentId,
    /// Its number as it is printed.
    pub number: DocumentNumber,
    /// The same as a number: the first one of the series, and one more for each document since.
    pub sequence: u32,
    /// Who supplies.
    pub supplier: Supplier,
    /// The order that it is about.
    pub order_id: OrderId,
    /// The day of issue, by the supplier's time zone.
    pub issued_on: NaiveDate,
    /// The currency.
    pub currency: Currency,
    /// The total without tax, positive.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// The total with tax.
    pub gross: Money,
    /// The invoice that it credits.
    pub preceding: Option<PrecedingDocument>,
    /// Why.
    pub reason: Option<CreditReason>,
    /// The refund that it follows from, if it does.
    pub refund_id: Option<RefundId>,
    /// When.
    pub at: DateTime<Utc>,
}

impl InvoicingEvent {
    /// That a document has this number.
    pub(super) fn issued(content: &DocumentContent, sequence: u32) -> Self {
        match content.kind {
            DocumentKind::Invoice => InvoiceIssued {
                document_id: content.document_id,
                number: content.number.clone(),
                sequence,
                supplier: content.supplier,
                order_id: content.order_id,
                issued_on: content.issued_on,
                currency: content.currency,
                net: content.totals.net,
                tax: content.totals.tax,
                gross: content.totals.gross,
                preceding: content.preceding.clone(),
                at: content.at,
            }
            .into(),
            DocumentKind::CreditNote => CreditNoteIssued {
                document_id: content.document_id,
                number: content.number.clone(),
                sequence,
                supplier: content.supplier,
                order_id: content.order_id,
                issued_on: content.issued_on,
                currency: content.currency,
                net: content.totals.net,
                tax: content.totals.tax,
                gross: content.totals.gross,
                preceding: content.preceding.clone(),
                reason: content.reason,
                refund_id: content.payment.refund_id,
                at: content.at,
            }
            .into(),
        }
    }
}
