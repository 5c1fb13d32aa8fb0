//! `GET /api/v1/licences/{licence_id}`

use axum::extract::State;
use comptoir_domain::values::Role;
use comptoir_projections::ReadModel;
use comptoir_projections::licences::{LicenceRow, query};

use super::LicencePath;
use super::body::LicenceBody;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{Caller, CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;

/// Read a licence
///
/// For its holder, its seller, admins and auditors.
#[utoipa::path(get, path = "/licences/{licence_id}", tag = "licences", params(LicencePath, OneQuery), responses(
    (status = 200, description = "The licence", body = LicenceBody),
    (status = 404, description = "`licence_not_found`: there is none, or it is somebody else's"),
))]
pub(crate) async fn get_licence(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(LicencePath { licence_id }): Path<LicencePath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<LicenceBody>, Problem> {
    let position = app.reads().reach(&[ReadModel::Licences], min).await?;
    let licence = query::get(app.reads().pool(), licence_id).await?;
    let licence = licence.filter(|licence| may_see(&caller, licence));
    let licence = licence.ok_or_else(|| Problem::new(ProblemKind::LicenceNotFound))?;
    Ok(Answer::ok(licence.into(), position))
}

/// Whether a licence is the caller's to see.
pub(super) fn may_see(caller: &Caller, licence: &LicenceRow) -> bool {
    let person_id = caller.person_id();
    caller.sees_all()
        || (caller.is(Role::Buyer) && licence.holder_id == person_id)
        || (caller.is(Role::Seller) && licence.seller_id == person_id)
}
