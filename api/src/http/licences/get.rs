//! `GET /api/v1/licences/{licence_id}`

use axum::extract::State;
use comptoir_domain::values::{LicenceId, Role};
use comptoir_projections::ReadModel;
use comptoir_projections::licences::{LicenceRow, query};

use super::LicencePath;
use super::body::LicenceBody;
use super::past::past_licence;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::as_of::PastQuery;
use crate::http::auth::{Caller, CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};

/// Read a licence
///
/// For its holder, its seller, admins and auditors. Its holder sees its key, the others the last group of it.
/// With `as_of` it is shown as it was, and of its key the last group.
#[utoipa::path(get, path = "/licences/{licence_id}", tag = "licences", params(LicencePath, PastQuery), responses(
    (status = 200, description = "The licence", body = LicenceBody),
    (status = 404, description = "`licence_not_found`: there is none, or it is somebody else's"),
))]
pub(crate) async fn get_licence(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(LicencePath { licence_id }): Path<LicencePath>,
    Query(wanted): Query<PastQuery>,
    min: MinPosition,
) -> Result<Answer<LicenceBody>, Problem> {
    if let Some(as_of) = wanted.as_of {
        return past_licence(&app, &caller, licence_id, as_of, min).await;
    }
    let position = app.reads().reach(&[ReadModel::Licences], min).await?;
    let licence = visible(&app, &caller, licence_id).await?;
    let key = licence.key.clone();
    let body = LicenceBody::of_row(licence, app.now());
    let body = body.for_reader(&app, caller.person_id(), key.as_ref()).await?;
    Ok(Answer::ok(body, position))
}

/// The licence, if the caller may see it.
pub(super) async fn visible(
    app: &App,
    caller: &Caller,
    licence_id: LicenceId,
) -> Result<LicenceRow, Problem> {
    let licence = query::get(app.reads().pool(), licence_id).await?;
    let licence = licence.filter(|licence| may_see(caller, licence));
    licence.ok_or_else(|| Problem::new(ProblemKind::LicenceNotFound))
}

/// Whether a licence is the caller's to see.
pub(super) fn may_see(caller: &Caller, licence: &LicenceRow) -> bool {
    let person_id = caller.person_id();
    caller.sees_all()
        || (caller.is(Role::Buyer) && licence.holder_id == person_id)
        || (caller.is(Role::Seller) && licence.seller_id == person_id)
}
