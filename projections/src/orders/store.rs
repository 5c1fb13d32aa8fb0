//! Loads and stores the rows of a batch, a few statements for all of them. Table names come without a schema, which the
//! runner chooses.

use comptoir_domain::order::{OrderLine, PaymentStatus};
use comptoir_domain::values::{OrderId, ProviderCode};
use comptoir_ledger::{Position, Revision};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{OrderColumns, OrderRow, select_orders};
use crate::listing::QueryError;
use crate::runner::ApplyError;
use crate::text::{column, json_of, name_of};

/// The rows with these ids, as far as they exist; without their lines, which never change.
pub(super) async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<OrderRow>, ApplyError> {
    let rows = select_orders!("NULL::json", "FROM orders o WHERE o.id = ANY($1)", ids)
        .fetch_all(connection)
        .await?;
    let orders: Result<_, QueryError> = rows.into_iter().map(OrderRow::try_from).collect();
    Ok(orders?)
}

pub(super) async fn insert(connection: &mut PgConnection, rows: &[&OrderRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query_file!(
        "src/orders/insert.sql",
        &column(rows, |row| row.order_id.as_uuid()),
        &column(rows, |row| row.buyer_id.as_uuid()),
        &column(rows, |row| row.status.as_str()) as _,
        &column(rows, |row| row.total.currency.code()) as _,
        &column(rows, |row| row.total.amount),
        &column(rows, |row| row.tax_total.amount),
        &column(rows, |row| row.received.amount),
        &column(rows, |row| json_of(&row.billing)),
        &column(rows, |row| json_of(&row.consent)),
        &column(rows, |row| row.payment_id.as_uuid()),
        &column(rows, |row| row.payment_status.map(PaymentStatus::as_str)) as _,
        &column(rows, |row| row.payment_updated) as _,
        &column(rows, |row| row.failure_code.as_ref().map(ProviderCode::as_str)) as _,
        &column(rows, |row| row.placed_at),
        &column(rows, |row| row.expires_at),
        &column(rows, |row| row.paid_at) as _,
        &column(rows, |row| row.closed_at) as _,
        &column(rows, |row| row.cancel_reason.as_ref().map(name_of)) as _,
        &column(rows, |row| row.revived),
        &column(rows, |row| row.needs_review()),
        &column(rows, |row| json_of(&row.review_flags)),
        &column(rows, |row| json_of(&row.refunds)),
        &column(rows, |row| row.updated_at),
        &column(rows, |row| Revision::get(row.revision)),
        &column(rows, |row| Position::get(row.position)),
        &column(rows, |row| row.promotion.as_ref().map(json_of)) as _,
        &column(rows, |row| json_of(&row.tax)),
        &column(rows, |row| (!row.after_sale.is_empty())
            .then(|| json_of(&row.after_sale))) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn insert_lines(
    connection: &mut PgConnection,
    lines: &[(OrderId, i32, OrderLine)],
) -> Result<(), sqlx::Error> {
    if lines.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO order_lines (order_id, line, seller_id, content)
         SELECT order_id, line, seller_id, content::json
         FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::text[]) AS sold (order_id, line, seller_id, content)",
        &column(lines, |(order_id, _, _)| order_id.as_uuid()),
        &column(lines, |(_, number, _)| *number),
        &column(lines, |(_, _, line)| line.seller_id.as_uuid()),
        &column(lines, |(_, _, line)| json_of(line)),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn update(connection: &mut PgConnection, rows: &[&OrderRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query_file!(
        "src/orders/update.sql",
        &column(rows, |row| row.order_id.as_uuid()),
        &column(rows, |row| row.status.as_str()) as _,
        &column(rows, |row| row.received.amount),
        &column(rows, |row| row.payment_status.map(PaymentStatus::as_str)) as _,
        &column(rows, |row| row.payment_updated) as _,
        &column(rows, |row| row.failure_code.as_ref().map(ProviderCode::as_str)) as _,
        &column(rows, |row| row.paid_at) as _,
        &column(rows, |row| row.closed_at) as _,
        &column(rows, |row| row.cancel_reason.as_ref().map(name_of)) as _,
        &column(rows, |row| row.revived),
        &column(rows, |row| row.needs_review()),
        &column(rows, |row| json_of(&row.review_flags)),
        &column(rows, |row| json_of(&row.refunds)),
        &column(rows, |row| row.updated_at),
        &column(rows, |row| Revision::get(row.revision)),
        &column(rows, |row| Position::get(row.position)),
        &column(rows, |row| (!row.after_sale.is_empty())
            .then(|| json_of(&row.after_sale))) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
