//! Reads of the orders: one, lists in pages, and what is due for the workers.

use chrono::{DateTime, Utc};
use comptoir_domain::order::{OrderStatus, PaymentStatus};
use comptoir_domain::values::{OrderId, PaymentId, PersonId};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::row::{OrderColumns, OrderView, select_orders};
use crate::listing::{ListPage, PLAN_FOR_VALUES, PageRequest, QueryError, Side};

/// Which orders of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderFilter {
    /// All of them.
    #[default]
    Any,
    /// Those in one state.
    Status(OrderStatus),
    /// Those that a human must look at.
    NeedsReview,
}

impl OrderFilter {
    const fn status(self) -> Option<&'static str> {
        match self {
            Self::Any | Self::NeedsReview => None,
            Self::Status(status) => Some(status.as_str()),
        }
    }

    const fn needs_review(self) -> bool {
        match self {
            Self::Any | Self::Status(_) => false,
            Self::NeedsReview => true,
        }
    }
}

/// Orders with their lines, by qualified names.
macro_rules! select_views {
    ($from:literal $(, $argument:expr)* $(,)?) => {
        select_orders!(
            "(SELECT json_agg(l.content ORDER BY l.line) FROM read_orders.order_lines l WHERE l.order_id = o.id)",
            $from
            $(, $argument)*
        )
    };
}

/// One order.
pub async fn get(executor: impl PgExecutor<'_>, order_id: OrderId) -> Result<Option<OrderView>, QueryError> {
    select_views!("FROM read_orders.orders o WHERE o.id = $1", order_id.as_uuid())
        .fetch_optional(executor)
        .await?
        .map(OrderView::try_from)
        .transpose()
}

/// Orders, newest first. Each comes with all of its lines: who shows it to a seller leaves out those of others. A page can
/// only begin behind an order of the same side.
pub async fn list(
    pool: &PgPool,
    side: Side,
    filter: OrderFilter,
    page: PageRequest<OrderId>,
) -> Result<ListPage<OrderView>, QueryError> {
    let before = before(pool, side, page.starting_after).await?;
    let mut listing = pool.begin_with(PLAN_FOR_VALUES).await?;
    let (status, needs_review, probe) = (filter.status(), filter.needs_review(), page.limit.probe());
    let rows = match side {
        Side::Buyer(buyer_id) => {
            select_views!(
                "FROM read_orders.orders o
                 WHERE o.buyer_id = $1 AND o.id < $2 AND ($3::text IS NULL OR o.status = $3)
                     AND (NOT $4 OR o.needs_review)
                 ORDER BY o.id DESC LIMIT $5",
                buyer_id.as_uuid(),
                before,
                status,
                needs_review,
                probe
            )
            .fetch_all(&mut *listing)
            .await?
        }
        Side::Seller(seller_id) => {
            select_views!(
                "FROM read_orders.orders o
                 WHERE o.id IN (
                         SELECT s.order_id FROM read_orders.order_lines s WHERE s.seller_id = $1 AND s.order_id < $2
                     )
                     AND ($3::text IS NULL OR o.status = $3) AND (NOT $4 OR o.needs_review)
                 ORDER BY o.id DESC LIMIT $5",
                seller_id.as_uuid(),
                before,
                status,
                needs_review,
                probe
            )
            .fetch_all(&mut *listing)
            .await?
        }
        Side::All => {
            select_views!(
                "FROM read_orders.orders o
                 WHERE o.id < $1 AND ($2::text IS NULL OR o.status = $2) AND (NOT $3 OR o.needs_review)
                 ORDER BY o.id DESC LIMIT $4",
                before,
                status,
                needs_review,
                probe
            )
            .fetch_all(&mut *listing)
            .await?
        }
    };
    listing.commit().await?;
    ListPage::of(rows, page.limit, OrderView::try_from)
}

/// The id that the page ends before. Whether the order still passes the filter does not matter: it did, on the page before.
async fn before(pool: &PgPool, side: Side, starting_after: Option<OrderId>) -> Result<Uuid, QueryError> {
    let Some(order_id) = starting_after.map(OrderId::as_uuid) else {
        return Ok(Uuid::max());
    };
    let (buyer_id, seller_id) = side.people();
    sqlx::query_scalar!(
        "SELECT o.id FROM read_orders.orders o
         WHERE o.id = $1 AND ($2::uuid IS NULL OR o.buyer_id = $2)
             AND ($3::uuid IS NULL OR EXISTS (
                 SELECT FROM read_orders.order_lines s WHERE s.order_id = o.id AND s.seller_id = $3
             ))",
        order_id,
        buyer_id,
        seller_id
    )
    .fetch_optional(pool)
    .await?
    .ok_or(QueryError::UnknownCursor)
}

