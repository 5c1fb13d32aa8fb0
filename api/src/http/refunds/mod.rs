//! Money that goes or went back.

pub(crate) mod body;
pub(crate) mod get;
pub(crate) mod list;

use comptoir_domain::values::RefundId;
use serde::Deserialize;

/// The path of a refund.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct RefundPath {
    /// The refund.
    #[param(value_type = String, example = "ref_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) refund_id: RefundId,
}
