//! `POST /api/v1/quotes`

use axum::extract::State;
use comptoir_domain::order::LineRequest;
use comptoir_domain::promo::PromoRefusal;
use comptoir_domain::tax::{Location, LocationEvidence, VatId};
use comptoir_domain::values::{CountryCode, Currency, Line, PromoCode};
use comptoir_engine::{EvidenceNeed, PriceQuote, Quote};
use serde::{Deserialize, Serialize};

use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{Buyers, CallerAs};
use crate::http::command::Command;
use crate::http::country::SeenCountry;
use crate::http::orders::parts::{LineBody, TotalsBody};
use crate::http::orders::place::LineOfRequest;
use crate::http::orders::tax::{LocationEvidenceBody, OrderTaxBody, checked_evidence};
use crate::http::problem::Problem;

/// What a buyer wants to know the price of.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuoteRequest {
    /// What, and how many of it; at least one line, at most 100.
    lines: Vec<LineOfRequest>,
    /// The currency that every price must be in, by ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    /// Where the buyer is, as far as the price depends on it.
    billing: QuoteBilling,
    /// What else speaks for where the buyer is.
    #[schema(value_type = Vec<LocationEvidenceBody>)]
    #[serde(default)]
    location_evidence: Vec<LocationEvidence>,
    /// A promotion code; small letters count as large ones.
    #[schema(value_type = Option<String>, example = "SPRING-10")]
    #[serde(default)]
    promotion_code: Option<PromoCode>,
}

/// Where the buyer is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuoteBilling {
    /// Country, by ISO 3166-1 alpha-2.
    #[schema(value_type = String, example = "FR")]
    country: CountryCode,
    /// Postal code: some territories have rules of their own.
    #[schema(value_type = Option<String>, example = "75001")]
    #[serde(default)]
    postal_code: Option<Line>,
    /// The VAT id of a business in the EU.
    #[schema(value_type = Option<String>, example = "FR40303265045")]
    #[serde(default)]
    vat_id: Option<VatId>,
}

/// What a basket costs, with all its parts. Nothing is held: an order made of it may be refused.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Quote)]
pub(crate) struct QuoteBody {
    /// The currency of every amount, by ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    /// What there would be to pay.
    totals: TotalsBody,
    /// Each line with its discount and its tax.
    lines: Vec<LineBody>,
    /// What became of the promotion code.
    #[serde(skip_serializing_if = "Option::is_none")]
    promotion: Option<QuotedPromotion>,
    /// Who would buy and where, in the sense of tax law.
    tax: OrderTaxBody,
    /// Whether more is to be known of where the buyer is.
    evidence_needed: EvidenceNeedName,
}

/// What became of a promotion code.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct QuotedPromotion {
    /// The code.
    #[schema(value_type = String, example = "SPRING-10")]
    code: PromoCode,
    /// Whether the prices have its discount.
    applied: bool,
    /// Why they do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<RefusalBody>,
}

/// Why a code does not hold: the same code and words with which an order would be refused.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RefusalBody {
    /// One of a fixed list, such as `promotion_exhausted`.
    #[schema(example = "promotion_exhausted")]
    code: &'static str,
    /// In words.
    detail: String,
}

/// Whether more is to be known of where the buyer is.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EvidenceNeed)]
pub(crate) enum EvidenceNeedName {
    /// Nothing: two items agree.
    Nothing,
    /// A second item that agrees is welcome; an order is accepted without it.
    Wanted,
    /// An order is refused without it.
    Required,
}

impl From<PromoRefusal> for RefusalBody {
    fn from(refusal: PromoRefusal) -> Self {
        Self {
            code: refusal.code(),
            detail: refusal.to_string(),
        }
    }
}

impl From<Quote> for QuoteBody {
    fn from(quote: Quote) -> Self {
        let priced = &quote.priced;
        let applied = priced.promotion().map(|promotion| QuotedPromotion {
            code: promotion.code.clone(),
            applied: true,
            refusal: None,
        });
        let refused = quote.refusal.map(|(code, refusal)| QuotedPromotion {
            code,
            applied: false,
            refusal: Some(refusal.into()),
        });
        Self {
            currency: priced.total().currency,
            totals: TotalsBody::of(priced.lines()),
            lines: priced.lines().iter().map(LineBody::from).collect(),
            promotion: applied.or(refused),
            tax: priced.tax().into(),
            evidence_needed: match quote.evidence {
                EvidenceNeed::Nothing => EvidenceNeedName::Nothing,
                EvidenceNeed::Wanted => EvidenceNeedName::Wanted,
                EvidenceNeed::Required => EvidenceNeedName::Required,
            },
        }
    }
}

/// Price a basket
///
/// The same arithmetic as for an order, without one: nothing is stored and nothing is held. A promotion code that does not
/// hold is no problem here: the price comes without it, and says why.
#[utoipa::path(post, path = "/quotes", tag = "quotes", request_body = QuoteRequest, responses(
    (status = 200, description = "What it costs", body = QuoteBody),
    (status = 409, description = "`order_unavailable`: something is not to be had any more, or not at that price"),
    (status = 422, description = "`invalid_order` or `invalid_request`"),
))]
pub(crate) async fn price_quote(
    _: CallerAs<Buyers>,
    State(app): State<App>,
    seen: SeenCountry,
    Command { context, body }: Command<QuoteRequest>,
) -> Result<Answer<QuoteBody>, Problem> {
    let quote = PriceQuote {
        lines: body.lines.into_iter().map(LineRequest::from).collect(),
        currency: body.currency,
        location: Location {
            country: body.billing.country,
            postal_code: body.billing.postal_code.map(String::from),
            evidence: seen.in_place_of(checked_evidence(body.location_evidence)?),
        },
        vat_id: body.billing.vat_id,
        promotion_code: body.promotion_code,
    };
    let quote = app.engine().quote(&context, quote).await?;
    Ok(Answer::ok(quote.into(), app.engine().ledger().horizon()))
}
