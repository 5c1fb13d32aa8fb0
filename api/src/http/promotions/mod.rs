//! Promotion codes.

pub(crate) mod body;
pub(crate) mod create;
pub(crate) mod deactivate;
pub(crate) mod get;
pub(crate) mod list;

use comptoir_domain::values::PromoId;
use serde::Deserialize;

/// The path of a promotion.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct PromotionPath {
    /// The promotion.
    #[param(value_type = String, example = "promo_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) promo_id: PromoId,
}
