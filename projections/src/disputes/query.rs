//! Reads of the disputes.

use comptoir_domain::order::DisputeStanding;
use comptoir_domain::values::{DisputeId, OrderId, PersonId};
use sqlx::PgPool;
use uuid::Uuid;

use super::row::{DisputeColumns, DisputeRow, DisputeView, select_disputes};
use crate::listing::{ListPage, PageRequest, QueryError, Side};

/// Which disputes of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DisputeFilter {
    /// All of them.
    #[default]
    Any,
    /// Those that stand so.
    Standing(DisputeStanding),
}

impl DisputeFilter {
    const fn standing(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Standing(standing) => Some(standing.as_str()),
        }
    }
}

/// Disputes with those whom they concern, by qualified names.
macro_rules! select_views {
    ($from:literal $(, $argument:expr)* $(,)?) => {
        select_disputes!(
            "(SELECT o.buyer_id FROM read_orders.orders o WHERE o.id = d.order_id) AS buyer_id,
             ARRAY(SELECT l.seller_id FROM read_orders.order_lines l WHERE l.order_id = d.order_id ORDER BY l.line)
                 AS sellers",
            $from
            $(, $argument)*
        )
    };
}

/// Disputes alone.
macro_rules! select_rows {
    ($from:literal $(, $argument:expr)* $(,)?) => {
        select_disputes!("NULL::uuid AS buyer_id, NULL::uuid[] AS sellers", $from $(, $argument)*)
    };
}

/// One dispute.
pub async fn get(pool: &PgPool, dispute_id: DisputeId) -> Result<Option<DisputeView>, QueryError> {
    select_views!(
        "FROM read_disputes.disputes d WHERE d.id = $1",
        dispute_id.as_uuid()
    )
    .fetch_optional(pool)
    .await?
    .map(DisputeView::try_from)
    .transpose()
}

/// The disputes of an order, the oldest first.
pub async fn list_for_order(pool: &PgPool, order_id: OrderId) -> Result<Vec<DisputeView>, QueryError> {
    select_views!(
        "FROM read_disputes.disputes d WHERE d.order_id = $1 ORDER BY d.opened_position",
        order_id.as_uuid()
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(DisputeView::try_from)
    .collect()
}

/// Those of these disputes that are known, in no order.
pub async fn known(pool: &PgPool, disputes: &[DisputeId]) -> Result<Vec<DisputeRow>, QueryError> {
    let ids: Vec<Uuid> = disputes.iter().map(|id| id.as_uuid()).collect();
    rows(
        select_rows!("FROM read_disputes.disputes d WHERE d.id = ANY($1)", &ids)
            .fetch_all(pool)
            .await?,
    )
}

/// Open disputes, in the order of their ids.
pub async fn open(
    pool: &PgPool,
    starting_after: Option<DisputeId>,
    limit: u32,
) -> Result<Vec<DisputeRow>, QueryError> {
    rows(
        select_rows!(
            "FROM read_disputes.disputes d WHERE d.standing = 'open' AND d.id > $1 ORDER BY d.id LIMIT $2",
            starting_after.map_or(Uuid::nil(), DisputeId::as_uuid),
            i64::from(limit)
        )
        .fetch_all(pool)
        .await?,
    )
}

fn rows(columns: Vec<DisputeColumns>) -> Result<Vec<DisputeRow>, QueryError> {
    columns.into_iter().map(DisputeRow::try_from).collect()
}

/// The disputes of a buyer's orders, newest first.
pub async fn list_for_buyer(
    pool: &PgPool,
    buyer_id: PersonId,
    filter: DisputeFilter,
    page: PageRequest<DisputeId>,
) -> Result<ListPage<DisputeView>, QueryError> {
    let rows = select_views!(
        "FROM read_disputes.disputes d
         WHERE d.order_id IN (SELECT o.id FROM read_orders.orders o WHERE o.buyer_id = $1)
             AND d.opened_position < $2 AND ($3::text IS NULL OR d.standing = $3)
         ORDER BY d.opened_position DESC LIMIT $4",
        buyer_id.as_uuid(),
        opened_before(pool, Side::Buyer(buyer_id), page.starting_after).await?,
        filter.standing(),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, DisputeView::try_from)
}

/// The disputes of orders with a line of this seller, newest first.
pub async fn list_for_seller(
    pool: &PgPool,
    seller_id: PersonId,
    filter: DisputeFilter,
    page: PageRequest<DisputeId>,
) -> Result<ListPage<DisputeView>, QueryError> {
    let rows = select_views!(
        "FROM read_disputes.disputes d
         WHERE EXISTS (
                 SELECT FROM read_orders.order_lines s WHERE s.seller_id = $1 AND s.order_id = d.order_id
             )
             AND d.opened_position < $2 AND ($3::text IS NULL OR d.standing = $3)
         ORDER BY d.opened_position DESC LIMIT $4",
        seller_id.as_uuid(),
        opened_before(pool, Side::Seller(seller_id), page.starting_after).await?,
        filter.standing(),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, DisputeView::try_from)
}

/// All disputes, newest first.
pub async fn list_all(
    pool: &PgPool,
    filter: DisputeFilter,
    page: PageRequest<DisputeId>,
) -> Result<ListPage<DisputeView>, QueryError> {
    let rows = select_views!(
        "FROM read_disputes.disputes d
         WHERE d.opened_position < $1 AND ($2::text IS NULL OR d.standing = $2)
         ORDER BY d.opened_position DESC LIMIT $3",
        opened_before(pool, Side::All, page.starting_after).await?,
        filter.standing(),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, DisputeView::try_from)
}

/// Where the page ends, which must be behind a row of the same side: the ids of disputes are derived and say nothing of their time.
async fn opened_before(
    pool: &PgPool,
    side: Side,
    starting_after: Option<DisputeId>,
) -> Result<i64, QueryError> {
    let (buyer_id, seller_id) = side.people();
    let Some(dispute_id) = starting_after else {
        return Ok(i64::MAX);
    };
    sqlx::query_scalar!(
        "SELECT d.opened_position FROM read_disputes.disputes d
         WHERE d.id = $1
             AND ($2::uuid IS NULL OR EXISTS (
                 SELECT FROM read_orders.orders o WHERE o.id = d.order_id AND o.buyer_id = $2))
             AND ($3::uuid IS NULL OR EXISTS (
                 SELECT FROM read_orders.order_lines s
                 WHERE s.seller_id = $3 AND s.order_id = d.order_id))",
        dispute_id.as_uuid(),
        buyer_id,
        seller_id
    )
    .fetch_optional(pool)
    .await?
    .ok_or(QueryError::UnknownCursor)
}
