//! Invoices: what orders were invoiced for, and corrections of who stands on them.

pub(crate) mod correct;
pub(crate) mod get;
pub(crate) mod list;

use comptoir_domain::values::DocumentId;
use serde::Deserialize;

/// The path of an invoice.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InvoicePath {
    /// The invoice.
    #[param(value_type = String, example = "document_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) invoice_id: DocumentId,
}
