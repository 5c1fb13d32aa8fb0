//! Loads and stores the rows of a batch, a few statements for all of them. Table names come without a schema, which the
//! runner chooses.

use comptoir_domain::values::{Description, LicenceTerms, OfferId, OrderId, ProductId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{
    OfferRow, ProductColumns, ProductRow, ProductView, sale_status_name, select_products, standing_name,
};
use crate::listing::QueryError;
use crate::runner::ApplyError;
use crate::text::{column, json_of, name_of};

/// The products with these ids, as far as they exist.
pub(super) async fn load(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<ProductView>, ApplyError> {
    let rows = select_products!(
        "(SELECT json_agg(f ORDER BY f.ordinal) FROM offers f WHERE f.product_id = p.id)",
        "FROM products p WHERE p.id = ANY($1)",
        ids
    )
    .fetch_all(connection)
    .await?;
    let views: Result<_, QueryError> = rows.into_iter().map(ProductView::try_from).collect();
    Ok(views?)
}

pub(super) async fn upsert_products(
    connection: &mut PgConnection,
    rows: &[&ProductRow],
) -> Result<(), sqlx::Error> {
    let exclusive_offer = |row: &&ProductRow| {
        row.exclusive
            .offer_and_order()
            .map(|(offer, _)| OfferId::as_uuid(offer))
    };
    let exclusive_order = |row: &&ProductRow| {
        row.exclusive
            .offer_and_order()
            .map(|(_, order)| OrderId::as_uuid(order))
    };
    sqlx::query_file!(
        "src/products/upsert_products.sql",
        &column(rows, |row| row.product_id.as_uuid()),
        &column(rows, |row| row.seller_id.as_uuid()),
        &column(rows, |row| row.title.as_str()) as _,
        &column(rows, |row| row.description.as_ref().map(Description::as_str)) as _,
        &column(rows, |row| name_of(&row.publication)),
        &column(rows, |row| sale_status_name(row.sale_status())) as _,
        &column(rows, |row| row.exclusive.name()) as _,
        &column(rows, exclusive_offer) as _,
        &column(rows, exclusive_order) as _,
        &column(rows, |row| json_of(&row.files)),
        &column(rows, |row| row.created_at),
        &column(rows, |row| row.published_at) as _,
        &column(rows, |row| row.updated_at),
        &column(rows, |row| row.revision.get()),
        &column(rows, |row| row.position.get()),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Offers with their product and their place among its offers.
pub(super) async fn upsert_offers(
    connection: &mut PgConnection,
    rows: &[(Uuid, i32, &OfferRow)],
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query_file!(
        "src/products/upsert_offers.sql",
        &column(rows, |(product_id, _, _)| *product_id),
        &column(rows, |(_, _, offer)| offer.offer_id.as_uuid()),
        &column(rows, |(_, place, _)| *place),
        &column(rows, |(_, _, offer)| name_of(&offer.kind)),
        &column(rows, |(_, _, offer)| offer.price.amount),
        &column(rows, |(_, _, offer)| offer.price.currency.code()) as _,
        &column(rows, |(_, _, offer)| offer.terms_version.as_str()) as _,
        &column(rows, |(_, _, offer)| offer.terms_hash.to_string()),
        &column(rows, |(_, _, offer)| name_of(&offer.tax_category)),
        &column(rows, |(_, _, offer)| json_of(&offer.use_terms)),
        &column(rows, |(_, _, offer)| standing_name(offer.standing)) as _,
        &column(rows, |(_, _, offer)| offer.added_at),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn insert_terms(
    connection: &mut PgConnection,
    rows: &[(ProductId, OfferId, LicenceTerms)],
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO offer_terms (product_id, offer_id, version, wording)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])",
        &column(rows, |(product_id, _, _)| product_id.as_uuid()),
        &column(rows, |(_, offer_id, _)| offer_id.as_uuid()),
        &column(rows, |(_, _, terms)| terms.version.as_str()) as _,
        &column(rows, |(_, _, terms)| terms.text.as_str()) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
