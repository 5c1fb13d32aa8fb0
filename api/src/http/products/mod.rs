//! Products and their offers.

mod action;
pub(crate) mod add_offer;
pub(crate) mod body;
pub(crate) mod cache;
pub(crate) mod create;
pub(crate) mod describe;
pub(crate) mod get;
pub(crate) mod get_terms;
pub(crate) mod list;
mod past;
pub(crate) mod publish;
pub(crate) mod reprice_offer;
pub(crate) mod upload_file;
pub(crate) mod withdraw;
pub(crate) mod withdraw_offer;

use comptoir_domain::values::{OfferId, ProductId};
use serde::Deserialize;

/// The path of a product.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ProductPath {
    /// The product.
    #[param(value_type = String, example = "product_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) product_id: ProductId,
}

/// The path of an offer.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfferPath {
    /// The product.
    #[param(value_type = String, example = "product_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) product_id: ProductId,
    /// The offer.
    #[param(value_type = String, example = "offer_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) offer_id: OfferId,
}
