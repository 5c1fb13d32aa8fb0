//! An invoice or credit note in a list, and what became of one.

use chrono::{DateTime, NaiveDate, Utc};
use comptoir_domain::document::{
    CreditReason, CustomerKind, DocumentFacts, DocumentKind, DocumentNumber, DocumentState, MailFailure,
    Mailing, PrecedingDocument, Rendering, StoredFile, Supplier, TemplateFailure,
};
use comptoir_domain::values::{Currency, DocumentId, Line, Money, OrderId, PersonId, RefundId, Sha256Hex};
use comptoir_projections::documents::DocumentRow;
use serde::Serialize;

use super::schema::{
    CreditReasonName, CustomerName, DocumentKindName, MailFailureName, PrecedingSchema, SupplierSchema,
    TemplateFailureName,
};
use crate::http::amount::Amount;

/// An invoice or credit note, as lists have it: without the people and the lines.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DocumentSummary)]
pub(crate) struct SummaryBody {
    /// Its id.
    #[schema(value_type = String, example = "document_01jd3e8m6xf2r9kq7v5t4w8zab")]
    id: DocumentId,
    /// Invoice or credit note.
    #[schema(value_type = DocumentKindName)]
    kind: DocumentKind,
    /// Its number: unique in its series, without gap.
    #[schema(value_type = String, example = "FA-2026-000001")]
    number: DocumentNumber,
    /// The order that it is about.
    #[schema(value_type = String)]
    order_id: OrderId,
    /// Who bought.
    #[schema(value_type = String)]
    buyer_id: PersonId,
    /// Whether a business bought, or a consumer.
    #[schema(value_type = CustomerName)]
    customer: CustomerKind,
    /// Who supplies in the sense of tax law, and so invoices.
    #[schema(value_type = SupplierSchema)]
    supplied_by: Supplier,
    /// The day of issue, by the supplier's time zone.
    issued_on: NaiveDate,
    /// When it was issued.
    issued_at: DateTime<Utc>,
    /// The currency of every amount, by ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    /// The totals.
    totals: SummaryTotalsBody,
    /// The document that this one corrects, credits or replaces.
    #[schema(value_type = Option<PrecedingSchema>)]
    preceding: Option<PrecedingDocument>,
    /// Why there is a credit note.
    #[schema(value_type = Option<CreditReasonName>)]
    reason: Option<CreditReason>,
    /// What became of it.
    #[serde(flatten)]
    standing: StandingBody,
}

/// The totals of a document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DocumentSummaryTotals)]
pub(crate) struct SummaryTotalsBody {
    /// Without tax.
    net: Amount,
    /// The tax.
    tax: Amount,
    /// With tax.
    gross: Amount,
}

/// What became of a document since it was issued. Nothing that stands on it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DocumentStanding)]
pub(crate) struct StandingBody {
    /// The refund that a credit note follows from.
    #[schema(value_type = Option<String>)]
    refund_id: Option<RefundId>,
    /// How much of an invoice credit notes take back, with tax.
    credited: Amount,
    /// The invoice that has taken the place of this one.
    #[schema(value_type = Option<String>)]
    replaced_by: Option<DocumentId>,
    /// The invoice that follows a credit note whose refund has failed after all.
    #[schema(value_type = Option<String>)]
    undone_by: Option<DocumentId>,
    /// Its files; null as long as they are being made.
    files: Option<FilesBody>,
    /// When the buyer was sent it.
    mailed_at: Option<DateTime<Utc>>,
    /// Why the buyer could not be sent it.
    #[schema(value_type = Option<MailFailureName>)]
    mail_failure: Option<MailFailure>,
    /// When the e-invoicing platform got it.
    handed_over_at: Option<DateTime<Utc>>,
    /// Whether the time for which it must be kept is over, and who stands on it is forgotten.
    retention_ended: bool,
}

