//! `GET /api/v1/persons/{person_id}/export`

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use comptoir_domain::person::Acquaintance;
use comptoir_domain::values::{PersonId, Role};

use super::PersonPath;
use super::acquaintance::{self, NAMING};
use super::document;
use super::known::{Known, PersonExportBody};
use crate::http::App;
use crate::http::answer::json_bytes;
use crate::http::auth::{Caller, CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reads::OneQuery;

/// Read all that is known of a person
///
/// For the person themselves and for admins, as one JSON document, which is sent while it is put together. The keys of
/// licences are whole for the person alone. What was erased is `null`, with a field beside it that says so; who was erased
/// finds `erased` filled in. Should the document break off, it is no JSON: ask again.
#[utoipa::path(get, path = "/persons/{person_id}/export", tag = "persons", params(PersonPath, OneQuery), responses(
    (status = 200, description = "All that is known of them", body = PersonExportBody),
    (status = 403, description = "`forbidden`: auditors see no personal data"),
    (status = 404, description = "`person_not_found`: nothing is known of them, or they are somebody else"),
))]
pub(crate) async fn export_person(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(PersonPath { person_id }): Path<PersonPath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Response, Problem> {
    may_read(&app, &caller, person_id).await?;
    let models = [NAMING.as_slice(), &Known::FURTHER_MODELS].concat();
    let position = app.reads().reach(&models, min).await?;
    let known = Known::new(app, person_id, caller.person_id());
    let body = document::body(|document| known.write(document, position));
    let mut response = json_bytes(StatusCode::OK, body, position);
    let name = format!("attachment; filename=\"{person_id}.json\"");
    if let Ok(name) = HeaderValue::try_from(name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Everybody may read what is known of themselves, if it is nothing; admins what is known of whomever something is.
async fn may_read(app: &App, caller: &Caller, person_id: PersonId) -> Result<(), Problem> {
    if caller.person_id() == person_id {
        return Ok(());
    }
    let not_found = || Problem::new(ProblemKind::PersonNotFound);
    if caller.is(Role::Admin) {
        return match acquaintance::of(app, person_id).await? {
            Acquaintance::Known => Ok(()),
            Acquaintance::Unknown => Err(not_found()),
        };
    }
    if caller.is(Role::Auditor) {
        let detail = "auditors see no personal data; what is known of a person is for the person and admins";
        return Err(Problem::new(ProblemKind::Forbidden).detail(detail));
    }
    Err(not_found())
}
