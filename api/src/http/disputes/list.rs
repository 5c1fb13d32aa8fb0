//! `GET /api/v1/disputes`

use axum::extract::State;
use comptoir_domain::order::{DisputeOutcome, DisputeStanding};
use comptoir_domain::values::DisputeId;
use comptoir_projections::disputes::query::{self, DisputeFilter};
use comptoir_projections::{PageRequest, ReadModel};
use serde::Deserialize;

use super::body::DisputeBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::pagination::{Limit, ListBody};
use crate::http::parameters::Query;
use crate::http::problem::Problem;
use crate::http::view::View;

/// Which disputes are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListDisputesQuery {
    /// How many, 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    #[serde(default)]
    limit: Limit,
    /// The last dispute of the page before.
    #[param(value_type = Option<String>)]
    starting_after: Option<DisputeId>,
    /// Only those that stand so.
    #[param(inline)]
    status: Option<StatusOfQuery>,
    /// From whose side; the widest the caller has, if nobody says.
    #[param(inline)]
    view: Option<View>,
    /// Wait until the list has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

/// Where a dispute stands.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum StatusOfQuery {
    /// It has not ended.
    Open,
    /// The money stays.
    Won,
    /// The money is gone.
    Lost,
}

impl From<StatusOfQuery> for DisputeFilter {
    fn from(status: StatusOfQuery) -> Self {
        Self::Standing(match status {
            StatusOfQuery::Open => DisputeStanding::Open,
            StatusOfQuery::Won => DisputeStanding::Closed(DisputeOutcome::Won),
            StatusOfQuery::Lost => DisputeStanding::Closed(DisputeOutcome::Lost),
        })
    }
}

/// List disputes, the newest first
///
/// A buyer sees those of their orders, a seller those of orders with a line of theirs, admins and auditors all.
#[utoipa::path(get, path = "/disputes", tag = "disputes", params(ListDisputesQuery),
    responses((status = 200, description = "A page of disputes", body = ListBody<DisputeBody>)))]
pub(crate) async fn list_disputes(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Query(wanted): Query<ListDisputesQuery>,
    min: MinPosition,
) -> Result<Answer<ListBody<DisputeBody>>, Problem> {
    let view = View::of(wanted.view, &caller)?;
    let models = [ReadModel::Disputes, ReadModel::Orders];
    let position = app.reads().reach(&models, min).await?;
    let page = PageRequest {
        limit: wanted.limit.0,
        starting_after: wanted.starting_after,
    };
    let filter = wanted.status.map(DisputeFilter::from).unwrap_or_default();
    let (pool, me) = (app.reads().pool(), caller.person_id());
    let page = match view {
        View::Buyer => query::list_for_buyer(pool, me, filter, page).await?,
        View::Seller => query::list_for_seller(pool, me, filter, page).await?,
        View::All => query::list_all(pool, filter, page).await?,
    };
    let data = page.items.into_iter().map(|view| DisputeBody::from(view.dispute));
    Ok(Answer::ok(
        ListBody {
            data: data.collect(),
            has_more: page.has_more,
        },
        position,
    ))
}
