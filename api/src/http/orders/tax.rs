//! What an order says of its tax, and what a buyer says of where they are.

use comptoir_domain::order::{AppliedPromotion, OrderTax};
use comptoir_domain::tax::{
    EvidenceKind, EvidenceStanding, Location, LocationEvidence, TaxCustomer, VatIdCheck,
};
use comptoir_domain::values::{CountryCode, PromoCode, PromoId};
use serde::Serialize;

use crate::http::problem::{FieldError, Problem, ProblemKind};

/// Who bought and where, in the sense of tax law.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderTax)]
pub(crate) struct OrderTaxBody {
    /// Where the buyer is.
    #[schema(value_type = String, example = "FR")]
    country: CountryCode,
    /// How well that is known.
    #[schema(value_type = EvidenceStandingName)]
    evidence_standing: EvidenceStanding,
    /// All that was known, the billing address first.
    #[schema(value_type = Vec<LocationEvidenceBody>)]
    evidence: Vec<LocationEvidence>,
    /// Who buys.
    customer: CustomerKind,
    /// How the VAT id of a business was checked: by its `form`, by `vies`, or by its form since VIES did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    vat_id_check: Option<VatIdCheckName>,
}

/// Who buys.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CustomerKind {
    /// Anybody without a VAT id.
    Consumer,
    /// A business with one.
    Business,
}

/// How a VAT id was checked.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VatIdCheckName {
    /// By its form and check digits.
    Form,
    /// By VIES.
    Vies,
    /// By its form, since VIES did not answer.
    ViesUnavailable,
}

/// How well it is known where the buyer is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EvidenceStanding)]
#[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
pub(crate) enum EvidenceStandingName {
    /// Two items or more agree.
    TwoAgree,
    /// There is the billing address alone.
    BillingOnly,
    /// No two items agree: the billing address decides.
    Contradictory,
    /// The order is older than the record of evidence.
    NotRecorded,
}

/// A piece of evidence for where the buyer is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LocationEvidence)]
pub(crate) struct LocationEvidenceBody {
    /// What it is.
    kind: EvidenceKindName,
    /// Where it points to, by ISO 3166-1 alpha-2.
    #[schema(example = "FR")]
    country: String,
}

/// What a piece of evidence is.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EvidenceKind)]
#[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
pub(crate) enum EvidenceKindName {
    /// The billing address; taken from `billing`, and not accepted beside it.
    BillingAddress,
    /// The IP address of the buyer's device.
    IpCountry,
    /// The bank of the buyer's account.
    BankCountry,
    /// The country that issued the card.
    CardCountry,
    /// The SIM card.
    SimCountry,
    /// The land line.
    LandlineCountry,
    /// Other information of commercial relevance.
    Other,
}

/// Why a line is taxed as it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TaxTreatment)]
#[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
pub(crate) enum TreatmentName {
    /// At the rate of its country.
    Taxed,
    /// The customer, a business in another member state, owes the tax.
    ReverseCharge,
    /// The supplier is exempt as a small enterprise.
    SmallSellerExemption,
    /// The buyer is outside the Union's VAT territory.
    OutsideScope,
}

/// Whether prices hold the tax.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PriceBasis)]
#[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
pub(crate) enum PriceBasisName {
    /// They do.
    TaxIncluded,
    /// It comes on top.
    TaxExcluded,
}

/// Who sells in the sense of tax law.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SupplierOfRecord)]
#[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
pub(crate) enum SupplierName {
    /// The marketplace.
    Platform,
    /// The seller of the product.
    Seller,
}

/// The promotion that an order was placed with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderPromotion)]
pub(crate) struct OrderPromotionBody {
    /// The promotion.
    #[schema(value_type = String, example = "promo_01jd3e8m6xf2r9kq7v5t4w8zab")]
    id: PromoId,
    /// What the buyer typed.
    #[schema(value_type = String, example = "SPRING-10")]
    code: PromoCode,
}

impl From<&AppliedPromotion> for OrderPromotionBody {
    fn from(applied: &AppliedPromotion) -> Self {
        Self {
            id: applied.promo_id,
            code: applied.code.clone(),
        }
    }
}

impl From<&OrderTax> for OrderTaxBody {
    fn from(tax: &OrderTax) -> Self {
        let (customer, vat_id_check) = match &tax.customer {
            TaxCustomer::Consumer => (CustomerKind::Consumer, None),
            TaxCustomer::Business { check, .. } => {
                let check = match check {
                    VatIdCheck::Form => VatIdCheckName::Form,
                    VatIdCheck::Vies { .. } => VatIdCheckName::Vies,
                    VatIdCheck::ViesUnavailable { .. } => VatIdCheckName::ViesUnavailable,
                };
                (CustomerKind::Business, Some(check))
            }
        };
        Self {
            country: tax.place.country,
            evidence_standing: tax.place.standing,
            evidence: tax.place.evidence.clone(),
            customer,
            vat_id_check,
        }
    }
}

/// The evidence of a request, if there is not too much of it, and none of what `billing` says.
pub(crate) fn checked_evidence(evidence: Vec<LocationEvidence>) -> Result<Vec<LocationEvidence>, Problem> {
    let wrong = |pointer: String, code, detail: String| {
        Problem::new(ProblemKind::InvalidRequest)
            .detail(detail.clone())
            .errors([FieldError::at(pointer, code, detail)])
    };
    if evidence.len() > Location::EVIDENCE_LIMIT {
        let detail = format!(
            "at most {} pieces of evidence are taken",
            Location::EVIDENCE_LIMIT
        );
        return Err(wrong("/location_evidence".to_owned(), "too_many", detail));
    }
    let repeated = evidence
        .iter()
        .position(|item| item.kind == EvidenceKind::BillingAddress);
    match repeated {
        Some(index) => {
            let detail = "the billing address is taken from `billing`".to_owned();
            Err(wrong(
                format!("/location_evidence/{index}/kind"),
                "invalid_value",
                detail,
            ))
        }
        None => Ok(evidence),
    }
}
