//! `GET /api/v1/licences/{licence_id}/file`

use axum::extract::State;
use axum::http::{HeaderName, Method, header};
use comptoir_domain::values::ActivationId;
use serde::Deserialize;

use super::LicencePath;
use crate::http::App;
use crate::http::auth::{BuyersAndAdmins, CallerAs};
use crate::http::command::Asked;
use crate::http::parameters::{Path, Query};
use crate::http::problem::Problem;

/// For which device.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct LicenceFileQuery {
    /// A device that the licence is active on; for any device, if nobody says.
    #[param(value_type = Option<String>)]
    activation_id: Option<ActivationId>,
}

/// Read the signed file of a licence
///
/// For its holder, to be checked by programs that are offline: a JSON Web Signature by Ed25519, as `docs/LICENCE-FILE.md`
/// describes it. The keys are at `/.well-known/comptoir-keys`. A program works by the file until it ends, so it is recorded
/// before it is handed out, and delivery has begun: with the consent of the order, the right of withdrawal ends.
#[utoipa::path(get, path = "/licences/{licence_id}/file", tag = "licences", params(LicencePath, LicenceFileQuery),
    responses(
        (status = 200, description = "The file", body = String, content_type = "application/jose"),
        (status = 403, description = "`licence_not_live`: it is suspended, revoked or expired"),
        (status = 404, description = "`licence_not_found`: there is none, or it is somebody else's"),
        (status = 409, description = "`licence_conflict`: it is not active on this device"),
    ))]
pub(crate) async fn read_licence_file(
    _: CallerAs<BuyersAndAdmins>,
    State(app): State<App>,
    method: Method,
    Path(LicencePath { licence_id }): Path<LicencePath>,
    Query(LicenceFileQuery { activation_id }): Query<LicenceFileQuery>,
    Asked(context): Asked,
) -> Result<([(HeaderName, &'static str); 3], String), Problem> {
    let engine = app.engine();
    let signed = if method == Method::HEAD {
        engine
            .check_licence_file(&context, licence_id, activation_id)
            .await?;
        String::new()
    } else {
        engine.sign_licence(&context, licence_id, activation_id).await?
    };
    let headers = [
        (header::CONTENT_TYPE, "application/jose"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"licence.jws\"",
        ),
    ];
    Ok((headers, signed))
}
