//! Reviews of products.

mod action;
pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod edit;
pub(crate) mod get;
pub(crate) mod hide;
pub(crate) mod list;
pub(crate) mod list_all;
mod parts;
pub(crate) mod post;
pub(crate) mod rating;
pub(crate) mod remove;
pub(crate) mod report;
pub(crate) mod restore;
pub(crate) mod unvote;
pub(crate) mod vote;

use comptoir_domain::values::ReviewId;
use serde::Deserialize;

/// The path of a review.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ReviewPath {
    /// The review.
    #[param(value_type = String, example = "review_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) review_id: ReviewId,
}
