//! Loads and stores the rows of a batch, a few statements for all of them. Table names come without a schema, which the
//! runner chooses.

use std::collections::BTreeSet;

use comptoir_domain::values::{ActivationId, LicenceId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{ActivationRow, LicenceColumns, LicenceRow, select_licences};
use crate::listing::QueryError;
use crate::runner::ApplyError;
use crate::text::{column, json_of, name_of};

/// The licences with these ids, as far as they exist.
pub(super) async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<LicenceRow>, ApplyError> {
    let rows = select_licences!("FROM licences WHERE id = ANY($1)", ids)
        .fetch_all(connection)
        .await?;
    let rows: Result<_, QueryError> = rows.into_iter().map(LicenceRow::try_from).collect();
    Ok(rows?)
}

pub(super) async fn upsert(connection: &mut PgConnection, rows: &[&LicenceRow]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let key_of = |row: &&LicenceRow| row.key.clone();
    sqlx::query_file!(
        "src/licences/upsert.sql",
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
        &column(rows, |row| json_of(&row.use_terms)),
        &column(rows, |row| row.status.as_str()) as _,
        &column(rows, |row| key_of(row).map(|key| key.digest.to_string())) as _,
        &column(rows, |row| key_of(row).map(|key| String::from(key.hint))) as _,
        &column(rows, |row| key_of(row)
            .and_then(|key| key.sealed)
            .map(|sealed| json_of(&sealed))) as _,
        &column(rows, |row| row.activations_count.cast_signed()),
        &column(rows, |row| row.accesses_count.cast_signed()),
        &column(rows, |row| row.first_access_at) as _,
        &column(rows, |row| row.issued_at),
        &column(rows, |row| row.expires_at) as _,
        &column(rows, |row| row.issued_position.get()),
        &column(rows, |row| row.revision.get()),
        &column(rows, |row| row.position.get()),
        &column(rows, |row| json_of(&row.causes)),
        &column(rows, |row| row.upgrade_of.map(LicenceId::as_uuid)) as _,
        &column(rows, |row| row.superseded_by.map(LicenceId::as_uuid)) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets all devices of some licences, and single ones of others.
pub(super) async fn forget_devices(
    connection: &mut PgConnection,
    cleared: &BTreeSet<LicenceId>,
    gone: &[(LicenceId, ActivationId)],
) -> Result<(), sqlx::Error> {
    if !cleared.is_empty() {
        let licences: Vec<Uuid> = cleared.iter().map(|id| id.as_uuid()).collect();
        sqlx::query!("DELETE FROM activations WHERE licence_id = ANY($1)", &licences)
            .execute(&mut *connection)
            .await?;
    }
    if !gone.is_empty() {
        sqlx::query!(
            "DELETE FROM activations WHERE (licence_id, activation_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))",
            &column(gone, |(licence, _)| licence.as_uuid()),
            &column(gone, |(_, device)| device.as_uuid()),
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

pub(super) async fn upsert_devices(
    connection: &mut PgConnection,
    rows: &[(LicenceId, &ActivationRow)],
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO activations (licence_id, activation_id, label, activated_at)
         SELECT licence_id, activation_id, label::json, activated_at
         FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])
             AS device (licence_id, activation_id, label, activated_at)
         ON CONFLICT (licence_id, activation_id) DO UPDATE
         SET label = excluded.label, activated_at = excluded.activated_at",
        &column(rows, |(licence, _)| licence.as_uuid()),
        &column(rows, |(_, device)| device.activation_id.as_uuid()),
        &column(rows, |(_, device)| device.label.as_ref().map(json_of)) as _,
        &column(rows, |(_, device)| device.activated_at),
    )
    .execute(connection)
    .await?;
    Ok(())
}
