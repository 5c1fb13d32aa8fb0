//! `POST /api/v1/promotions`

use std::num::NonZeroU32;

use axum::extract::State;
use chrono::{DateTime, Utc};
use comptoir_domain::promo::{Benefit, PromoScope};
use comptoir_domain::values::{BasisPoints, Money, PersonId, ProductId, PromoCode};
use comptoir_engine::CreatePromotion;
use serde::Deserialize;

use super::body::{PromotionBody, load};
use crate::http::App;
use crate::http::amount::Amount;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::Command;
use crate::http::problem::{FieldError, Problem, ProblemKind};

/// The promotion to make. Its terms never change; another code may have others.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreatePromotionRequest {
    /// What buyers type: 3 to 40 letters, digits, hyphens or underscores. A code is given out once for ever.
    #[schema(value_type = String, example = "SPRING-10")]
    code: PromoCode,
    /// The part of the price to take off, in hundredths of a percent; this or `amount_off`.
    #[schema(value_type = Option<u32>, example = 1000)]
    #[serde(default)]
    percent_off_basis_points: Option<BasisPoints>,
    /// The amount to take off; this or `percent_off_basis_points`.
    #[serde(default)]
    amount_off: Option<Amount>,
    /// From when on it holds; at once if nobody says.
    #[serde(default)]
    starts_at: Option<DateTime<Utc>>,
    /// From when on it no longer does; never if nobody says.
    #[serde(default)]
    ends_at: Option<DateTime<Utc>>,
    /// How many orders may use it; any number if nobody says.
    #[schema(value_type = Option<u32>, minimum = 1)]
    #[serde(default)]
    uses_max: Option<NonZeroU32>,
    /// How many orders of one buyer may; any number if nobody says.
    #[schema(value_type = Option<u32>, minimum = 1)]
    #[serde(default)]
    uses_per_buyer_max: Option<NonZeroU32>,
    /// What the lines that it is for must come to, before it.
    #[serde(default)]
    minimum: Option<Amount>,
    /// The products that it is for, at most 100; this, or `seller_ids`, or neither for everything, which takes an admin.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    product_ids: Option<Vec<ProductId>>,
    /// The sellers whose products it is for, at most 100.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    seller_ids: Option<Vec<PersonId>>,
}

impl CreatePromotionRequest {
    fn benefit(&self) -> Result<Benefit, Problem> {
        const EITHER: &str = "either percent_off_basis_points or amount_off is needed";
        match (self.percent_off_basis_points, self.amount_off) {
            (Some(basis_points), None) if basis_points != BasisPoints::ZERO => {
                Ok(Benefit::Percent { basis_points })
            }
            (None, Some(amount)) if amount.amount > 0 => Ok(Benefit::Fixed {
                amount: amount.into(),
            }),
            (Some(_), None) => Err(wrong("/percent_off_basis_points", "must be from 1 to 10000")),
            (None, Some(_)) => Err(wrong("/amount_off/amount", "must be positive")),
            (Some(_), Some(_)) => Err(wrong("/amount_off", EITHER)),
            (None, None) => Err(wrong("/percent_off_basis_points", EITHER)),
        }
    }

    fn scope(&self) -> Result<PromoScope, Problem> {
        const SIZE: &str = "must name 1 to 100";
        let fits = |count: usize| (1..=comptoir_domain::promo::Promo::SCOPE_LIMIT).contains(&count);
        match (&self.product_ids, &self.seller_ids) {
            (None, None) => Ok(PromoScope::Everything),
            (Some(ids), None) if fits(ids.len()) => Ok(PromoScope::Products {
                product_ids: ids.iter().copied().collect(),
            }),
            (None, Some(ids)) if fits(ids.len()) => Ok(PromoScope::Sellers {
                seller_ids: ids.iter().copied().collect(),
            }),
            (Some(_), None) => Err(wrong("/product_ids", SIZE)),
            (None, Some(_)) => Err(wrong("/seller_ids", SIZE)),
            (Some(_), Some(_)) => Err(wrong("/seller_ids", "either products or sellers can be named")),
        }
    }
}

fn wrong(pointer: &'static str, detail: &'static str) -> Problem {
    Problem::new(ProblemKind::InvalidRequest)
        .detail(detail)
        .errors([FieldError::at(pointer, "invalid_value", detail)])
}

/// Make a promotion code
///
/// Admins make them for everything; sellers for products of theirs, or for themselves.
#[utoipa::path(post, path = "/promotions", tag = "promotions", request_body = CreatePromotionRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer")),
    responses(
        (status = 201, description = "The new promotion", body = PromotionBody),
        (status = 403, description = "`forbidden`: it names what is not the caller's"),
        (status = 409, description = "`promotion_code_taken`: the code was given out before"),
        (status = 422, description = "`invalid_request` or `idempotency_key_reused`"),
    ))]
pub(crate) async fn create_promotion(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Command { context, body }: Command<CreatePromotionRequest>,
) -> Result<Answer<PromotionBody>, Problem> {
    let create = CreatePromotion {
        benefit: body.benefit()?,
        scope: body.scope()?,
        code: body.code,
        starts_at: body.starts_at,
        ends_at: body.ends_at,
        uses_max: body.uses_max,
        uses_per_buyer_max: body.uses_per_buyer_max,
        minimum: body.minimum.map(Money::from),
    };
    let answered = app.engine().create_promotion(&context, create).await?;
    let promotion = load(&app, answered.answer.promo_id).await?;
    let location = format!("/api/v1/promotions/{}", promotion.id);
    Ok(Answer::created(promotion, answered.position, location).on(answered.occasion))
}
