//! `POST /api/v1/licences/deactivate`

use axum::extract::State;
use comptoir_domain::values::{ActivationId, ProductId};
use serde::Deserialize;

use super::shown::{FromProgram, KeyText, find};
use super::used::{Accepted, LicenceUseBody, answer, answer_refused};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::problem::Problem;

/// The device that a licence is not to be used on any more.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeactivateRequest {
    /// The licence key, in any case, with or without its dashes.
    #[schema(value_type = String)]
    key: KeyText,
    /// The product that the program is. A key of another product is refused.
    #[schema(value_type = String)]
    product_id: ProductId,
    /// The device.
    #[schema(value_type = String)]
    activation_id: ActivationId,
}

/// Stop using a licence on a device
///
/// For programs: no token is needed, the key is enough. It is possible whatever the licence's standing; asked again, it is
/// answered with `activation_unknown`. The status is 200 whatever the outcome.
#[utoipa::path(post, path = "/licences/deactivate", tag = "licences in use", security(()),
    request_body = DeactivateRequest, responses(
        (status = 200, description = "Whether it was active there", body = LicenceUseBody),
        (status = 429, description = "`rate_limited`: too many requests of this address"),
    ))]
pub(crate) async fn deactivate_licence(
    State(app): State<App>,
    FromProgram { body, request_id }: FromProgram<DeactivateRequest>,
) -> Result<Answer<LicenceUseBody>, Problem> {
    match find(&app, &body.key, body.product_id).await? {
        Ok(shown) => {
            let device = body.activation_id;
            let used = app.engine().deactivate_licence(shown, device, request_id).await?;
            Ok(answer(Accepted::Deactivated, &used))
        }
        Err(refusal) => Ok(answer_refused(refusal, app.engine().ledger().horizon())),
    }
}
