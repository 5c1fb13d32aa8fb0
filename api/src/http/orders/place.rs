//! `POST /api/v1/orders`

use axum::extract::State;
use comptoir_domain::order::LineRequest;
use comptoir_domain::tax::{LocationEvidence, VatId};
use comptoir_domain::values::{
    BillingDetails, ConsentKind, CountryCode, Currency, Email, LicenceId, Line, OfferId, ProductId,
    PromoCode, Sha256Hex,
};
use comptoir_engine::PlaceOrder;
use serde::Deserialize;

use super::body::OrderBody;
use super::parts::BillingBody;
use super::tax::{LocationEvidenceBody, checked_evidence};
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::auth::{Buyers, CallerAs};
use crate::http::command::Command;
use crate::http::country::SeenCountry;
use crate::http::problem::Problem;

/// What a buyer asks for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceOrderRequest {
    /// What, and how many of it; at least one line, at most 100.
    lines: Vec<LineOfRequest>,
    /// The currency that every price must be in, by ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    /// Whom it is billed to.
    #[schema(value_type = BillingBody)]
    billing: BillingOfRequest,
    /// The consent to immediate delivery.
    consent: ConsentOfRequest,
    /// What else speaks for where the buyer is; the first item of each kind counts. Where the platform has a proxy that tells
    /// the country of the address (`COMPTOIR_CLIENT_COUNTRY_HEADER`), an item `ip_country` does not count.
    #[schema(value_type = Vec<LocationEvidenceBody>)]
    #[serde(default)]
    location_evidence: Vec<LocationEvidence>,
    /// A promotion code; small letters count as large ones.
    #[schema(value_type = Option<String>, example = "SPRING-10")]
    #[serde(default)]
    promotion_code: Option<PromoCode>,
}

/// One line.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrderLineRequest)]
pub(crate) struct LineOfRequest {
    /// The product.
    #[schema(value_type = String, example = "product_01jd3e8m6xf2r9kq7v5t4w8zab")]
    product_id: ProductId,
    /// One of its offers.
    #[schema(value_type = String, example = "offer_01jd3e8m6xf2r9kq7v5t4w8zab")]
    offer_id: OfferId,
    /// How many units: 1 to 1,000; an exclusive licence is single.
    #[schema(example = 1)]
    quantity: i64,
    /// The price of one unit, in minor units, that the buyer was shown. If it is another by now, the order is refused.
    #[schema(example = 2990)]
    #[serde(default)]
    expected_unit_price: Option<i64>,
    /// A smaller licence of the same product that the buyer has bought: the new one takes its place, and what was paid for it is
    /// counted.
    #[schema(value_type = Option<String>, example = "licence_01jd3e8m6xf2r9kq7v5t4w8zab")]
    #[serde(default)]
    upgrade_of: Option<LicenceId>,
}

/// Whom an order is billed to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BillingOfRequest {
    name: Line,
    email: Email,
    address_line_1: Line,
    #[serde(default)]
    address_line_2: Option<Line>,
    postal_code: Line,
    city: Line,
    country: CountryCode,
    #[serde(default)]
    vat_id: Option<VatId>,
}

impl std::fmt::Debug for BillingOfRequest {
    /// Hides the person: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BillingOfRequest(***)")
    }
}

/// The consent to immediate delivery, by which the right of withdrawal is lost.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConsentRequest)]
pub(crate) struct ConsentOfRequest {
    /// Always `withdrawal_waiver`.
    #[schema(value_type = String, example = "withdrawal_waiver")]
    kind: ConsentKind,
    /// SHA-256, in hex, of the exact sentence that the buyer agreed to.
    #[schema(value_type = String)]
    text_hash: Sha256Hex,
}

impl From<BillingOfRequest> for BillingDetails {
    fn from(billing: BillingOfRequest) -> Self {
        Self {
            name: billing.name,
            email: billing.email,
            address_line_1: billing.address_line_1,
            address_line_2: billing.address_line_2,
            postal_code: billing.postal_code,
            city: billing.city,
            country: billing.country,
            vat_id: billing.vat_id,
        }
    }
}

impl From<LineOfRequest> for LineRequest {
    fn from(line: LineOfRequest) -> Self {
        Self {
            product_id: line.product_id,
            offer_id: line.offer_id,
            quantity: line.quantity,
            expected_unit_price_minor: line.expected_unit_price,
            upgrade_of: line.upgrade_of,
        }
    }
}

impl TryFrom<PlaceOrderRequest> for PlaceOrder {
    type Error = Problem;

    fn try_from(request: PlaceOrderRequest) -> Result<Self, Problem> {
        let ConsentOfRequest {
            kind: ConsentKind::WithdrawalWaiver,
            text_hash,
        } = request.consent;
        Ok(Self {
            lines: request.lines.into_iter().map(LineRequest::from).collect(),
            currency: request.currency,
            billing: request.billing.into(),
            consent_text_hash: text_hash,
            evidence: checked_evidence(request.location_evidence)?,
            promotion_code: request.promotion_code,
        })
    }
}

/// Place an order
///
/// The order is stored before the payment provider is asked. If that does not answer, the payment is `pending`: ask again
/// with `POST /orders/{id}/payment`, or simply wait.
#[utoipa::path(post, path = "/orders", tag = "orders", request_body = PlaceOrderRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the first order")),
    responses(
        (status = 201, description = "The order, and what the browser needs to pay it", body = OrderBody),
        (status = 409, description = "`order_unavailable`: something is not to be had any more, or not at that price; \
            `promotion_refused`: the code does not hold"),
        (status = 422, description = "`invalid_order`, `invalid_request` or `idempotency_key_reused`"),
    ))]
pub(crate) async fn place_order(
    _: CallerAs<Buyers>,
    State(app): State<App>,
    seen: SeenCountry,
    Command { context, body }: Command<PlaceOrderRequest>,
) -> Result<Answer<OrderBody>, Problem> {
    let wish = PlaceOrder::try_from(body)?;
    let evidence = seen.in_place_of(wish.evidence);
    let wish = PlaceOrder { evidence, ..wish };
    let placed = app.engine().place_order(&context, wish).await?;
    let (loaded, checkout) = (&placed.answer.order, &placed.answer.checkout);
    let order = OrderBody::after_checkout(&app, loaded, checkout, placed.position).await?;
    let location = format!("/api/v1/orders/{}", order.id);
    Ok(Answer::created(order, placed.position, location).on(placed.occasion))
}
