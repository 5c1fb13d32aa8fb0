//! `PUT /api/v1/sellers/{seller_id}`

use axum::extract::State;
use comptoir_domain::document::SupplierParty;
use comptoir_domain::seller::SellerVat;
use comptoir_domain::tax::VatId;
use comptoir_domain::values::{Email, Line};
use comptoir_engine::SellerIdentity;
use serde::Deserialize;

use super::SellerPath;
use super::body::{SellerBody, SellerVatName, changed};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{CallerAs, Sellers};
use crate::http::command::Command;
use crate::http::documents::address::AddressBody;
use crate::http::parameters::Path;
use crate::http::problem::Problem;

/// Who a seller is, as tax and company law want them named on invoices: all of it, and not only what changes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentifySellerRequest {
    /// The name, or the company's.
    #[schema(value_type = String, example = "Studio Nocturne SARL")]
    name: Line,
    /// The legal form and the capital.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "SARL au capital de 2 000 €")]
    legal_form: Option<Line>,
    /// Where they are established. The law of that country decides what their invoices say.
    address: AddressBody,
    /// The number of the company: in France the SIREN.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "100200302")]
    company_number: Option<Line>,
    /// The number of the establishment: in France the SIRET.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    establishment_number: Option<Line>,
    /// The register.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "RCS Toulouse")]
    register: Option<Line>,
    /// The VAT id.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "FR52100200302")]
    vat_id: Option<VatId>,
    /// Where questions go.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    email: Option<Email>,
    /// Whether they charge VAT.
    #[schema(value_type = SellerVatName)]
    vat: SellerVat,
}

impl std::fmt::Debug for IdentifySellerRequest {
    /// Hides the person: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentifySellerRequest(***)")
    }
}

impl From<IdentifySellerRequest> for SellerIdentity {
    fn from(request: IdentifySellerRequest) -> Self {
        Self {
            party: SupplierParty {
                name: request.name,
                legal_form: request.legal_form,
                address: request.address.into(),
                company_number: request.company_number,
                establishment_number: request.establishment_number,
                register: request.register,
                vat_id: request.vat_id,
                email: request.email,
                issuer: None,
            },
            vat: request.vat,
        }
    }
}

/// Say who a seller is
///
/// By themselves or an admin. It stands on invoices that are issued in their name from then on; those that were issued stay as they
/// are. It is sealed with the seller's key. Invoices also need the mandate.
#[utoipa::path(put, path = "/sellers/{seller_id}", tag = "sellers", params(SellerPath),
    request_body = IdentifySellerRequest,
    responses(
        (status = 200, description = "The seller as they are now", body = SellerBody),
        (status = 404, description = "`seller_not_found`: they are somebody else"),
        (status = 409, description = "`person_erased`"),
        (status = 422, description = "`invalid_request`: what the law of their country wants to be named is missing or wrong"),
    ))]
pub(crate) async fn identify_seller(
    _: CallerAs<Sellers>,
    State(app): State<App>,
    Path(SellerPath { seller_id }): Path<SellerPath>,
    Command { context, body }: Command<IdentifySellerRequest>,
) -> Result<Answer<SellerBody>, Problem> {
    let identified = app
        .engine()
        .identify_seller(&context, seller_id.0, body.into())
        .await?;
    changed(&app, context, identified).await
}
