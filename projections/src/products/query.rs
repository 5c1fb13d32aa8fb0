//! Reads of the catalogue.

use comptoir_domain::values::{LicenceTerms, OfferId, PersonId, ProductId, TermsText, TermsVersion};
use sqlx::PgPool;

use super::row::{ProductColumns, ProductView, select_products};
use crate::listing::{ListPage, PageRequest, QueryError, before};
use crate::text::from_name;

/// Products with their offers, by qualified names.
macro_rules! select_views {
    ($from:literal $(, $argument:expr)* $(,)?) => {
        select_products!(
            "(SELECT json_agg(f ORDER BY f.ordinal) FROM read_products.offers f WHERE f.product_id = p.id)",
            $from
            $(, $argument)*
        )
    };
}

/// One product, whatever its state: who may see a draft is for the caller to say.
pub async fn get(pool: &PgPool, product_id: ProductId) -> Result<Option<ProductView>, QueryError> {
    select_views!(
        "FROM read_products.products p WHERE p.id = $1",
        product_id.as_uuid()
    )
    .fetch_optional(pool)
    .await?
    .map(ProductView::try_from)
    .transpose()
}

/// What everybody may see, newest first: the products on sale, and those that an exclusive buyer has yet to pay.
pub async fn list_published(
    pool: &PgPool,
    page: PageRequest<ProductId>,
) -> Result<ListPage<ProductView>, QueryError> {
    let rows = select_views!(
        "FROM read_products.products p
         WHERE p.sale_status IN ('on_sale', 'reserved') AND p.id < $1 ORDER BY p.id DESC LIMIT $2",
        before(page.starting_after.map(ProductId::as_uuid)),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, ProductView::try_from)
}

/// All products of a seller, drafts included, newest first.
pub async fn list_for_seller(
    pool: &PgPool,
    seller_id: PersonId,
    page: PageRequest<ProductId>,
) -> Result<ListPage<ProductView>, QueryError> {
    let rows = select_views!(
        "FROM read_products.products p WHERE p.seller_id = $1 AND p.id < $2 ORDER BY p.id DESC LIMIT $3",
        seller_id.as_uuid(),
        before(page.starting_after.map(ProductId::as_uuid)),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, ProductView::try_from)
}

/// The wording that an offer's licence is sold under.
pub async fn terms(
    pool: &PgPool,
    product_id: ProductId,
    offer_id: OfferId,
) -> Result<Option<LicenceTerms>, QueryError> {
    let row = sqlx::query!(
        "SELECT version, wording FROM read_products.offer_terms WHERE product_id = $1 AND offer_id = $2",
        product_id.as_uuid(),
        offer_id.as_uuid()
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let unreadable = QueryError::unreadable("offer_terms", offer_id.as_uuid());
    let version: TermsVersion = from_name(&row.version).map_err(|error| unreadable(&error))?;
    let wording: TermsText = from_name(&row.wording).map_err(|error| unreadable(&error))?;
    Ok(Some(LicenceTerms::new(version, wording)))
}
