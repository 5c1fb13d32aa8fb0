//! Stores the rows of a batch in one statement. The table's name comes without a schema, which the runner chooses.

use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{LicenceColumns, LicenceRow, select_licences};
use crate::listing::QueryError;
use crate::runner::ApplyError;
use crate::text::{column, json_of, name_of};

/// The rows with these ids, as far as they exist.
pub(super) async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<LicenceRow>, ApplyError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = select_licences!("FROM licences WHERE id = ANY($1)", ids)
        .fetch_all(connection)
        .await?;
    let licences: Result<_, QueryError> = rows.into_iter().map(LicenceRow::try_from).collect();
    Ok(licences?)
}

/// Stores what can change of a licence.
pub(super) async fn update(connection: &mut PgConnection, rows: &[LicenceRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE licences
         SET status = changed.status, causes = changed.causes::json, revision = changed.revision,
             position = changed.position
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
             AS changed (id, status, causes, revision, position)
         WHERE licences.id = changed.id",
        &column(rows, |row| row.licence_id.as_uuid()),
        &column(rows, |row| row.status.as_str()) as _,
        &column(rows, |row| json_of(&row.causes)),
        &column(rows, |row| row.revision.get()),
        &column(rows, |row| row.position.get()),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn insert(connection: &mut PgConnection, rows: &[LicenceRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO licences (
             id, order_id, line, unit, holder_id, seller_id, product_id, offer_id, title, kind, terms_version,
             terms_hash, status, issued_at, issued_position, revision, position, causes
         )
         SELECT id, order_id, line, unit, holder_id, seller_id, product_id, offer_id, title, kind, terms_version,
             terms_hash, status, issued_at, issued_position, revision, position, causes::json
         FROM unnest(
             $1::uuid[], $2::uuid[], $3::integer[], $4::integer[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[],
             $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::bigint[],
             $16::bigint[], $17::bigint[], $18::text[]
         ) AS issued (
             id, order_id, line, unit, holder_id, seller_id, product_id, offer_id, title, kind, terms_version,
             terms_hash, status, issued_at, issued_position, revision, position, causes
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
        &column(rows, |row| json_of(&row.causes)),
    )
    .execute(connection)
    .await?;
    Ok(())
}
