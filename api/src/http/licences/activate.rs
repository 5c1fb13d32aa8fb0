//! `POST /api/v1/licences/activate`

use axum::extract::State;
use comptoir_domain::values::{Line, ProductId};
use comptoir_engine::ActivateLicence;
use serde::Deserialize;

use super::shown::{FromProgram, KeyText, find};
use super::used::{Accepted, LicenceUseBody, answer, answer_refused};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::problem::Problem;

/// The device that a licence is to be used on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActivateRequest {
    /// The licence key, in any case, with or without its dashes.
    #[schema(value_type = String)]
    key: KeyText,
    /// The product that the program is. A key of another product is refused.
    #[schema(value_type = String)]
    product_id: ProductId,
    /// What the device says of itself, the same each time, at most 200 characters. Only a keyed hash of it is kept.
    #[schema(value_type = String, example = "a fingerprint of the machine")]
    device: Line,
    /// What its owner calls it, at most 200 characters. The licence's holder sees it, and nobody else.
    #[schema(value_type = Option<String>, example = "Studio")]
    label: Option<Line>,
}

/// Use a licence on a device
///
/// For programs: no token is needed, the key is enough. The same device gets the same `activation_id` however often it
/// asks, and counts once; no idempotency key is needed. It is answered with 200 whatever the outcome.
#[utoipa::path(post, path = "/licences/activate", tag = "licences in use", security(()),
    request_body = ActivateRequest, responses(
        (status = 200, description = "Whether it may", body = LicenceUseBody),
        (status = 429, description = "`rate_limited`: too many requests of this address"),
    ))]
pub(crate) async fn activate_licence(
    State(app): State<App>,
    FromProgram { body, request_id }: FromProgram<ActivateRequest>,
) -> Result<Answer<LicenceUseBody>, Problem> {
    match find(&app, &body.key, body.product_id).await? {
        Ok(shown) => {
            let activate = ActivateLicence {
                device: body.device,
                label: body.label,
            };
            let used = app.engine().activate_licence(shown, activate, request_id).await?;
            Ok(answer(Accepted::Activated, &used))
        }
        Err(refusal) => Ok(answer_refused(refusal, app.engine().ledger().horizon())),
    }
}
