//! `GET /api/v1/licences/{licence_id}/files`

use axum::extract::State;
use comptoir_projections::ReadModel;
use serde::Serialize;

use super::LicencePath;
use super::get::visible;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::Problem;
use crate::http::products::body::FileBody;
use crate::http::reads::OneQuery;

/// The files of the product that a licence is for, at most 50.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Files {
    /// The files as they are now.
    data: Vec<FileBody>,
}

/// List the files that a licence opens
#[utoipa::path(get, path = "/licences/{licence_id}/files", tag = "licences", params(LicencePath, OneQuery), responses(
    (status = 200, description = "The files", body = Files),
    (status = 404, description = "`licence_not_found`: there is none, or it is somebody else's"),
))]
pub(crate) async fn list_files(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(LicencePath { licence_id }): Path<LicencePath>,
    _: Query<OneQuery>,
    min: MinPosition,
) -> Result<Answer<Files>, Problem> {
    let position = app.reads().reach(&[ReadModel::Licences], min).await?;
    let licence = visible(&app, &caller, licence_id).await?;
    let files = app.engine().files_of_licence(licence.product_id).await?;
    let files = files
        .into_iter()
        .map(|(id, content)| FileBody::new(id, Some(content)));
    Ok(Answer::ok(
        Files {
            data: files.collect(),
        },
        position,
    ))
}