/// The files of a document: made once, and the same bytes for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DocumentFiles)]
pub(crate) struct FilesBody {
    /// The page: PDF/A-3 with the XML inside.
    pdf: FileBody,
    /// The XML: Cross Industry Invoice, EN 16931.
    xml: FileBody,
    /// The program that made them.
    #[schema(value_type = String, example = "typst-0.15.1")]
    renderer: Line,
    /// SHA-256 of the template, in hex.
    #[schema(value_type = String)]
    template: Sha256Hex,
    /// SHA-256 over the fonts, in hex.
    #[schema(value_type = String)]
    fonts: Sha256Hex,
    /// Why the operator's own template was not used, where it should have been.
    #[schema(value_type = Option<TemplateFailureName>)]
    template_failure: Option<TemplateFailure>,
}

/// A file of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DocumentFile)]
pub(crate) struct FileBody {
    /// SHA-256 of its bytes, in hex: its `ETag`.
    #[schema(value_type = String)]
    sha256: Sha256Hex,
    /// How many bytes it has.
    bytes: u64,
}

impl From<DocumentRow> for SummaryBody {
    fn from(row: DocumentRow) -> Self {
        let standing = StandingBody::from(&row);
        Self {
            id: row.document_id,
            kind: row.kind,
            number: row.number,
            order_id: row.order_id,
            buyer_id: row.buyer_id,
            customer: row.customer,
            supplied_by: row.supplier,
            issued_on: row.issued_on,
            issued_at: row.issued_at,
            currency: row.gross.currency,
            totals: SummaryTotalsBody {
                net: row.net.into(),
                tax: row.tax.into(),
                gross: row.gross.into(),
            },
            preceding: row.preceding,
            reason: row.reason,
            standing,
        }
    }
}

impl From<&DocumentRow> for StandingBody {
    fn from(row: &DocumentRow) -> Self {
        Self {
            refund_id: row.refund_id,
            credited: row.credited.into(),
            replaced_by: row.replaced_by,
            undone_by: row.undone_by,
            files: row.rendering.as_ref().map(FilesBody::from),
            mailed_at: mailed_at(row.mailing),
            mail_failure: mail_failure(row.mailing),
            handed_over_at: row.handed_over.map(|(_, at)| at),
            retention_ended: row.retention_ended_at.is_some(),
        }
    }
}

impl StandingBody {
    /// The same as the document's stream says, whatever the read model has seen.
    pub(super) fn of_state(state: &DocumentState, facts: &DocumentFacts) -> Self {
        let credited = facts.credits.iter().flat_map(|credit| &credit.parts);
        let credited = credited.map(|part| part.gross.amount).sum();
        Self {
            refund_id: facts.content.payment.refund_id,
            credited: Money::new(credited, facts.content.currency).into(),
            replaced_by: facts.replaced_by,
            undone_by: facts.undone_by,
            files: facts.rendering.as_ref().map(FilesBody::from),
            mailed_at: mailed_at(facts.mailing),
            mail_failure: mail_failure(facts.mailing),
            handed_over_at: facts.handed_over.map(|(_, at)| at),
            retention_ended: is_forgotten(state),
        }
    }
}

/// Whether who stands on a document is forgotten.
pub(super) const fn is_forgotten(state: &DocumentState) -> bool {
    match state {
        DocumentState::Forgotten(_) => true,
        DocumentState::Absent | DocumentState::Standing(_) | DocumentState::Replaced(_) => false,
    }
}

const fn mailed_at(mailing: Mailing) -> Option<DateTime<Utc>> {
    match mailing {
        Mailing::Sent { at } => Some(at),
        Mailing::NotYet | Mailing::Failed { .. } => None,
    }
}

const fn mail_failure(mailing: Mailing) -> Option<MailFailure> {
    match mailing {
        Mailing::Failed { reason, .. } => Some(reason),
        Mailing::NotYet | Mailing::Sent { .. } => None,
    }
}

impl From<&Rendering> for FilesBody {
    fn from(rendering: &Rendering) -> Self {
        Self {
            pdf: rendering.pdf.into(),
            xml: rendering.xml.into(),
            renderer: rendering.renderer.clone(),
            template: rendering.template,
            fonts: rendering.fonts,
            template_failure: rendering.fell_back,
        }
    }
}

impl From<StoredFile> for FileBody {
    fn from(file: StoredFile) -> Self {
        Self {
            sha256: file.sha256,
            bytes: file.bytes,
        }
    }
}
