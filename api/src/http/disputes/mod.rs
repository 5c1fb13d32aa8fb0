//! What buyers' banks want, or wanted, back.

pub(crate) mod body;
pub(crate) mod evidence;
pub(crate) mod get;
pub(crate) mod list;

use comptoir_domain::values::DisputeId;
use serde::Deserialize;

/// The path of a dispute.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct DisputePath {
    /// The dispute.
    #[param(value_type = String, example = "dispute_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) dispute_id: DisputeId,
}
