//! `GET /api/v1/reviews`

use axum::extract::State;
use comptoir_domain::review::ReviewStatus;
use comptoir_domain::values::ReviewId;
use comptoir_projections::reviews::query::{self, ReviewFilter};
use comptoir_projections::{PageRequest, ReadModel};
use serde::Deserialize;

use super::body::ReviewBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Overseers};
use crate::http::min_position::MinPosition;
use crate::http::pagination::{Limit, ListBody};
use crate::http::parameters::Query;
use crate::http::problem::Problem;

/// Which reviews are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListAllReviewsQuery {
    /// How many, 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    #[serde(default)]
    limit: Limit,
    /// The last review of the page before.
    #[param(value_type = Option<String>)]
    starting_after: Option<ReviewId>,
    /// Only those.
    #[param(inline)]
    status: Option<StatusOfQuery>,
    /// Wait until the list has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

/// Who can read a review, or that somebody thinks that it should not be there.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum StatusOfQuery {
    /// Everybody can read them.
    Visible,
    /// Their authors and the platform can.
    Hidden,
    /// Nobody can any more.
    Removed,
    /// Not a state of its own: those with a report that nobody has looked at.
    Reported,
}

impl From<StatusOfQuery> for ReviewFilter {
    fn from(status: StatusOfQuery) -> Self {
        match status {
            StatusOfQuery::Visible => Self::Status(ReviewStatus::Visible),
            StatusOfQuery::Hidden => Self::Status(ReviewStatus::Hidden),
            StatusOfQuery::Removed => Self::Status(ReviewStatus::Removed),
            StatusOfQuery::Reported => Self::Reported,
        }
    }
}

/// List reviews of all products, the newest first
///
/// With the number of reports that nobody has looked at, and their reasons. What those who reported have written is shown
/// where a review is read by itself. Hiding a review settles its reports, and so does restoring it, which says of a visible
/// one that it stays.
#[utoipa::path(get, path = "/reviews", tag = "reviews", params(ListAllReviewsQuery),
    responses((status = 200, description = "A page of reviews", body = ListBody<ReviewBody>)))]
pub(crate) async fn list_all_reviews(
    caller: CallerAs<Overseers>,
    State(app): State<App>,
    Query(wanted): Query<ListAllReviewsQuery>,
    min: MinPosition,
) -> Result<Answer<ListBody<ReviewBody>>, Problem> {
    let position = app.reads().reach(&[ReadModel::Reviews], min).await?;
    let page = PageRequest {
        limit: wanted.limit.0,
        starting_after: wanted.starting_after,
    };
    let filter = wanted.status.map(ReviewFilter::from).unwrap_or_default();
    let page = query::list_all(app.reads().pool(), filter, page).await?;
    let mut data = Vec::with_capacity(page.items.len());
    for review in &page.items {
        data.push(ReviewBody::for_list_of_all(&app, &caller, review).await?);
    }
    let has_more = page.has_more;
    Ok(Answer::ok(ListBody { data, has_more }, position))
}
