//! `GET /api/v1/refunds`

use axum::extract::State;
use comptoir_domain::values::RefundId;
use comptoir_projections::refunds::RefundProgress;
use comptoir_projections::refunds::query::{self, RefundFilter};
use comptoir_projections::{PageRequest, ReadModel};
use serde::Deserialize;

use super::body::{RefundBody, RefundStatusName};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::pagination::{Limit, ListBody};
use crate::http::parameters::Query;
use crate::http::problem::Problem;
use crate::http::view::View;

/// Which refunds are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListRefundsQuery {
    /// How many, 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    #[serde(default)]
    limit: Limit,
    /// The last refund of the page before.
    #[param(value_type = Option<String>)]
    starting_after: Option<RefundId>,
    /// Only those that are so far.
    #[param(value_type = Option<RefundStatusName>)]
    status: Option<StatusOfQuery>,
    /// From whose side; the widest the caller has, if nobody says.
    #[param(inline)]
    view: Option<View>,
    /// Wait until the list has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StatusOfQuery {
    Requested,
    Submitted,
    UnderReview,
    Succeeded,
    Failed,
}

impl From<StatusOfQuery> for RefundFilter {
    fn from(status: StatusOfQuery) -> Self {
        Self::Status(match status {
            StatusOfQuery::Requested => RefundProgress::Requested,
            StatusOfQuery::Submitted => RefundProgress::Submitted,
            StatusOfQuery::UnderReview => RefundProgress::UnderReview,
            StatusOfQuery::Succeeded => RefundProgress::Succeeded,
            StatusOfQuery::Failed => RefundProgress::Failed,
        })
    }
}

/// List refunds, the newest first
///
/// A buyer sees those of their orders, a seller what concerns their lines, admins and auditors all.
#[utoipa::path(get, path = "/refunds", tag = "refunds", params(ListRefundsQuery),
    responses((status = 200, description = "A page of refunds", body = ListBody<RefundBody>)))]
pub(crate) async fn list_refunds(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Query(wanted): Query<ListRefundsQuery>,
    min: MinPosition,
) -> Result<Answer<ListBody<RefundBody>>, Problem> {
    let view = View::of(wanted.view, &caller)?;
    let models = [ReadModel::Refunds, ReadModel::Orders];
    let position = app.reads().reach(&models, min).await?;
    let page = PageRequest {
        limit: wanted.limit.0,
        starting_after: wanted.starting_after,
    };
    let filter = wanted.status.map(RefundFilter::from).unwrap_or_default();
    let (pool, me) = (app.reads().pool(), caller.person_id());
    let page = match view {
        View::Buyer => query::list_for_buyer(pool, me, filter, page).await?,
        View::Seller => query::list_for_seller(pool, me, filter, page).await?,
        View::All => query::list_all(pool, filter, page).await?,
    };
    let seen = |refund| RefundBody::seen_by(&caller, refund);
    Ok(Answer::ok(
        ListBody {
            data: page.items.into_iter().filter_map(seen).collect(),
            has_more: page.has_more,
        },
        position,
    ))
}
