//! Reads of the reviews.

use std::collections::BTreeMap;

use comptoir_domain::review::ReviewStatus;
use comptoir_domain::values::{ProductId, RatingSummary, ReviewId};
use sqlx::PgPool;

use super::row::{ReviewColumns, ReviewRow, ReviewView, select_reviews};
use crate::listing::{ListPage, PageRequest, QueryError};

/// In which order a product's reviews are listed; of two that are equal, the newer one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReviewOrder {
    /// By the time they were posted.
    #[default]
    Newest,
    /// The other way round.
    Oldest,
    /// Most stars first.
    Highest,
    /// Fewest stars first.
    Lowest,
    /// Most votes first.
    MostHelpful,
}

/// Which reviews of a list over all products are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReviewFilter {
    /// All of them.
    #[default]
    Any,
    /// Those that can be read by these.
    Status(ReviewStatus),
    /// Those with a report that nobody has looked at.
    Reported,
}

/// Where a page begins: behind a review with these values.
struct Behind {
    rating: i16,
    helpful_count: i64,
    posted_position: i64,
}

/// One review, whoever may read it: that is for the caller to say.
pub async fn get(pool: &PgPool, review_id: ReviewId) -> Result<Option<ReviewView>, QueryError> {
    let row = select_reviews!("FROM read_reviews.reviews WHERE id = $1", review_id.as_uuid())
        .fetch_optional(pool)
        .await?;
    row.map(|row| ReviewRow::try_from(row).map(|row| row.view))
        .transpose()
}

/// What the ratings of a product say together.
pub async fn ratings(pool: &PgPool, product_id: ProductId) -> Result<RatingSummary, QueryError> {
    let found = ratings_of(pool, &[product_id]).await?;
    Ok(found.get(&product_id).copied().unwrap_or_default())
}

/// The same for several products, as far as they have any.
pub async fn ratings_of(
    pool: &PgPool,
    products: &[ProductId],
) -> Result<BTreeMap<ProductId, RatingSummary>, QueryError> {
    let ids: Vec<_> = products.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        "SELECT product_id, one_star, two_stars, three_stars, four_stars, five_stars
         FROM read_reviews.product_ratings WHERE product_id = ANY($1)",
        &ids
    )
    .fetch_all(pool)
    .await?;
    let mut found = BTreeMap::new();
    for row in rows {
        let unreadable = QueryError::unreadable("product_ratings", row.product_id);
        let stored = [
            row.one_star,
            row.two_stars,
            row.three_stars,
            row.four_stars,
            row.five_stars,
        ];
        let mut counts = [0; 5];
        for (count, stored) in counts.iter_mut().zip(stored) {
            *count = u32::try_from(stored).map_err(|error| unreadable(&error))?;
        }
        let product_id = ProductId::from_uuid(row.product_id);
        found.insert(product_id, RatingSummary::of_counts(counts));
    }
    Ok(found)
}

/// The reviews of a product in whatever state, in the order of their ids, behind `after`.
pub async fn ids_of_product(
    pool: &PgPool,
    product_id: ProductId,
    after: Option<ReviewId>,
    limit: u16,
) -> Result<Vec<ReviewId>, QueryError> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM read_reviews.reviews WHERE product_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        product_id.as_uuid(),
        after.map_or(uuid::Uuid::nil(), ReviewId::as_uuid),
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(ReviewId::from_uuid).collect())
}

