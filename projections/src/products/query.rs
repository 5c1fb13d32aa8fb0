//! Reads of the catalogue.

use comptoir_domain::values::{
    LicenceTerms, OfferId, PersonId, ProductId, TermsHash, TermsText, TermsVersion,
};
use sqlx::PgPool;
use uuid::Uuid;

use super::row::{ProductColumns, ProductView, select_products};
use crate::listing::{ListPage, PageRequest, QueryError};
use crate::text::from_name;

/// Which products a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductShelf {
    /// What everybody may see: the products on sale, and those that an exclusive buyer has yet to pay.
    Catalogue,
    /// All products of a seller, drafts included.
    Of(PersonId),
}

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

/// Products, newest first. A page can only begin behind a product that is, or was, on the same shelf.
pub async fn list(
    pool: &PgPool,
    shelf: ProductShelf,
    page: PageRequest<ProductId>,
) -> Result<ListPage<ProductView>, QueryError> {
    let before = before(pool, shelf, page.starting_after).await?;
    let rows = match shelf {
        ProductShelf::Catalogue => {
            select_views!(
                "FROM read_products.products p
                 WHERE p.sale_status IN ('on_sale', 'reserved') AND p.id < $1 ORDER BY p.id DESC LIMIT $2",
                before,
                page.limit.probe()
            )
            .fetch_all(pool)
            .await?
        }
        ProductShelf::Of(seller_id) => select_views!(
            "FROM read_products.products p WHERE p.seller_id = $1 AND p.id < $2 ORDER BY p.id DESC LIMIT $3",
            seller_id.as_uuid(),
            before,
            page.limit.probe()
        )
        .fetch_all(pool)
        .await?,
    };
    ListPage::of(rows, page.limit, ProductView::try_from)
}

/// The id that the page ends before. A product that was sold or withdrawn since it was listed still ends its page; a draft
/// was never listed.
async fn before(
    pool: &PgPool,
    shelf: ProductShelf,
    starting_after: Option<ProductId>,
) -> Result<Uuid, QueryError> {
    let Some(product_id) = starting_after.map(ProductId::as_uuid) else {
        return Ok(Uuid::max());
    };
    let seller_id = match shelf {
        ProductShelf::Catalogue => None,
        ProductShelf::Of(seller_id) => Some(seller_id.as_uuid()),
    };
    sqlx::query_scalar!(
        "SELECT id FROM read_products.products
         WHERE id = $1 AND CASE WHEN $2::uuid IS NULL THEN published_at IS NOT NULL ELSE seller_id = $2 END",
        product_id,
        seller_id
    )
    .fetch_optional(pool)
    .await?
    .ok_or(QueryError::UnknownCursor)
}

/// The wording with this fingerprint, as an offer of the product is or was sold under it. What was bought can always be
/// read: offers and products that are withdrawn keep their wordings.
pub async fn wording(
    pool: &PgPool,
    product_id: ProductId,
    hash: TermsHash,
) -> Result<Option<TermsText>, QueryError> {
    let wording = sqlx::query_scalar!(
        "SELECT wording FROM read_products.offer_terms
         WHERE product_id = $1 AND sha256(convert_to(wording, 'UTF8')) = $2 LIMIT 1",
        product_id.as_uuid(),
        hash.as_bytes().as_slice()
    )
    .fetch_optional(pool)
    .await?;
    let unreadable = QueryError::unreadable("offer_terms", product_id.as_uuid());
    wording
        .map(|wording| from_name(&wording).map_err(|error| unreadable(&error)))
        .transpose()
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
