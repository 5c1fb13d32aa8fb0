//! A seller as the API shows them.

use chrono::{DateTime, Utc};
use comptoir_domain::document::SupplierParty;
use comptoir_domain::seller::{Mandate, SellerFacts};
use comptoir_domain::values::{CountryCode, PersonId, Role, SellerId, Sha256Hex, TermsVersion};
use comptoir_engine::{Answered, RequestContext, SellerChanged, SellerRead};
use serde::Serialize;

use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::Caller;
use crate::http::documents::schema::SupplierPartySchema;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::sealed::Opened;

/// A seller who invoices in their own name.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Seller)]
pub(crate) struct SellerBody {
    /// Their id as a seller.
    #[schema(value_type = String, example = "seller_01jd3e8m6xf2r9kq7v5t4w8zab")]
    id: SellerId,
    /// The person.
    #[schema(value_type = String, example = "person_01jd3e8m6xf2r9kq7v5t4w8zab")]
    person_id: PersonId,
    /// Who they are, as it stands on their invoices: for themselves and admins. Null once it was erased.
    #[serde(skip_serializing_if = "Opened::is_absent")]
    #[schema(value_type = Option<SupplierPartySchema>)]
    identity: Opened<SupplierParty>,
    /// Whether it was erased; beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_erased: Option<bool>,
    /// Where they are established: ISO 3166-1 alpha-2.
    #[schema(value_type = String, example = "FR")]
    country: CountryCode,
    /// Whether they charge VAT.
    #[schema(value_type = SellerVatName)]
    vat: &'static str,
    /// When they last said who they are.
    identified_at: DateTime<Utc>,
    /// The mandate by which the platform invoices in their name, if it holds.
    mandate: Option<MandateBody>,
    /// How many paid orders wait for the identity or the mandate to be invoiced.
    waiting_orders: u64,
}

/// Whether a seller charges VAT.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SellerVat)]
#[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
pub(crate) enum SellerVatName {
    /// They do.
    Registered,
    /// They are exempt as a small enterprise; in France by article 293 B of the CGI.
    SmallSellerExemption,
}

/// A mandate that holds.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Mandate)]
pub(crate) struct MandateBody {
    /// SHA-256, in hex, of the exact wording.
    #[schema(value_type = String)]
    text_hash: Sha256Hex,
    /// The platform's name of the wording.
    #[schema(value_type = String, example = "2026-01")]
    version: TermsVersion,
    /// Since when it holds.
    accepted_at: DateTime<Utc>,
}

impl From<&Mandate> for MandateBody {
    fn from(mandate: &Mandate) -> Self {
        Self {
            text_hash: mandate.text_hash,
            version: mandate.version.clone(),
            accepted_at: mandate.accepted_at,
        }
    }
}

impl SellerBody {
    /// The seller as their stream says, as far as the caller may see them.
    pub(crate) fn seen_by(caller: &Caller, read: SellerRead) -> Result<Self, Problem> {
        let state = &read.seller.state;
        let facts = state
            .facts()
            .ok_or_else(|| Problem::new(ProblemKind::SellerNotFound))?;
        let identity = if may_read_identity(caller, facts) {
            read.identity.map_or(Opened::Erased, Opened::Known)
        } else {
            Opened::Absent
        };
        Ok(Self {
            id: facts.seller_id,
            person_id: facts.seller_id.into(),
            identity_erased: (!identity.is_absent()).then_some(identity.is_erased()),
            identity,
            country: facts.country,
            vat: facts.vat.as_str(),
            identified_at: facts.identified_at,
            mandate: state.mandate().map(MandateBody::from),
            waiting_orders: read.waiting_orders,
        })
    }
}

fn may_read_identity(caller: &Caller, facts: &SellerFacts) -> bool {
    caller.is(Role::Admin) || caller.person_id() == PersonId::from(facts.seller_id)
}

/// The answer to a write: the seller as they are now.
pub(super) async fn changed(
    app: &App,
    context: RequestContext,
    answered: Answered<SellerChanged>,
) -> Result<Answer<SellerBody>, Problem> {
    let read = app.engine().seller(&context, answered.answer.seller_id).await?;
    let body = SellerBody::seen_by(&Caller(context.actor), read)?;
    Ok(Answer::ok(body, answered.position).on(answered.occasion))
}
