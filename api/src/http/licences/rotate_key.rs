//! `POST /api/v1/licences/{licence_id}/rotate-key`

use axum::extract::State;

use super::LicencePath;
use super::body::{LicenceBody, changed};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{BuyersAndAdmins, CallerAs};
use crate::http::command::{Command, Nothing};
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// Replace the key of a licence
///
/// By its holder or an admin. The key before is worth nothing from then on; the licence's devices stay active.
#[utoipa::path(post, path = "/licences/{licence_id}/rotate-key", tag = "licences",
    params(
        LicencePath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 200, description = "The licence, for its holder with the new key", body = LicenceBody),
        (status = 403, description = "`licence_not_live`: it is suspended, revoked or expired"),
        (status = 404, description = "`licence_not_found`: there is none, or it is somebody else's"),
    ))]
pub(crate) async fn rotate_key(
    caller: CallerAs<BuyersAndAdmins>,
    State(app): State<App>,
    Path(LicencePath { licence_id }): Path<LicencePath>,
    Command {
        context,
        body: Nothing {},
    }: Command<Nothing>,
) -> Result<Answer<LicenceBody>, Problem> {
    let rotated = app.engine().rotate_licence_key(&context, licence_id).await?;
    changed(
        &app,
        caller.person_id(),
        rotated.map(|licence| licence.state.held().cloned()),
    )
    .await
}
