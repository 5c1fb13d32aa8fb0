//! Reads of the refunds.

use comptoir_domain::values::{OrderId, PersonId, RefundId};
use sqlx::PgPool;

use super::row::{RefundColumns, RefundProgress, RefundView, select_refunds};
use crate::listing::{ListPage, PageRequest, QueryError, Side};

/// Which refunds of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RefundFilter {
    /// All of them.
    #[default]
    Any,
    /// Those that are so far.
    Status(RefundProgress),
}

impl RefundFilter {
    const fn status(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Status(status) => Some(status.as_str()),
        }
    }
}

/// Refunds with those whom they concern, by qualified names.
macro_rules! select_views {
    ($from:literal $(, $argument:expr)* $(,)?) => {
        select_refunds!(
            "(SELECT o.buyer_id FROM read_orders.orders o WHERE o.id = r.order_id) AS buyer_id,
             ARRAY(SELECT l.seller_id FROM read_orders.order_lines l WHERE l.order_id = r.order_id ORDER BY l.line)
                 AS sellers",
            $from
            $(, $argument)*
        )
    };
}

/// One refund.
pub async fn get(pool: &PgPool, refund_id: RefundId) -> Result<Option<RefundView>, QueryError> {
    select_views!("FROM read_refunds.refunds r WHERE r.id = $1", refund_id.as_uuid())
        .fetch_optional(pool)
        .await?
        .map(RefundView::try_from)
        .transpose()
}

/// The refunds of an order, the oldest first.
pub async fn list_for_order(pool: &PgPool, order_id: OrderId) -> Result<Vec<RefundView>, QueryError> {
    select_views!(
        "FROM read_refunds.refunds r WHERE r.order_id = $1 ORDER BY r.opened_position",
        order_id.as_uuid()
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(RefundView::try_from)
    .collect()
}

/// The refunds of a buyer's orders, newest first.
pub async fn list_for_buyer(
    pool: &PgPool,
    buyer_id: PersonId,
    filter: RefundFilter,
    page: PageRequest<RefundId>,
) -> Result<ListPage<RefundView>, QueryError> {
    let rows = select_views!(
        "FROM read_refunds.refunds r
         WHERE r.order_id IN (SELECT o.id FROM read_orders.orders o WHERE o.buyer_id = $1)
             AND r.opened_position < $2 AND ($3::text IS NULL OR r.status = $3)
         ORDER BY r.opened_position DESC LIMIT $4",
        buyer_id.as_uuid(),
        opened_before(pool, Side::Buyer(buyer_id), page.starting_after).await?,
        filter.status(),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, RefundView::try_from)
}

/// The refunds that are about a line of this seller, newest first. Each comes with all of its parts: who shows it to the
/// seller leaves out those of others.
pub async fn list_for_seller(
    pool: &PgPool,
    seller_id: PersonId,
    filter: RefundFilter,
    page: PageRequest<RefundId>,
) -> Result<ListPage<RefundView>, QueryError> {
    let rows = select_views!(
        "FROM read_refunds.refunds r
         WHERE EXISTS (
                 SELECT FROM read_orders.order_lines s
                 WHERE s.seller_id = $1 AND s.order_id = r.order_id AND (s.line = ANY(r.lines) OR r.lines = '{}')
             )
             AND r.opened_position < $2 AND ($3::text IS NULL OR r.status = $3)
         ORDER BY r.opened_position DESC LIMIT $4",
        seller_id.as_uuid(),
        opened_before(pool, Side::Seller(seller_id), page.starting_after).await?,
        filter.status(),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, RefundView::try_from)
}

/// All refunds, newest first.
pub async fn list_all(
    pool: &PgPool,
    filter: RefundFilter,
    page: PageRequest<RefundId>,
) -> Result<ListPage<RefundView>, QueryError> {
    let rows = select_views!(
        "FROM read_refunds.refunds r
         WHERE r.opened_position < $1 AND ($2::text IS NULL OR r.status = $2)
         ORDER BY r.opened_position DESC LIMIT $3",
        opened_before(pool, Side::All, page.starting_after).await?,
        filter.status(),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, RefundView::try_from)
}

/// Where the page ends, which must be behind a row of the same side: some ids of refunds are derived and say nothing of their time.
async fn opened_before(
    pool: &PgPool,
    side: Side,
    starting_after: Option<RefundId>,
) -> Result<i64, QueryError> {
    let (buyer_id, seller_id) = side.people();
    let Some(refund_id) = starting_after else {
        return Ok(i64::MAX);
    };
    sqlx::query_scalar!(
        "SELECT r.opened_position FROM read_refunds.refunds r
         WHERE r.id = $1
             AND ($2::uuid IS NULL OR EXISTS (
                 SELECT FROM read_orders.orders o WHERE o.id = r.order_id AND o.buyer_id = $2))
             AND ($3::uuid IS NULL OR EXISTS (
                 SELECT FROM read_orders.order_lines s
                 WHERE s.seller_id = $3 AND s.order_id = r.order_id AND (s.line = ANY(r.lines) OR r.lines = '{}')))",
        refund_id.as_uuid(),
        buyer_id,
        seller_id
    )
    .fetch_optional(pool)
    .await?
    .ok_or(QueryError::UnknownCursor)
}
