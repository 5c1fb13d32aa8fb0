//! Loads and stores the rows of a batch. Table names come without a schema, which the runner chooses.

use chrono::{DateTime, Utc};
use comptoir_domain::document::{DocumentNumber, HandOver, Locale, MailFailure, Mailing, Supplier};
use comptoir_domain::values::{DocumentId, PersonId, RefundId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{DocumentColumns, DocumentRow, select_documents};
use crate::listing::QueryError;
use crate::runner::ApplyError;
use crate::text::{column, json_of, name_of};

/// The rows with these ids, as far as they exist.
pub(super) async fn load(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<DocumentRow>, ApplyError> {
    let rows = select_documents!("FROM documents d WHERE d.id = ANY($1)", ids)
        .fetch_all(connection)
        .await?;
    let documents: Result<_, QueryError> = rows.into_iter().map(DocumentRow::try_from).collect();
    Ok(documents?)
}

pub(super) async fn upsert(connection: &mut PgConnection, rows: &[DocumentRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query_file!(
        "src/documents/upsert.sql",
        &column(rows, |row| row.document_id.as_uuid()),
        &column(rows, |row| row.kind.as_str()) as _,
        &column(rows, |row| row.series.as_uuid()),
        &column(rows, |row| DocumentNumber::as_str(&row.number)) as _,
        &column(rows, |row| row.order_id.as_uuid()),
        &column(rows, |row| row.buyer_id.as_uuid()),
        &column(rows, |row| name_of(&row.customer)),
        &column(rows, |row| seller_of(row.supplier).map(PersonId::as_uuid)) as _,
        &column(rows, |row| row.issued_on),
        &column(rows, |row| Locale::as_str(&row.locale)) as _,
        &column(rows, |row| row.gross.currency.code()) as _,
        &column(rows, |row| row.net.amount),
        &column(rows, |row| row.tax.amount),
        &column(rows, |row| row.gross.amount),
        &column(rows, |row| row.preceding.as_ref().map(json_of)) as _,
        &column(rows, |row| row.reason.as_ref().map(name_of)) as _,
        &column(rows, |row| row.refund_id.map(RefundId::as_uuid)) as _,
        &column(rows, |row| row.credited.amount),
        &column(rows, |row| row.replaced_by.map(DocumentId::as_uuid)) as _,
        &column(rows, |row| row.undone_by.map(DocumentId::as_uuid)) as _,
        &column(rows, |row| row.rendering.as_ref().map(json_of)) as _,
        &column(rows, |row| mailed_at(row.mailing)) as _,
        &column(rows, |row| failure(row.mailing)
            .map(|(reason, _)| reason.as_str())) as _,
        &column(rows, |row| failure(row.mailing).map(|(_, attempts)| attempts)) as _,
        &column(rows, |row| row.handed_over.map(|(_, at)| at)) as _,
        &column(rows, |row| row.handed_over.map(|(way, _)| HandOver::as_str(way))) as _,
        &column(rows, |row| row.retention_ended_at) as _,
        &column(rows, |row| row.issued_at),
        &column(rows, |row| row.issued_position.get()),
        &column(rows, |row| row.updated_at),
        &column(rows, |row| row.position.get()),
    )
    .execute(connection)
    .await?;
    Ok(())
}

const fn seller_of(supplier: Supplier) -> Option<PersonId> {
    match supplier {
        Supplier::Platform => None,
        Supplier::Seller { seller_id } => Some(seller_id),
    }
}

const fn mailed_at(mailing: Mailing) -> Option<DateTime<Utc>> {
    match mailing {
        Mailing::Sent { at } => Some(at),
        Mailing::NotYet | Mailing::Failed { .. } => None,
    }
}

/// Why the buyer could not be sent it, and how often it was tried.
fn failure(mailing: Mailing) -> Option<(MailFailure, i32)> {
    match mailing {
        Mailing::NotYet | Mailing::Sent { .. } => None,
        Mailing::Failed { reason, attempts } => Some((reason, i32::try_from(attempts).unwrap_or(i32::MAX))),
    }
}
