//! `POST /api/v1/invoices/{invoice_id}/corrections`

use axum::extract::State;
use comptoir_domain::order::PlaceError;
use comptoir_domain::tax::{TaxRefusal, VatId};
use comptoir_domain::values::Line;
use comptoir_engine::{CorrectBuyer, UseCaseError};
use serde::{Deserialize, Serialize};

use super::InvoicePath;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{BuyersAndAdmins, CallerAs};
use crate::http::command::Command;
use crate::http::documents::address::AddressBody;
use crate::http::documents::body::DocumentBody;
use crate::http::parameters::Path;
use crate::http::problem::{FieldError, Problem, ProblemKind};

/// Who the invoice should have been made out to: all of it, and not only what changes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectInvoiceRequest {
    /// The name, or the company's.
    #[schema(value_type = String, example = "Ada Lovelace")]
    name: Line,
    /// Where they are.
    address: AddressBody,
    /// The VAT id of a business in the EU.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "FR40303265045")]
    vat_id: Option<VatId>,
    /// The number of the company: in France the SIREN.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "303265045")]
    company_number: Option<Line>,
}

impl std::fmt::Debug for CorrectInvoiceRequest {
    /// Hides the person: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CorrectInvoiceRequest(***)")
    }
}

impl From<CorrectInvoiceRequest> for CorrectBuyer {
    fn from(request: CorrectInvoiceRequest) -> Self {
        Self {
            name: request.name,
            address: request.address.into(),
            vat_id: request.vat_id,
            company_number: request.company_number,
        }
    }
}

/// What a correction brings about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = InvoiceCorrection)]
pub(crate) struct CorrectionBody {
    /// It takes back all that was left of the first invoice.
    credit_note: DocumentBody,
    /// It takes its place, over the same amounts.
    invoice: DocumentBody,
}

/// Correct who stands on an invoice
///
/// For its buyer and admins: name and address, or a VAT id that was left out. An issued invoice never changes. A credit note takes
/// it back, and a new invoice over the same amounts follows, each with a number of its own; the tax stays as it was
/// agreed in the sale.
#[utoipa::path(post, path = "/invoices/{invoice_id}/corrections", tag = "invoices",
    request_body = CorrectInvoiceRequest,
    params(
        InvoicePath,
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first answer"),
    ),
    responses(
        (status = 201, description = "The credit note and the new invoice", body = CorrectionBody),
        (status = 404, description = "`document_not_found`: there is none, or it is somebody else's"),
        (status = 409, description = "`document_conflict`: it was corrected before, or nothing is left of it"),
        (status = 422, description = "`nothing_to_correct`, or `invalid_request`: VIES does not know the VAT id, it is one of another \
            state than the address, or the buyer owes the VAT and it is missing"),
    ))]
pub(crate) async fn correct_invoice(
    _: CallerAs<BuyersAndAdmins>,
    State(app): State<App>,
    Path(InvoicePath { invoice_id }): Path<InvoicePath>,
    Command { context, body }: Command<CorrectInvoiceRequest>,
) -> Result<Answer<CorrectionBody>, Problem> {
    let corrected = app
        .engine()
        .correct_document(&context, invoice_id, body.into())
        .await
        .map_err(refuse)?;
    let (credit_note, invoice) = (corrected.answer.credit_note, corrected.answer.invoice);
    let body = CorrectionBody {
        credit_note: DocumentBody::of(&app.engine().document(&context, credit_note).await?)?,
        invoice: DocumentBody::of(&app.engine().document(&context, invoice).await?)?,
    };
    let location = format!("/api/v1/invoices/{invoice}");
    Ok(Answer::created(body, corrected.position, location).on(corrected.occasion))
}

/// The VAT id stands elsewhere here than in an order.
fn refuse(error: UseCaseError) -> Problem {
    let code = if matches!(error, UseCaseError::VatIdNotRegistered) {
        "vat_id_not_registered"
    } else if matches!(
        error,
        UseCaseError::Place(PlaceError::Tax(TaxRefusal::VatIdOfAnotherCountry { .. }))
    ) {
        "vat_id_of_another_country"
    } else {
        return error.into();
    };
    let detail = error.to_string();
    let wrong = FieldError::at("/vat_id", code, &*detail);
    Problem::new(ProblemKind::InvalidRequest)
        .detail(detail)
        .errors([wrong])
}
