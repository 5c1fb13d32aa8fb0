//! Stores the rows of a batch in one statement. The table's name comes without a schema, which the runner chooses.

use sqlx::PgConnection;

use super::row::LicenceRow;
use crate::text::{column, name_of};

pub(super) async fn insert(connection: &mut PgConnection, rows: &[LicenceRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO licences (
             id, order_id, line, unit, holder_id, seller_id, product_id, offer_id, title, kind, terms_version,
             terms_hash, status, issued_at, issued_position, revision, position
         )
         SELECT * FROM unnest(
             $1::uuid[], $2::uuid[], $3::integer[], $4::integer[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[],
             $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::bigint[],
             $16::bigint[], $17::bigint[]
         )",
        &column(rows, |row| row.licence_id.as_uuid()),
        &column(rows, |row| row.order_id.as_uuid()),
        &column(rows, |row| row.line.cast_signed()),
        &column(rows, |row| row.unit.cast_signed()),
        &column(rows, |row| row.holder_id.as_uuid()),
        &column(rows, |row| row.seller_id.as_uuid()),
        &column(rows, |row| row.product_id.as_uuid()),
        &column(rows, |row| row.offer_id.as_uuid()),
        &column(rows, |row| row.title.as_str()) as _,
        &column(rows, |row| name_of(&row.kind)),
        &column(rows, |row| row.terms_version.as_str()) as _,
        &column(rows, |row| row.terms_hash.to_string()),
        &column(rows, |row| row.status.as_str()) as _,
        &column(rows, |row| row.issued_at),
        &column(rows, |row| row.issued_position.get()),
        &column(rows, |row| row.revision.get()),
        &column(rows, |row| row.position.get()),
    )
    .execute(connection)
    .await?;
    Ok(())
}
