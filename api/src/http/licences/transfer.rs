//! `POST /api/v1/licences/{licence_id}/transfer`

use axum::extract::State;
use comptoir_domain::values::PersonId;
use serde::Deserialize;

use super::LicencePath;
use super::body::{LicenceBody, changed};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{BuyersAndAdmins, CallerAs};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// Who is to hold a licence.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransferRequest {
    /// The person.
    #[schema(value_type = String, example = "person_01jd3e8m6xf2r9kq7v5t4w8zab")]
    to: PersonId,
}

/// Pass a licence on to another person
///
/// By its holder or an admin, where its terms allow it. It takes effect at once and cannot be taken back: the other person
/// holds it from then on, with a new key that only they see, and it is active on no device any more.
#[utoipa::path(post, path = "/licences/{licence_id}/transfer", tag = "licences", request_body = TransferRequest,
    params(
        LicencePath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 200, description = "The licence as it is now, with its key masked", body = LicenceBody),
        (status = 403, description = "`licence_not_live`: it is suspended, revoked or expired"),
        (status = 404, description = "`licence_not_found`: there is none, or it is somebody else's"),
        (status = 409, description = "`licence_conflict`: its terms do not allow it, or the person holds it already"),
    ))]
pub(crate) async fn transfer_licence(
    caller: CallerAs<BuyersAndAdmins>,
    State(app): State<App>,
    Path(LicencePath { licence_id }): Path<LicencePath>,
    Command { context, body }: Command<TransferRequest>,
) -> Result<Answer<LicenceBody>, Problem> {
    let moved = app
        .engine()
        .transfer_licence(&context, licence_id, body.to)
        .await?;
    changed(
        &app,
        caller.person_id(),
        moved.map(|licence| licence.state.held().cloned()),
    )
    .await
}
