//! A row of `documents`, typed.

use chrono::{DateTime, NaiveDate, Utc};
use comptoir_domain::document::{
    CreditReason, CustomerKind, DocumentKind, DocumentNumber, HandOver, Locale, Mailing, PrecedingDocument,
    Rendering, Supplier,
};
use comptoir_domain::values::{Currency, DocumentId, InvoicingId, Money, OrderId, PersonId, RefundId};
use comptoir_ledger::Position;
use sqlx::types::Json;
use uuid::Uuid;

use crate::listing::QueryError;
use crate::text::from_name;

/// What is known of an invoice or a credit note, names and addresses apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// The document.
    pub document_id: DocumentId,
    /// Invoice or credit note.
    pub kind: DocumentKind,
    /// The series that its number is of.
    pub series: InvoicingId,
    /// Its number.
    pub number: DocumentNumber,
    /// The order that it is about.
    pub order_id: OrderId,
    /// Who bought.
    pub buyer_id: PersonId,
    /// Whether a business bought, or a consumer.
    pub customer: CustomerKind,
    /// Who supplies in the sense of tax law, and so invoices.
    pub supplier: Supplier,
    /// The day of issue, by the supplier's time zone.
    pub issued_on: NaiveDate,
    /// Its language.
    pub locale: Locale,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
    /// The document that this one corrects, credits or replaces.
    pub preceding: Option<PrecedingDocument>,
    /// Why there is a credit note.
    pub reason: Option<CreditReason>,
    /// The refund that a credit note follows from.
    pub refund_id: Option<RefundId>,
    /// How much of it credit notes take back, with tax.
    pub credited: Money,
    /// The invoice that has taken its place.
    pub replaced_by: Option<DocumentId>,
    /// The invoice that follows it, where it is a credit note whose refund has failed after all.
    pub undone_by: Option<DocumentId>,
    /// Its files, once they are stored.
    pub rendering: Option<Rendering>,
    /// Whether the buyer was sent it.
    pub mailing: Mailing,
    /// How and when the e-invoicing platform got it.
    pub handed_over: Option<(HandOver, DateTime<Utc>)>,
    /// When the time for which it must be kept was over, and who stands on it was forgotten.
    pub retention_ended_at: Option<DateTime<Utc>>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// Where the event that issued it stands in the ledger.
    pub issued_position: Position,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
    /// The newest event that this row knows.
    pub position: Position,
}

/// The columns as the database has them.
#[derive(Debug)]
pub(super) struct DocumentColumns {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) series: Uuid,
    pub(super) number: String,
    pub(super) order_id: Uuid,
    pub(super) buyer_id: Uuid,
    pub(super) customer: String,
    pub(super) seller_id: Option<Uuid>,
    pub(super) issued_on: NaiveDate,
    pub(super) locale: String,
    pub(super) currency: String,
    pub(super) net_minor: i64,
    pub(super) tax_minor: i64,
    pub(super) gross_minor: i64,
    pub(super) preceding: Option<Json<PrecedingDocument>>,
    pub(super) reason: Option<String>,
    pub(super) refund_id: Option<Uuid>,
    pub(super) credited_minor: i64,
    pub(super) replaced_by: Option<Uuid>,
    pub(super) undone_by: Option<Uuid>,
    pub(super) rendering: Option<Json<Rendering>>,
    pub(super) mailed_at: Option<DateTime<Utc>>,
    pub(super) mail_failure: Option<String>,
    pub(super) mail_attempts: Option<i32>,
    pub(super) handed_over_at: Option<DateTime<Utc>>,
    pub(super) handed_over_by: Option<String>,
    pub(super) retention_ended_at: Option<DateTime<Utc>>,
    pub(super) issued_at: DateTime<Utc>,
    pub(super) issued_position: i64,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) position: i64,
}

