//! Stores what a batch leads to, a few statements for all of it. Table names come without a schema, which the runner
//! chooses.

use std::collections::BTreeMap;

use comptoir_domain::promo::PromoCreated;
use comptoir_ledger::Position;
use sqlx::PgConnection;
use uuid::Uuid;

use super::apply::{Change, Uses};
use crate::text::{column, json_of};

pub(super) async fn insert(
    connection: &mut PgConnection,
    created: &[(Position, PromoCreated)],
) -> Result<(), sqlx::Error> {
    if created.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO promotions (
             id, code, created_by, terms, created_at, created_position, updated_at, revision, position
         )
         SELECT id, code, created_by, terms::json, created_at, created_position, created_at, 0, created_position
         FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::bigint[])
             AS made (id, code, created_by, terms, created_at, created_position)",
        &column(created, |(_, created)| created.promo_id.as_uuid()),
        &column(created, |(_, created)| created.code.as_str()) as _,
        &column(created, |(_, created)| created.created_by.as_uuid()),
        &column(created, |(_, created)| json_of(&created.terms)),
        &column(created, |(_, created)| created.at),
        &column(created, |(position, _)| position.get()),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn change(
    connection: &mut PgConnection,
    changed: &BTreeMap<Uuid, Change>,
) -> Result<(), sqlx::Error> {
    if changed.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = changed.iter().collect();
    sqlx::query!(
        "UPDATE promotions p SET deactivated_at = coalesce(changed.deactivated_at, p.deactivated_at),
             updated_at = changed.updated_at, revision = changed.revision, position = changed.position
         FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::bigint[], $5::bigint[])
             AS changed (id, deactivated_at, updated_at, revision, position)
         WHERE p.id = changed.id",
        &column(&rows, |(id, _)| **id),
        &column(&rows, |(_, change)| change.deactivated_at) as _,
        &column(&rows, |(_, change)| change.updated_at),
        &column(&rows, |(_, change)| change.revision.get()),
        &column(&rows, |(_, change)| change.position.get()),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn put_uses(connection: &mut PgConnection, uses: &Uses) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = uses
        .iter()
        .filter_map(|((promotion, order), now)| now.map(|now| (*promotion, *order, now)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO promotion_uses (promotion_id, order_id, buyer_id, standing)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
         ON CONFLICT (promotion_id, order_id) DO UPDATE SET standing = excluded.standing",
        &column(&rows, |(promotion, _, _)| *promotion),
        &column(&rows, |(_, order, _)| order.as_uuid()),
        &column(&rows, |(_, _, (buyer, _))| buyer.as_uuid()),
        &column(&rows, |(_, _, (_, standing))| standing.as_str()) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn drop_uses(connection: &mut PgConnection, uses: &Uses) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = uses
        .iter()
        .filter(|(_, now)| now.is_none())
        .map(|(ids, _)| *ids)
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "DELETE FROM promotion_uses u USING unnest($1::uuid[], $2::uuid[]) AS gone (promotion_id, order_id)
         WHERE u.promotion_id = gone.promotion_id AND u.order_id = gone.order_id",
        &column(&rows, |(promotion, _)| *promotion),
        &column(&rows, |(_, order)| order.as_uuid()),
    )
    .execute(connection)
    .await?;
    Ok(())
}
