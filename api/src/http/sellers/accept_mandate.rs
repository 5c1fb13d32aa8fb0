//! `POST /api/v1/sellers/{seller_id}/mandate`

use axum::extract::State;
use comptoir_domain::values::{Sha256Hex, TermsVersion};
use comptoir_engine::MandateText;
use serde::Deserialize;

use super::SellerPath;
use super::body::{SellerBody, changed};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// The mandate that a seller gives.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptMandateRequest {
    /// SHA-256, in hex, of the exact wording that the seller agreed to.
    #[schema(value_type = String)]
    text_hash: Sha256Hex,
    /// The platform's name of the wording.
    #[schema(value_type = String, example = "2026-01")]
    version: TermsVersion,
}

/// Give the mandate to invoice in a seller's name
///
/// By the seller, or by an admin who has it on paper, after they have said who they are. What their paid orders owe is
/// issued from then on; nothing is dated back.
#[utoipa::path(post, path = "/sellers/{seller_id}/mandate", tag = "sellers", request_body = AcceptMandateRequest,
    params(
        SellerPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 200, description = "The seller as they are now", body = SellerBody),
        (status = 404, description = "`seller_not_found`: they are somebody else"),
        (status = 409, description = "`seller_not_identified`, or `person_erased`"),
    ))]
pub(crate) async fn accept_mandate(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Path(SellerPath { seller_id }): Path<SellerPath>,
    Command { context, body }: Command<AcceptMandateRequest>,
) -> Result<Answer<SellerBody>, Problem> {
    let mandate = MandateText {
        text_hash: body.text_hash,
        version: body.version,
    };
    let accepted = app
        .engine()
        .accept_mandate(&context, seller_id.0, mandate)
        .await?;
    changed(&app, context, accepted).await
}
