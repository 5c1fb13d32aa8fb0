//! `GET /api/v1/downloads/{token}`

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde::Deserialize;

use crate::http::App;
use crate::http::file::{FileHead, attachment};
use crate::http::parameters::Path;
use crate::http::problem::Problem;
use crate::http::request_id::RequestId;

/// The path of a download.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct DownloadPath {
    /// What makes the link good.
    token: String,
}

/// Download a file
///
/// By a link of `POST /licences/{licence_id}/files/{name}/link`; no other token is needed. Each link is recorded once, before
/// its first byte. Every request asks anew whether the licence is live.
#[utoipa::path(get, path = "/downloads/{token}", tag = "downloads", security(()),
    params(
        DownloadPath,
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` that the range is of"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of what the client has"),
    ),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 206, description = "The bytes that were asked for", content_type = "application/octet-stream"),
        (status = 403, description = "`link_invalid`, or `licence_not_live`: it is suspended, revoked or expired"),
        (status = 404, description = "`file_not_found`: it was replaced since"),
        (status = 410, description = "`link_ended`"),
        (status = 416, description = "`range_not_satisfiable`"),
    ))]
pub(crate) async fn download(
    State(app): State<App>,
    Path(DownloadPath { token }): Path<DownloadPath>,
    Extension(request_id): Extension<RequestId>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let download = app.engine().open_download(&token).await?;
    let content = &download.content;
    let head = FileHead {
        sha256: content.sha256,
        bytes: content.bytes,
        media_type: content.media_type.as_str().to_owned(),
        disposition: attachment(content.name.as_str()),
    };
    let (mut response, range) = head.answer(&method, &headers)?;
    if let Some(range) = range {
        let request_id = Some(request_id.as_str().to_owned());
        let bytes = app.engine().read_download(&download, range, request_id).await?;
        *response.body_mut() = Body::from_stream(bytes);
    }
    Ok(response)
}
