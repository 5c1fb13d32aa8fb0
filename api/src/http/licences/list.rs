//! `GET /api/v1/licences`

use axum::extract::State;
use comptoir_domain::licence::LicenceStanding;
use comptoir_domain::values::LicenceId;
use comptoir_projections::licences::query::{self, LicenceFilter};
use comptoir_projections::{PageRequest, ReadModel};
use serde::Deserialize;

use super::body::LicenceBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::pagination::{Limit, ListBody};
use crate::http::parameters::Query;
use crate::http::problem::Problem;
use crate::http::view::View;

/// Which licences are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListLicencesQuery {
    /// How many, 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    #[serde(default)]
    limit: Limit,
    /// The last licence of the page before.
    #[param(value_type = Option<String>)]
    starting_after: Option<LicenceId>,
    /// Only those that stand so now.
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

#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum StatusOfQuery {
    Issued,
    Suspended,
    Superseded,
    Revoked,
    Expired,
}

impl From<StatusOfQuery> for LicenceStanding {
    fn from(status: StatusOfQuery) -> Self {
        match status {
            StatusOfQuery::Issued => Self::Live,
            StatusOfQuery::Suspended => Self::Suspended,
            StatusOfQuery::Superseded => Self::Superseded,
            StatusOfQuery::Revoked => Self::Revoked,
            StatusOfQuery::Expired => Self::Expired,
        }
    }
}

/// List licences, the newest first
///
/// A buyer sees those they hold, a seller those they sold, admins and auditors all.
#[utoipa::path(get, path = "/licences", tag = "licences", params(ListLicencesQuery),
    responses((status = 200, description = "A page of licences", body = ListBody<LicenceBody>)))]
pub(crate) async fn list_licences(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Query(wanted): Query<ListLicencesQuery>,
    min: MinPosition,
) -> Result<Answer<ListBody<LicenceBody>>, Problem> {
    let view = View::of(wanted.view, &caller)?;
    let position = app.reads().reach(&[ReadModel::Licences], min).await?;
    let page = PageRequest {
        limit: wanted.limit.0,
        starting_after: wanted.starting_after,
    };
    let side = view.side(&caller);
    let now = app.now();
    let filter = wanted.status.map_or(LicenceFilter::Any, |status| {
        LicenceFilter::Standing(status.into(), now)
    });
    let page = query::list(app.reads().pool(), side, filter, page).await?;
    let rows = page.items.into_iter();
    let data = rows.map(|row| LicenceBody::of_row(row, now)).collect();
    Ok(Answer::ok(
        ListBody {
            data,
            has_more: page.has_more,
        },
        position,
    ))
}
