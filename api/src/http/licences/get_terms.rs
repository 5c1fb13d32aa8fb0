//! `GET /api/v1/licences/{licence_id}/terms`

use axum::extract::State;
use comptoir_projections::ReadModel;
use comptoir_projections::licences::query;

use super::LicencePath;
use super::get::may_see;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;
use crate::http::terms::{WordingBody, sold_under};

/// Read the wording of a licence
///
/// The one that was bought, whatever has become of product and offer since. For those who may read the licence.
#[utoipa::path(get, path = "/licences/{licence_id}/terms", tag = "licences", params(LicencePath, OneQuery), responses(
    (status = 200, description = "The wording", body = WordingBody),
    (status = 404, description = "`licence_not_found`: there is none, or it is somebody else's"),
))]
pub(crate) async fn get_licence_terms(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(LicencePath { licence_id }): Path<LicencePath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<WordingBody>, Problem> {
    let models = [ReadModel::Licences, ReadModel::Products];
    let position = app.reads().reach(&models, min).await?;
    let licence = query::get(app.reads().pool(), licence_id).await?;
    let licence = licence
        .filter(|licence| may_see(&caller, licence))
        .ok_or_else(|| Problem::new(ProblemKind::LicenceNotFound))?;
    let (version, hash) = (licence.terms_version, licence.terms_hash);
    let terms = sold_under(&app, licence.product_id, version, hash).await?;
    Ok(Answer::ok(terms, position))
}
