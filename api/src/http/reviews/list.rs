//! `GET /api/v1/products/{product_id}/reviews`

use axum::extract::State;
use comptoir_domain::values::ReviewId;
use comptoir_projections::reviews::query::{self, ReviewOrder};
use comptoir_projections::{PageRequest, ReadModel, products};
use serde::Deserialize;

use super::body::ReviewBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::pagination::{Limit, ListBody};
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::products::ProductPath;
use crate::http::products::get::may_see;

/// Which reviews are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListReviewsQuery {
    /// How many, 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    #[serde(default)]
    limit: Limit,
    /// The last review of the page before.
    #[param(value_type = Option<String>)]
    starting_after: Option<ReviewId>,
    /// In which order; of two that are equal, the newer one first.
    #[param(inline)]
    #[serde(default)]
    sort: ReviewSort,
    /// Wait until the list has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

/// In which order reviews are listed.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewSort {
    /// By the time they were published, the newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// Most stars first.
    Highest,
    /// Fewest stars first.
    Lowest,
    /// Most votes first.
    MostHelpful,
}

impl From<ReviewSort> for ReviewOrder {
    fn from(sort: ReviewSort) -> Self {
        match sort {
            ReviewSort::Newest => Self::Newest,
            ReviewSort::Oldest => Self::Oldest,
            ReviewSort::Highest => Self::Highest,
            ReviewSort::Lowest => Self::Lowest,
            ReviewSort::MostHelpful => Self::MostHelpful,
        }
    }
}

/// List the reviews of a product
///
/// Those that everybody can read. What their ratings say together stands in the product.
#[utoipa::path(get, path = "/products/{product_id}/reviews", tag = "reviews", params(ProductPath, ListReviewsQuery),
    responses(
        (status = 200, description = "A page of reviews", body = ListBody<ReviewBody>),
        (status = 404, description = "`product_not_found`"),
    ))]
pub(crate) async fn list_reviews(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(ProductPath { product_id }): Path<ProductPath>,
    Query(wanted): Query<ListReviewsQuery>,
    min: MinPosition,
) -> Result<Answer<ListBody<ReviewBody>>, Problem> {
    let models = [ReadModel::Reviews, ReadModel::Products];
    let position = app.reads().reach(&models, min).await?;
    let pool = app.reads().pool();
    let product = products::query::get(pool, product_id).await?;
    if !product.is_some_and(|product| may_see(&caller, &product)) {
        return Err(Problem::new(ProblemKind::ProductNotFound));
    }
    let page = PageRequest {
        limit: wanted.limit.0,
        starting_after: wanted.starting_after,
    };
    let page = query::list(pool, product_id, wanted.sort.into(), page).await?;
    let mut data = Vec::with_capacity(page.items.len());
    for review in &page.items {
        data.push(ReviewBody::public(&app, review).await?);
    }
    let has_more = page.has_more;
    Ok(Answer::ok(ListBody { data, has_more }, position))
}
