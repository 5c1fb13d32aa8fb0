//! `POST /api/v1/products/{product_id}/offers`

use axum::extract::State;
use comptoir_domain::values::{
    ActivationsMax, LicenceKind, LicenceTerms, TaxCategory, TermsText, TermsVersion, UseTerms, ValidDays,
};
use comptoir_engine::AddOffer;
use serde::Deserialize;

use super::ProductPath;
use super::body::{LicenceKindName, OfferBody, TaxCategoryName, load};
use crate::http::App;
use crate::http::amount::Amount;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::Command;
use crate::http::parameters::Path;
use crate::http::problem::{Problem, ProblemKind};

/// The offer to add.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddOfferRequest {
    /// What the licence allows.
    #[schema(value_type = LicenceKindName)]
    kind: LicenceKind,
    /// The price of one unit, tax included; zero gives it away.
    price: Amount,
    /// The wording.
    terms: TermsRequest,
    /// How it is taxed; `standard` if nobody says.
    #[schema(value_type = Option<TaxCategoryName>)]
    #[serde(default = "standard")]
    tax_category: TaxCategory,
    /// How the licence may be used; without bounds and not to be passed on, if nobody says.
    #[serde(default)]
    use_terms: UseTermsRequest,
}

/// How a licence may be used.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UseTermsRequest {
    /// On how many devices at once, 1 to 1,000; as many as the platform bears, if nobody says.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    activations_max: Option<ActivationsMax>,
    /// For how many days from the day it is issued, 1 to 36,500; for ever, if nobody says.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 36500)]
    valid_days: Option<ValidDays>,
    /// Whether its holder may pass it on; not, if nobody says.
    #[serde(default)]
    transferable: bool,
}

/// The wording of a licence.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TermsRequest {
    /// The seller's name of this wording, at most 50 characters.
    #[schema(value_type = String, example = "2026-03")]
    version: TermsVersion,
    /// The wording itself, at most 50,000 characters.
    #[schema(value_type = String)]
    text: TermsText,
}

const fn standard() -> TaxCategory {
    TaxCategory::Standard
}

/// Offer a licence at a price
#[utoipa::path(post, path = "/products/{product_id}/offers", tag = "products", request_body = AddOfferRequest,
    params(
        ProductPath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses((status = 201, description = "The new offer", body = OfferBody)))]
pub(crate) async fn add_offer(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Path(ProductPath { product_id }): Path<ProductPath>,
    Command { context, body }: Command<AddOfferRequest>,
) -> Result<Answer<OfferBody>, Problem> {
    let offer = AddOffer {
        kind: body.kind,
        price: body.price.into(),
        terms: LicenceTerms::new(body.terms.version, body.terms.text),
        tax_category: body.tax_category,
        use_terms: UseTerms {
            activations_max: body.use_terms.activations_max,
            valid_days: body.use_terms.valid_days,
            transferable: body.use_terms.transferable,
        },
    };
    let answered = app.engine().add_offer(&context, product_id, offer).await?;
    let offer_id = answered.answer.offer_id;
    let product = load(&app, answered.answer.product_id).await?;
    let offer = product.offers.into_iter().find(|offer| offer.id == offer_id);
    let offer = offer.ok_or_else(|| Problem::new(ProblemKind::OfferNotFound))?;
    let location = format!("/api/v1/products/{}", product.id);
    Ok(Answer::created(offer, answered.position, location).on(answered.occasion))
}
