//! Orders and their payments.

pub(crate) mod ask_payment;
pub(crate) mod body;
pub(crate) mod cancel;
pub(crate) mod confirm_withdrawal;
pub(crate) mod declare_withdrawal;
mod details;
pub(crate) mod get;
pub(crate) mod get_line_terms;
pub(crate) mod history;
pub(crate) mod invoice;
pub(crate) mod list;
pub(crate) mod list_refunds;
pub(crate) mod parts;
mod past;
pub(crate) mod place;
mod reader;
pub(crate) mod refund;
mod review_flags;
pub(crate) mod tax;
pub(crate) mod withdrawal;

use comptoir_domain::values::OrderId;
use serde::Deserialize;

/// The path of an order.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OrderPath {
    /// The order.
    #[param(value_type = String, example = "order_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) order_id: OrderId,
}
