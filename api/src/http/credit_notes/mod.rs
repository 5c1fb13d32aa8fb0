//! Credit notes: what was taken back of invoices.

pub(crate) mod get;
pub(crate) mod list;

use comptoir_domain::values::DocumentId;
use serde::Deserialize;

/// The path of a credit note.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CreditNotePath {
    /// The credit note.
    #[param(value_type = String, example = "document_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) credit_note_id: DocumentId,
}