/// The visible reviews of a product. A page can only begin behind a review of the same product; one that was hidden, or
/// has got more votes, since it was listed goes on from where it would stand now.
pub async fn list(
    pool: &PgPool,
    product_id: ProductId,
    order: ReviewOrder,
    page: PageRequest<ReviewId>,
) -> Result<ListPage<ReviewView>, QueryError> {
    let behind = behind(pool, product_id, order, page.starting_after).await?;
    let Behind {
        rating,
        helpful_count,
        posted_position,
    } = behind;
    let (product_id, probe) = (product_id.as_uuid(), page.limit.probe());
    let rows = match order {
        ReviewOrder::Newest => {
            select_reviews!(
            "FROM read_reviews.reviews WHERE product_id = $1 AND status = 'visible' AND posted_position < $2
                 ORDER BY posted_position DESC LIMIT $3",
            product_id,
            posted_position,
            probe
        )
            .fetch_all(pool)
            .await?
        }
        ReviewOrder::Oldest => {
            select_reviews!(
            "FROM read_reviews.reviews WHERE product_id = $1 AND status = 'visible' AND posted_position > $2
                 ORDER BY posted_position LIMIT $3",
            product_id,
            posted_position,
            probe
        )
            .fetch_all(pool)
            .await?
        }
        ReviewOrder::Highest => {
            select_reviews!(
                "FROM read_reviews.reviews WHERE product_id = $1 AND status = 'visible'
                     AND (rating, posted_position) < ($2, $3)
                 ORDER BY rating DESC, posted_position DESC LIMIT $4",
                product_id,
                rating,
                posted_position,
                probe
            )
            .fetch_all(pool)
            .await?
        }
        ReviewOrder::Lowest => {
            select_reviews!(
                "FROM read_reviews.reviews WHERE product_id = $1 AND status = 'visible'
                     AND (rating > $2 OR (rating = $2 AND posted_position < $3))
                 ORDER BY rating, posted_position DESC LIMIT $4",
                product_id,
                rating,
                posted_position,
                probe
            )
            .fetch_all(pool)
            .await?
        }
        ReviewOrder::MostHelpful => {
            select_reviews!(
                "FROM read_reviews.reviews WHERE product_id = $1 AND status = 'visible'
                     AND (helpful_count, posted_position) < ($2, $3)
                 ORDER BY helpful_count DESC, posted_position DESC LIMIT $4",
                product_id,
                helpful_count,
                posted_position,
                probe
            )
            .fetch_all(pool)
            .await?
        }
    };
    ListPage::of(rows, page.limit, |row| {
        ReviewRow::try_from(row).map(|row| row.view)
    })
}

/// The reviews of all products, newest first. A page can begin behind any review, whether or not it still passes the filter.
pub async fn list_all(
    pool: &PgPool,
    filter: ReviewFilter,
    page: PageRequest<ReviewId>,
) -> Result<ListPage<ReviewView>, QueryError> {
    let before = match page.starting_after {
        None => i64::MAX,
        Some(review_id) => sqlx::query_scalar!(
            "SELECT posted_position FROM read_reviews.reviews WHERE id = $1",
            review_id.as_uuid()
        )
        .fetch_optional(pool)
        .await?
        .ok_or(QueryError::UnknownCursor)?,
    };
    let status = match filter {
        ReviewFilter::Any | ReviewFilter::Reported => None,
        ReviewFilter::Status(status) => Some(status.as_str()),
    };
    let rows = match filter {
        ReviewFilter::Any | ReviewFilter::Status(_) => {
            select_reviews!(
                "FROM read_reviews.reviews WHERE posted_position < $1 AND ($2::text IS NULL OR status = $2)
                 ORDER BY posted_position DESC LIMIT $3",
                before,
                status,
                page.limit.probe()
            )
            .fetch_all(pool)
            .await?
        }
        ReviewFilter::Reported => {
            select_reviews!(
                "FROM read_reviews.reviews WHERE posted_position < $1 AND open_reports > 0
                 ORDER BY posted_position DESC LIMIT $2",
                before,
                page.limit.probe()
            )
            .fetch_all(pool)
            .await?
        }
    };
    ListPage::of(rows, page.limit, |row| {
        ReviewRow::try_from(row).map(|row| row.view)
    })
}

/// Where the page begins; without a cursor, before everything.
async fn behind(
    pool: &PgPool,
    product_id: ProductId,
    order: ReviewOrder,
    starting_after: Option<ReviewId>,
) -> Result<Behind, QueryError> {
    let Some(review_id) = starting_after else {
        return Ok(Behind {
            rating: match order {
                ReviewOrder::Lowest => 0,
                ReviewOrder::Newest
                | ReviewOrder::Oldest
                | ReviewOrder::Highest
                | ReviewOrder::MostHelpful => i16::MAX,
            },
            helpful_count: i64::MAX,
            posted_position: match order {
                ReviewOrder::Oldest => 0,
                ReviewOrder::Newest
                | ReviewOrder::Highest
                | ReviewOrder::Lowest
                | ReviewOrder::MostHelpful => i64::MAX,
            },
        });
    };
    sqlx::query_as!(
        Behind,
        "SELECT rating, helpful_count, posted_position FROM read_reviews.reviews WHERE id = $1 AND product_id = $2",
        review_id.as_uuid(),
        product_id.as_uuid()
    )
    .fetch_optional(pool)
    .await?
    .ok_or(QueryError::UnknownCursor)
}
