//! Reads of the licences.

use chrono::{DateTime, Utc};
use comptoir_domain::licence::LicenceStanding;
use comptoir_domain::values::{KeyDigest, LicenceId, OrderId};
use sqlx::{PgExecutor, PgPool};

use super::row::{
    ActivationColumns, ActivationRow, LicenceColumns, LicenceRow, LicenceStatus, select_licences,
};
use crate::listing::{ListPage, PageRequest, QueryError, Side};

/// Which licences of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LicenceFilter {
    /// All of them.
    #[default]
    Any,
    /// Those that stand so at a moment.
    Standing(LicenceStanding, DateTime<Utc>),
}

/// What a filter asks of a row: a status, and where that leaves it open, whether its time is over.
struct Wanted {
    status: Option<&'static str>,
    expired: Option<bool>,
    now: Option<DateTime<Utc>>,
}

impl LicenceFilter {
    fn wanted(self) -> Wanted {
        let Self::Standing(standing, now) = self else {
            return Wanted {
                status: None,
                expired: None,
                now: None,
            };
        };
        let (status, expired) = match standing {
            LicenceStanding::Live => (LicenceStatus::Issued, Some(false)),
            LicenceStanding::Expired => (LicenceStatus::Issued, Some(true)),
            LicenceStanding::Suspended => (LicenceStatus::Suspended, None),
            LicenceStanding::Superseded => (LicenceStatus::Superseded, None),
            LicenceStanding::Revoked => (LicenceStatus::Revoked, None),
        };
        Wanted {
            status: Some(status.as_str()),
            expired,
            now: Some(now),
        }
    }
}

/// One licence.
pub async fn get(pool: &PgPool, licence_id: LicenceId) -> Result<Option<LicenceRow>, QueryError> {
    select_licences!("FROM read_licences.licences WHERE id = $1", licence_id.as_uuid())
        .fetch_optional(pool)
        .await?
        .map(LicenceRow::try_from)
        .transpose()
}

/// The licence that has a key now, as far as this model has come. Its stream has the last word.
pub async fn find_by_key(pool: &PgPool, key: KeyDigest) -> Result<Option<LicenceId>, QueryError> {
    let id = sqlx::query_scalar!(
        "SELECT id FROM read_licences.licences WHERE key_digest = $1",
        key.to_string()
    )
    .fetch_optional(pool)
    .await?;
    Ok(id.map(LicenceId::from_uuid))
}

/// The devices that use a licence, the oldest first.
pub async fn activations(pool: &PgPool, licence_id: LicenceId) -> Result<Vec<ActivationRow>, QueryError> {
    let rows = sqlx::query_as!(
        ActivationColumns,
        r#"SELECT activation_id, label AS "label: _", activated_at FROM read_licences.activations
           WHERE licence_id = $1 ORDER BY activated_at, activation_id"#,
        licence_id.as_uuid()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(ActivationRow::from).collect())
}

/// The licences that an order led to: by line, then by unit. An order has a thousand at most.
pub async fn list_for_order(
    executor: impl PgExecutor<'_>,
    order_id: OrderId,
) -> Result<Vec<LicenceRow>, QueryError> {
    select_licences!(
        "FROM read_licences.licences WHERE order_id = $1 ORDER BY line, unit",
        order_id.as_uuid()
    )
    .fetch_all(executor)
    .await?
    .into_iter()
    .map(LicenceRow::try_from)
    .collect()
}

/// Licences, newest first. A page can only begin behind a licence of the same side.
pub async fn list(
    pool: &PgPool,
    side: Side,
    filter: LicenceFilter,
    page: PageRequest<LicenceId>,
) -> Result<ListPage<LicenceRow>, QueryError> {
    let before = issued_before(pool, side, page.starting_after).await?;
    let Wanted { status, expired, now } = filter.wanted();
    let probe = page.limit.probe();
    let rows = match side {
        Side::Buyer(holder_id) => {
            select_licences!(
                "FROM read_licences.licences
                 WHERE holder_id = $1 AND issued_position < $2 AND ($3::text IS NULL OR status = $3)
                   AND ($5::bool IS NULL OR $5 = coalesce(expires_at <= $6, false))
                 ORDER BY issued_position DESC LIMIT $4",
                holder_id.as_uuid(),
                before,
                status,
                probe,
                expired,
                now
            )
            .fetch_all(pool)
            .await?
        }
        Side::Seller(seller_id) => {
            select_licences!(
                "FROM read_licences.licences
                 WHERE seller_id = $1 AND issued_position < $2 AND ($3::text IS NULL OR status = $3)
                   AND ($5::bool IS NULL OR $5 = coalesce(expires_at <= $6, false))
                 ORDER BY issued_position DESC LIMIT $4",
                seller_id.as_uuid(),
                before,
                status,
                probe,
                expired,
                now
            )
            .fetch_all(pool)
            .await?
        }
        Side::All => {
            select_licences!(
                "FROM read_licences.licences
                 WHERE issued_position < $1 AND ($2::text IS NULL OR status = $2)
                   AND ($4::bool IS NULL OR $4 = coalesce(expires_at <= $5, false))
                 ORDER BY issued_position DESC LIMIT $3",
                before,
                status,
                probe,
                expired,
                now
            )
            .fetch_all(pool)
            .await?
        }
    };
    ListPage::of(rows, page.limit, LicenceRow::try_from)
}

/// Where the page ends: the ids of licences are derived and say nothing of their time. Whether the licence still passes
/// the filter does not matter: it did, on the page before.
async fn issued_before(
    pool: &PgPool,
    side: Side,
    starting_after: Option<LicenceId>,
) -> Result<i64, QueryError> {
    let Some(licence_id) = starting_after else {
        return Ok(i64::MAX);
    };
    let (holder_id, seller_id) = side.people();
    sqlx::query_scalar!(
        "SELECT issued_position FROM read_licences.licences
         WHERE id = $1 AND ($2::uuid IS NULL OR holder_id = $2) AND ($3::uuid IS NULL OR seller_id = $3)",
        licence_id.as_uuid(),
        holder_id,
        seller_id
    )
    .fetch_optional(pool)
    .await?
    .ok_or(QueryError::UnknownCursor)
}