/// Reads [`DocumentColumns`]: all from `FROM` on, with its arguments.
macro_rules! select_documents {
    ($from:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            DocumentColumns,
            r#"SELECT d.id, d.kind, d.series, d.number, d.order_id, d.buyer_id, d.customer, d.seller_id, d.issued_on,
                   d.locale, d.currency, d.net_minor, d.tax_minor, d.gross_minor, d.preceding AS "preceding: _", d.reason,
                   d.refund_id, d.credited_minor, d.replaced_by, d.undone_by, d.rendering AS "rendering: _",
                   d.mailed_at, d.mail_failure, d.mail_attempts, d.handed_over_at, d.handed_over_by,
                   d.retention_ended_at, d.issued_at, d.issued_position, d.updated_at, d.position "#
                + $from
            $(, $argument)*
        )
    };
}
pub(super) use select_documents;

impl TryFrom<DocumentColumns> for DocumentRow {
    type Error = QueryError;

    fn try_from(columns: DocumentColumns) -> Result<Self, QueryError> {
        let unreadable = QueryError::unreadable("documents", columns.id);
        let currency: Currency = from_name(&columns.currency).map_err(|error| unreadable(&error))?;
        let mailing = columns.mailing()?;
        let handed_over = columns.handed_over()?;
        let reason = columns.reason.as_deref().map(from_name).transpose();
        let money = |minor| Money::new(minor, currency);
        Ok(Self {
            document_id: DocumentId::from_uuid(columns.id),
            kind: from_name(&columns.kind).map_err(|error| unreadable(&error))?,
            series: InvoicingId::from_uuid(columns.series),
            number: from_name(&columns.number).map_err(|error| unreadable(&error))?,
            order_id: OrderId::from_uuid(columns.order_id),
            buyer_id: PersonId::from_uuid(columns.buyer_id),
            customer: from_name(&columns.customer).map_err(|error| unreadable(&error))?,
            supplier: columns.seller_id.map_or(Supplier::Platform, |seller_id| {
                let seller_id = PersonId::from_uuid(seller_id);
                Supplier::Seller { seller_id }
            }),
            issued_on: columns.issued_on,
            locale: from_name(&columns.locale).map_err(|error| unreadable(&error))?,
            net: money(columns.net_minor),
            tax: money(columns.tax_minor),
            gross: money(columns.gross_minor),
            preceding: columns.preceding.map(|Json(preceding)| preceding),
            reason: reason.map_err(|error| unreadable(&error))?,
            refund_id: columns.refund_id.map(RefundId::from_uuid),
            credited: money(columns.credited_minor),
            replaced_by: columns.replaced_by.map(DocumentId::from_uuid),
            undone_by: columns.undone_by.map(DocumentId::from_uuid),
            rendering: columns.rendering.map(|Json(rendering)| rendering),
            mailing,
            handed_over,
            retention_ended_at: columns.retention_ended_at,
            issued_at: columns.issued_at,
            issued_position: Position::new(columns.issued_position),
            updated_at: columns.updated_at,
            position: Position::new(columns.position),
        })
    }
}

impl DocumentColumns {
    fn mailing(&self) -> Result<Mailing, QueryError> {
        let unreadable = QueryError::unreadable("documents", self.id);
        if let Some(at) = self.mailed_at {
            return Ok(Mailing::Sent { at });
        }
        let Some(failure) = self.mail_failure.as_deref() else {
            return Ok(Mailing::NotYet);
        };
        let attempts = u32::try_from(self.mail_attempts.unwrap_or_default());
        Ok(Mailing::Failed {
            reason: from_name(failure).map_err(|error| unreadable(&error))?,
            attempts: attempts.map_err(|error| unreadable(&error))?,
        })
    }

    fn handed_over(&self) -> Result<Option<(HandOver, DateTime<Utc>)>, QueryError> {
        let unreadable = QueryError::unreadable("documents", self.id);
        let Some((way, at)) = self.handed_over_by.as_deref().zip(self.handed_over_at) else {
            return Ok(None);
        };
        let way = from_name(way).map_err(|error| unreadable(&error))?;
        Ok(Some((way, at)))
    }
}
