//! Reads of the promotions.

use comptoir_domain::values::{OrderId, PersonId, PromoId};
use sqlx::PgPool;

use super::row::{PromotionColumns, PromotionRow, UseStandingName};
use crate::listing::{ListPage, PageRequest, QueryError};

/// Promotions with their uses counted.
macro_rules! select_promotions {
    ($from:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            PromotionColumns,
            r#"SELECT p.id, p.code, p.created_by, p.terms AS "terms: _", p.created_at, p.deactivated_at, p.revision,
                   p.position, used.reserved AS "reserved!", used.redeemed AS "redeemed!",
                   used.beyond_caps AS "beyond_caps!"
               FROM read_promotions.promotions p CROSS JOIN LATERAL (
                   SELECT count(*) FILTER (WHERE u.standing = 'reserved') AS reserved,
                       count(*) FILTER (WHERE u.standing = 'redeemed') AS redeemed,
                       count(*) FILTER (WHERE u.standing = 'redeemed_beyond_caps') AS beyond_caps
                   FROM read_promotions.promotion_uses u WHERE u.promotion_id = p.id
               ) used "# + $from
            $(, $argument)*
        )
    };
}

/// One promotion.
pub async fn get(pool: &PgPool, promo_id: PromoId) -> Result<Option<PromotionRow>, QueryError> {
    select_promotions!("WHERE p.id = $1", promo_id.as_uuid())
        .fetch_optional(pool)
        .await?
        .map(PromotionRow::try_from)
        .transpose()
}

/// How an order uses a promotion; none, if it does not, or no longer.
pub async fn standing_of_use(
    pool: &PgPool,
    promo_id: PromoId,
    order_id: OrderId,
) -> Result<Option<UseStandingName>, QueryError> {
    let name = sqlx::query_scalar!(
        "SELECT standing FROM read_promotions.promotion_uses WHERE promotion_id = $1 AND order_id = $2",
        promo_id.as_uuid(),
        order_id.as_uuid()
    )
    .fetch_optional(pool)
    .await?;
    let known = |name: String| {
        UseStandingName::ALL
            .into_iter()
            .find(|standing| standing.as_str() == name)
    };
    Ok(name.and_then(known))
}

/// The promotions that a person has made, newest first.
pub async fn list_for_maker(
    pool: &PgPool,
    created_by: PersonId,
    page: PageRequest<PromoId>,
) -> Result<ListPage<PromotionRow>, QueryError> {
    let rows = select_promotions!(
        "WHERE p.created_by = $1 AND p.created_position < $2 ORDER BY p.created_position DESC LIMIT $3",
        created_by.as_uuid(),
        created_before(pool, Some(created_by), page.starting_after).await?,
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, PromotionRow::try_from)
}

/// All promotions, newest first.
pub async fn list_all(
    pool: &PgPool,
    page: PageRequest<PromoId>,
) -> Result<ListPage<PromotionRow>, QueryError> {
    let rows = select_promotions!(
        "WHERE p.created_position < $1 ORDER BY p.created_position DESC LIMIT $2",
        created_before(pool, None, page.starting_after).await?,
        page.limit.probe()
    )
    .fetch_all(pool)
    .await?;
    ListPage::of(rows, page.limit, PromotionRow::try_from)
}

/// Where the page ends, which must be behind a promotion of the same maker: ids of promotions follow from their codes, so that
/// whoever could tell that one exists could try out codes. They say nothing of their time.
async fn created_before(
    pool: &PgPool,
    maker: Option<PersonId>,
    starting_after: Option<PromoId>,
) -> Result<i64, QueryError> {
    let Some(promo_id) = starting_after else {
        return Ok(i64::MAX);
    };
    sqlx::query_scalar!(
        "SELECT created_position FROM read_promotions.promotions
         WHERE id = $1 AND ($2::uuid IS NULL OR created_by = $2)",
        promo_id.as_uuid(),
        maker.map(PersonId::as_uuid)
    )
    .fetch_optional(pool)
    .await?
    .ok_or(QueryError::UnknownCursor)
}
