//! Reads of the licences.

use comptoir_domain::values::{LicenceId, OrderId, PersonId};
use sqlx::PgPool;

use super::row::{LicenceColumns, LicenceRow, LicenceStatus};
use crate::listing::{ListPage, PageRequest, QueryError};

/// Which licences of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LicenceFilter {
    /// All of them.
    #[default]
    Any,
    /// Those in one state.
    Status(LicenceStatus),
}

impl LicenceFilter {
    const fn status(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Status(status) => Some(status.as_str()),
        }
    }
}

macro_rules! select_licences {
    ($from:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            LicenceColumns,
            "SELECT id, order_id, line, unit, holder_id, seller_id, product_id, offer_id, title, kind, terms_version,
                 terms_hash, status, issued_at, issued_position, revision, position " + $from
            $(, $argument)*
        )
    };
}

/// One licence.
pub async fn get(pool: &PgPool, licence_id: LicenceId) -> Result<Option<LicenceRow>, QueryError> {
    select_licences!("FROM read_licences.licences WHERE id = $1", licence_id.as_uuid())
        .fetch_optional(pool)
        .await?
        .map(LicenceRow::try_from)
        .transpose()
}

/// The licences that an order led to: by line, then by unit. An order has a thousand at most.
pub async fn list_for_order(pool: &PgPool, order_id: OrderId) -> Result<Vec<LicenceRow>, QueryError> {
    select_licences!(
        "FROM read_licences.licences WHERE order_id = $1 ORDER BY line, unit",
        order_id.as_uuid()
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(LicenceRow::try_from)
    .collect()
}

/// The licences that a person holds, newest first.
pub async fn list_for_holder(
    pool: &PgPool,
    holder_id: PersonId,
    filter: LicenceFilter,
    page: PageRequest<LicenceId>,
) -> Result<ListPage<LicenceRow>, QueryError> {
    let rows = select_licences!(
        "FROM read_licences.licences
         WHERE holder_id = $1 AND issued_position < $2 AND ($3::text IS NULL OR status = $3)
         ORDER BY issued_position DESC LIMIT $4",
        holder_id.as_uuid(),
        issued_before(pool, page.starting_after).await?,
        filter.status(),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, LicenceRow::try_from)
}

/// The licences that a seller has sold, newest first.
pub async fn list_for_seller(
    pool: &PgPool,
    seller_id: PersonId,
    filter: LicenceFilter,
    page: PageRequest<LicenceId>,
) -> Result<ListPage<LicenceRow>, QueryError> {
    let rows = select_licences!(
        "FROM read_licences.licences
         WHERE seller_id = $1 AND issued_position < $2 AND ($3::text IS NULL OR status = $3)
         ORDER BY issued_position DESC LIMIT $4",
        seller_id.as_uuid(),
        issued_before(pool, page.starting_after).await?,
        filter.status(),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, LicenceRow::try_from)
}

/// All licences, newest first.
pub async fn list_all(
    pool: &PgPool,
    filter: LicenceFilter,
    page: PageRequest<LicenceId>,
) -> Result<ListPage<LicenceRow>, QueryError> {
    let rows = select_licences!(
        "FROM read_licences.licences WHERE issued_position < $1 AND ($2::text IS NULL OR status = $2)
         ORDER BY issued_position DESC LIMIT $3",
        issued_before(pool, page.starting_after).await?,
        filter.status(),
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, LicenceRow::try_from)
}

/// Where the page ends: the ids of licences are derived and say nothing of their time.
async fn issued_before(pool: &PgPool, starting_after: Option<LicenceId>) -> Result<i64, QueryError> {
    let Some(licence_id) = starting_after else {
        return Ok(i64::MAX);
    };
    sqlx::query_scalar!(
        "SELECT issued_position FROM read_licences.licences WHERE id = $1",
        licence_id.as_uuid()
    )
    .fetch_optional(pool)
    .await?
    .ok_or(QueryError::UnknownCursor)
}
