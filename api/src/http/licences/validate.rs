//! `POST /api/v1/licences/validate`

use axum::extract::State;
use comptoir_domain::licence::Device;
use comptoir_domain::values::{ActivationId, ProductId};
use serde::Deserialize;

use super::shown::{FromProgram, KeyText, find};
use super::used::{Accepted, LicenceUseBody, answer, answer_refused};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::problem::Problem;

/// What a program asks.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValidateRequest {
    /// The licence key, in any case, with or without its dashes.
    #[schema(value_type = String)]
    key: KeyText,
    /// The product that the program is. A key of another product is refused.
    #[schema(value_type = String)]
    product_id: ProductId,
    /// The device, if it is to be one that the licence is active on.
    #[schema(value_type = Option<String>)]
    activation_id: Option<ActivationId>,
}

/// Ask whether a licence may be used
///
/// For programs: no token is needed, the key is enough. It changes nothing, and is answered with 200 whatever the outcome.
#[utoipa::path(post, path = "/licences/validate", tag = "licences in use", security(()),
    request_body = ValidateRequest, responses(
        (status = 200, description = "Whether it may", body = LicenceUseBody),
        (status = 429, description = "`rate_limited`: too many requests of this address"),
    ))]
pub(crate) async fn validate_licence(
    State(app): State<App>,
    FromProgram { body, request_id: _ }: FromProgram<ValidateRequest>,
) -> Result<Answer<LicenceUseBody>, Problem> {
    match find(&app, &body.key, body.product_id).await? {
        Ok(shown) => {
            let device = body.activation_id.map_or(Device::Any, Device::Named);
            let used = app.engine().validate_licence(shown, device).await?;
            Ok(answer(Accepted::Valid, &used))
        }
        Err(refusal) => Ok(answer_refused(refusal, app.engine().ledger().horizon())),
    }
}
