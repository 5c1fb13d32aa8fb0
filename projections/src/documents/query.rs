//! Reads of the documents.

use chrono::NaiveDate;
use comptoir_domain::document::{DocumentKind, DocumentNumber};
use comptoir_domain::values::{DocumentId, OrderId, PersonId};
use sqlx::PgPool;

use super::row::{DocumentColumns, DocumentRow, select_documents};
use crate::listing::{ListPage, PLAN_FOR_VALUES, PageRequest, QueryError, Side};

/// Which documents of a list are wanted: those that pass every part that is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentFilter {
    /// Invoices or credit notes.
    pub kind: Option<DocumentKind>,
    /// Of this order.
    pub order_id: Option<OrderId>,
    /// Issued in the name of this seller.
    pub seller_id: Option<PersonId>,
    /// Issued on this day or later.
    pub issued_from: Option<NaiveDate>,
    /// Issued on this day or before.
    pub issued_to: Option<NaiveDate>,
    /// With this number.
    pub number: Option<DocumentNumber>,
}

/// One document, whoever may read it: that is for the caller to say.
pub async fn get(pool: &PgPool, document_id: DocumentId) -> Result<Option<DocumentRow>, QueryError> {
    select_documents!(
        "FROM read_documents.documents d WHERE d.id = $1",
        document_id.as_uuid()
    )
    .fetch_optional(pool)
    .await?
    .map(DocumentRow::try_from)
    .transpose()
}

/// The documents with a number, whoever's: the oldest first. Numbers of several suppliers may look alike.
pub async fn ids_of_number(pool: &PgPool, number: &str, limit: i64) -> Result<Vec<DocumentId>, QueryError> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM read_documents.documents WHERE number = $1 ORDER BY issued_position LIMIT $2",
        number,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(DocumentId::from_uuid).collect())
}

/// Documents, the newest first. A seller sees those that are issued in their name. A page can only begin behind a document of
/// the same side and kind.
pub async fn list(
    pool: &PgPool,
    side: Side,
    filter: &DocumentFilter,
    page: PageRequest<DocumentId>,
) -> Result<ListPage<DocumentRow>, QueryError> {
    let (buyer_id, seller_id) = side.people();
    let before = issued_before(pool, side, filter.kind, page.starting_after).await?;
    let mut listing = pool.begin_with(PLAN_FOR_VALUES).await?;
    let rows = select_documents!(
        "FROM read_documents.documents d
         WHERE d.issued_position < $1
             AND ($2::uuid IS NULL OR d.buyer_id = $2)
             AND ($3::uuid IS NULL OR d.seller_id = $3)
             AND ($4::text IS NULL OR d.kind = $4)
             AND ($5::uuid IS NULL OR d.order_id = $5)
             AND ($6::uuid IS NULL OR d.seller_id = $6)
             AND ($7::date IS NULL OR d.issued_on >= $7)
             AND ($8::date IS NULL OR d.issued_on <= $8)
             AND ($9::text IS NULL OR d.number = $9)
         ORDER BY d.issued_position DESC LIMIT $10",
        before,
        buyer_id,
        seller_id,
        filter.kind.map(DocumentKind::as_str),
        filter.order_id.map(OrderId::as_uuid),
        filter.seller_id.map(PersonId::as_uuid),
        filter.issued_from,
        filter.issued_to,
        filter.number.as_ref().map(DocumentNumber::as_str),
        page.limit.probe()
    )
    .fetch_all(&mut *listing)
    .await?;
    listing.commit().await?;
    ListPage::of(rows, page.limit, DocumentRow::try_from)
}

/// Where the page ends: the ids of documents are derived and say nothing of their time. Whether the document still passes
/// the rest of the filter does not matter.
async fn issued_before(
    pool: &PgPool,
    side: Side,
    kind: Option<DocumentKind>,
    starting_after: Option<DocumentId>,
) -> Result<i64, QueryError> {
    let (buyer_id, seller_id) = side.people();
    let Some(document_id) = starting_after else {
        return Ok(i64::MAX);
    };
    sqlx::query_scalar!(
        "SELECT d.issued_position FROM read_documents.documents d
         WHERE d.id = $1 AND ($2::uuid IS NULL OR d.buyer_id = $2) AND ($3::uuid IS NULL OR d.seller_id = $3)
             AND ($4::text IS NULL OR d.kind = $4)",
        document_id.as_uuid(),
        buyer_id,
        seller_id,
        kind.map(DocumentKind::as_str)
    )
    .fetch_optional(pool)
    .await?
    .ok_or(QueryError::UnknownCursor)
}
