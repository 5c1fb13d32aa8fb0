//! `POST /api/v1/licences/{licence_id}/files/{name}/link`

use axum::extract::State;
use chrono::{DateTime, Utc};
use comptoir_domain::values::{FileName, LicenceId, Sha256Hex};
use serde::{Deserialize, Serialize};

use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{BuyersAndAdmins, CallerAs};
use crate::http::command::{Command, Nothing};
use crate::http::parameters::{Path, text_of_path};
use crate::http::problem::Problem;

/// The path of a file of a licence.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct LicenceFilePath {
    /// The licence.
    #[param(value_type = String, example = "licence_01jd3e8m6xf2r9kq7v5t4w8zab")]
    licence_id: LicenceId,
    /// The name of the file.
    #[param(value_type = String, example = "Night Drive.wav")]
    #[serde(deserialize_with = "text_of_path")]
    name: FileName,
}

/// A link that a file can be downloaded by.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = DownloadLink)]
pub(crate) struct DownloadLinkBody {
    /// Where. Whoever has the address has the file, until it ends.
    url: String,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// How many bytes the file has.
    bytes: u64,
    /// SHA-256 of its bytes, in hex.
    #[schema(value_type = String)]
    sha256: Sha256Hex,
}

/// Make a link to a file that a licence opens
///
/// For the holder of a live licence. Nothing is stored, so that it needs no idempotency key: asked again, there is one link
/// more.
#[utoipa::path(post, path = "/licences/{licence_id}/files/{name}/link", tag = "downloads", params(LicenceFilePath),
    responses(
        (status = 200, description = "The link", body = DownloadLinkBody),
        (status = 403, description = "`licence_not_live`: it is suspended, revoked or expired"),
        (status = 404, description = "`licence_not_found`, or `file_not_found`: the product has no such file"),
    ))]
pub(crate) async fn link_file(
    _: CallerAs<BuyersAndAdmins>,
    State(app): State<App>,
    Path(LicenceFilePath { licence_id, name }): Path<LicenceFilePath>,
    Command {
        context,
        body: Nothing {},
    }: Command<Nothing>,
) -> Result<Answer<DownloadLinkBody>, Problem> {
    let link = app.engine().link_file(&context, licence_id, &name).await?;
    let body = DownloadLinkBody {
        url: format!("{}/api/v1/downloads/{}", app.http().public_url, link.token),
        expires_at: link.expires_at,
        bytes: link.content.bytes,
        sha256: link.content.sha256,
    };
    Ok(Answer::ok(body, app.engine().ledger().horizon()))
}