/// The orders with something of a seller in them, in the order of their ids, behind `after`.
pub async fn ids_of_seller(
    pool: &PgPool,
    seller_id: PersonId,
    after: Option<OrderId>,
    limit: u16,
) -> Result<Vec<OrderId>, QueryError> {
    let ids = sqlx::query_scalar!(
        "SELECT DISTINCT order_id FROM read_orders.order_lines
         WHERE seller_id = $1 AND order_id > $2 ORDER BY order_id LIMIT $3",
        seller_id.as_uuid(),
        after.map_or(Uuid::nil(), OrderId::as_uuid),
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(OrderId::from_uuid).collect())
}

/// Orders whose time to be paid is over and that may expire: those of which the bank has yet to answer may not.
/// The longest overdue first.
pub async fn due_for_expiry(
    pool: &PgPool,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<OrderId>, QueryError> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM read_orders.orders
         WHERE status IN ('awaiting_payment', 'processing', 'payment_failed') AND status <> 'processing'
             AND expires_at <= $1
         ORDER BY expires_at LIMIT $2",
        now,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(OrderId::from_uuid).collect())
}

/// Orders placed before a moment of whose payment the provider does not know yet, as far as we know. Oldest first.
pub async fn awaiting_payment_initiation(
    pool: &PgPool,
    older_than: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<OrderId>, QueryError> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM read_orders.orders
         WHERE status = 'awaiting_payment' AND payment_status IS NULL AND placed_at <= $1
         ORDER BY placed_at LIMIT $2",
        older_than,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(OrderId::from_uuid).collect())
}

/// Which payments the reconciler asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonTerminalPayments {
    /// Only orders of which nothing was heard since.
    pub updated_before: DateTime<Utc>,
    /// Also closed orders that were closed since: their payment may still succeed.
    pub closed_after: DateTime<Utc>,
    /// Where the round before ended; none for the beginning. Whoever goes round by this starves no order.
    pub starting_after: Option<OrderId>,
    /// How many at most.
    pub limit: u32,
}

/// A payment that may still change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NonTerminalPayment {
    /// The order.
    pub order_id: OrderId,
    /// Its payment.
    pub payment_id: PaymentId,
    /// What the provider said last.
    pub payment_status: PaymentStatus,
    /// When the order changed last.
    pub updated_at: DateTime<Utc>,
}

/// Payments that the provider knows of and that may still change, in the order of their orders' ids.
pub async fn non_terminal_payments(
    pool: &PgPool,
    wanted: &NonTerminalPayments,
) -> Result<Vec<NonTerminalPayment>, QueryError> {
    let rows = sqlx::query!(
        r#"(SELECT id AS "id!", payment_id AS "payment_id!", payment_status AS "payment_status!",
                updated_at AS "updated_at!"
            FROM read_orders.orders
            WHERE status IN ('awaiting_payment', 'processing', 'payment_failed') AND payment_status IS NOT NULL
                AND updated_at < $1 AND id > $3
            ORDER BY id LIMIT $4)
           UNION ALL
           (SELECT id, payment_id, payment_status, updated_at FROM read_orders.orders
            WHERE status IN ('cancelled', 'expired') AND closed_at > $2 AND received_minor = 0
                AND payment_status IS NOT NULL AND updated_at < $1 AND id > $3
            ORDER BY id LIMIT $4)
           ORDER BY 1 LIMIT $4"#,
        wanted.updated_before,
        wanted.closed_after,
        wanted.starting_after.map_or(Uuid::nil(), OrderId::as_uuid),
        i64::from(wanted.limit)
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let unreadable = QueryError::unreadable("orders", row.id);
            Ok(NonTerminalPayment {
                order_id: OrderId::from_uuid(row.id),
                payment_id: PaymentId::from_uuid(row.payment_id),
                payment_status: row.payment_status.parse().map_err(|error| unreadable(&error))?,
                updated_at: row.updated_at,
            })
        })
        .collect()
}
