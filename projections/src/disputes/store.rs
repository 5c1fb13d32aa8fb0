//! Loads and stores the rows of a batch. Table names come without a schema, which the runner chooses.

use comptoir_domain::values::ProviderCode;
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{DisputeColumns, DisputeRow, select_disputes};
use crate::listing::QueryError;
use crate::runner::ApplyError;
use crate::text::column;

/// The rows with these ids, as far as they exist.
pub(super) async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<DisputeRow>, ApplyError> {
    let rows = select_disputes!(
        "NULL::uuid AS buyer_id, NULL::uuid[] AS sellers",
        "FROM disputes d WHERE d.id = ANY($1)",
        ids
    )
    .fetch_all(connection)
    .await?;
    let disputes: Result<_, QueryError> = rows.into_iter().map(DisputeRow::try_from).collect();
    Ok(disputes?)
}

pub(super) async fn upsert(connection: &mut PgConnection, rows: &[DisputeRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query_file!(
        "src/disputes/upsert.sql",
        &column(rows, |row| row.dispute_id.as_uuid()),
        &column(rows, |row| row.order_id.as_uuid()),
        &column(rows, |row| row.provider_dispute_id.as_str()) as _,
        &column(rows, |row| row.amount.amount),
        &column(rows, |row| row.amount.currency.code()) as _,
        &column(rows, |row| row.stage.as_str()) as _,
        &column(rows, |row| row.status.as_str()) as _,
        &column(rows, |row| row.status.standing().as_str()) as _,
        &column(rows, |row| row.reason.as_ref().map(ProviderCode::as_str)) as _,
        &column(rows, |row| row.respond_by) as _,
        &column(rows, |row| row.opened_at),
        &column(rows, |row| row.opened_position.get()),
        &column(rows, |row| row.closed_at) as _,
        &column(rows, |row| row.updated_at),
        &column(rows, |row| row.position.get()),
    )
    .execute(connection)
    .await?;
    Ok(())
}
