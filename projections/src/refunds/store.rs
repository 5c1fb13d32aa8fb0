//! Loads and stores the rows of a batch. Table names come without a schema, which the runner chooses.

use comptoir_domain::values::{PersonId, ProviderCode};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{RefundColumns, RefundRow, select_refunds};
use crate::listing::QueryError;
use crate::runner::ApplyError;
use crate::text::{column, json_of, name_of};

/// The rows with these ids, as far as they exist.
pub(super) async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<RefundRow>, ApplyError> {
    let rows = select_refunds!(
        "NULL::uuid AS buyer_id, NULL::uuid[] AS sellers",
        "FROM refunds r WHERE r.id = ANY($1)",
        ids
    )
    .fetch_all(connection)
    .await?;
    let refunds: Result<_, QueryError> = rows.into_iter().map(RefundRow::try_from).collect();
    Ok(refunds?)
}

pub(super) async fn upsert(connection: &mut PgConnection, rows: &[RefundRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query_file!(
        "src/refunds/upsert.sql",
        &column(rows, |row| row.refund_id.as_uuid()),
        &column(rows, |row| row.order_id.as_uuid()),
        &column(rows, |row| row.amount.amount),
        &column(rows, |row| row.amount.currency.code()) as _,
        &column(rows, |row| json_of(&row.parts)),
        &column(rows, |row| name_of(&row.reason)),
        &column(rows, |row| row.note.as_ref().map(json_of)) as _,
        &column(rows, |row| row.requested_by.map(PersonId::as_uuid)) as _,
        &column(rows, |row| row.status.as_str()) as _,
        &column(rows, |row| row.failure_code.as_ref().map(ProviderCode::as_str)) as _,
        &column(rows, |row| row.opened_at),
        &column(rows, |row| row.opened_position.get()),
        &column(rows, |row| row.settled_at) as _,
        &column(rows, |row| row.updated_at),
        &column(rows, |row| row.position.get()),
    )
    .execute(connection)
    .await?;
    Ok(())
}
