//! The parts of an order as the API shows it.

use comptoir_domain::order::{OrderLine, OrderStatus};
use comptoir_domain::values::{
    CountryCode, LicenceId, LicenceKind, Line, OfferId, PaymentId, PersonId, PriceBasis, ProductId,
    SupplierOfRecord, TaxCategory, TaxTreatment, TermsHash, TermsVersion, Title,
};
use comptoir_engine::Checkout;
use serde::Serialize;

use super::tax::{PriceBasisName, SupplierName, TreatmentName};
use crate::http::products::body::{LicenceKindName, TaxCategoryName};

/// Where an order stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OrderStatus)]
#[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
pub(crate) enum OrderStatusName {
    /// The buyer has yet to pay.
    AwaitingPayment,
    /// The bank has yet to answer.
    Processing,
    /// An attempt failed; the buyer may try again.
    PaymentFailed,
    /// Paid.
    Paid,
    /// Called off.
    Cancelled,
    /// Not paid in time.
    Expired,
}

/// Why an order was cancelled.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CancelReason)]
#[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
pub(crate) enum CancelReasonName {
    /// The buyer changed their mind.
    BuyerRequest,
    /// The seller or the platform cannot deliver.
    CannotDeliver,
    /// The platform suspects fraud.
    SuspectedFraud,
    /// Ordered by mistake, or twice.
    Mistake,
}

/// Why money is to go back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RefundReason)]
#[expect(dead_code, reason = "the domain's own names, for the OpenAPI document")]
pub(crate) enum RefundReasonName {
    /// Bought twice.
    Duplicate,
    /// Bought with somebody else's means of payment.
    Fraudulent,
    /// The buyer asked for it.
    CustomerRequest,
    /// It is not what was described.
    NotAsDescribed,
    /// The platform could not deliver as it should.
    ServiceDisruption,
    /// A court or an authority ordered it.
    CourtOrAuthority,
    /// Something else, which the note says.
    Other,
}

/// Amounts in minor units of the order's currency.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[schema(as = Totals)]
pub(crate) struct TotalsBody {
    /// What a promotion took off, on the basis of the prices.
    #[schema(example = 0)]
    discount: i64,
    /// Without tax, after the discount.
    #[schema(example = 2492)]
    net: i64,
    /// The tax inside the total.
    #[schema(example = 498)]
    tax: i64,
    /// What there is to pay.
    #[schema(example = 2990)]
    total: i64,
}

/// One line of an order: the offer as it was when it was ordered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderLine)]
pub(crate) struct LineBody {
    /// The product.
    #[schema(value_type = String)]
    product_id: ProductId,
    /// The offer.
    #[schema(value_type = String)]
    offer_id: OfferId,
    /// Who offered it.
    #[schema(value_type = String)]
    seller_id: PersonId,
    /// The product's title at that time.
    #[schema(value_type = String)]
    title: Title,
    /// What the licence allows.
    #[schema(value_type = LicenceKindName)]
    licence_kind: LicenceKind,
    /// The seller's name of the wording.
    #[schema(value_type = String)]
    terms_version: TermsVersion,
    /// SHA-256 of the wording, in hex.
    #[schema(value_type = String)]
    terms_hash: TermsHash,
    /// The price of one unit in minor units, with or without tax as `tax.price_basis` says.
    unit_price: i64,
    /// How many units.
    quantity: u32,
    /// The licence whose place the new one takes.
    #[schema(value_type = Option<String>)]
    upgrade_of: Option<LicenceId>,
    /// What is counted for that licence, in minor units: what was paid for it. 0 without one.
    credit: i64,
    /// What a promotion took off unit price times quantity, less the credit, in minor units.
    discount: i64,
    /// What is paid for the line, in minor units: tax included, after credit and discount.
    total: i64,
    /// The tax inside the total.
    tax: LineTaxBody,
    /// Who sells in the sense of tax law.
    #[schema(value_type = SupplierName)]
    supplier_of_record: SupplierOfRecord,
}

/// The tax of a line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LineTax)]
pub(crate) struct LineTaxBody {
    /// In minor units.
    amount: i64,
    /// In hundredths of a percent.
    #[schema(example = 2000)]
    rate_basis_points: u32,
    /// Where it is due; without tax, where the buyer is.
    #[schema(value_type = String, example = "FR")]
    country: CountryCode,
    /// Which rate of that country.
    #[schema(value_type = TaxCategoryName)]
    category: TaxCategory,
    /// Why it is taxed like that.
    #[schema(value_type = TreatmentName)]
    treatment: TaxTreatment,
    /// The law of the rate, or the words by which an invoice says why there is no tax. Not known of the oldest orders.
    #[schema(value_type = Option<String>, example = "Code général des impôts, art. 278")]
    legal_reference: Option<Line>,
    /// Whether prices hold the tax.
    #[schema(value_type = PriceBasisName)]
    price_basis: PriceBasis,
}

/// The payment of an order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Payment)]
pub(crate) struct PaymentBody {
    /// Its id at Hyperswitch.
    #[schema(value_type = String, example = "pay_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: PaymentId,
    /// Whether the buyer can pay now.
    pub(crate) status: PaymentStatusName,
    /// What lets the buyer's browser confirm the payment: only in answers to `POST /orders` and `POST
    /// /orders/{id}/payment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret: Option<String>,
    /// Hyperswitch's publishable key, beside the client secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) publishable_key: Option<String>,
}

/// Whether the buyer can pay now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentStatus)]
pub(crate) enum PaymentStatusName {
    /// Yes.
    Ready,
    /// Not yet: the payment provider has not answered. Ask again with `POST /orders/{id}/payment`.
    Pending,
    /// There is nothing to pay, or not any more.
    Closed,
}

/// Money that goes or went back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderRefund)]
pub(crate) struct RefundBody {
    /// The refund.
    #[schema(example = "ref_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: String,
    /// How much, in minor units.
    pub(crate) amount: i64,
    /// How far it is: `open`, `settled` or `declined`.
    pub(crate) status: &'static str,
}

/// Whom an order is billed to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Billing)]
pub(crate) struct BillingBody {
    /// The buyer's name.
    name: String,
    /// Where the receipt goes.
    email: String,
    /// Street and number.
    address_line_1: String,
    /// What did not fit the first line.
    address_line_2: Option<String>,
    /// Postal code.
    postal_code: String,
    /// Town.
    city: String,
    /// Country, by ISO 3166-1 alpha-2.
    country: String,
    /// The VAT id of a business in the EU.
    #[schema(example = "FR40303265045")]
    vat_id: Option<String>,
}

impl From<&OrderLine> for LineBody {
    fn from(line: &OrderLine) -> Self {
        Self {
            product_id: line.product_id,
            offer_id: line.offer_id,
            seller_id: line.seller_id,
            title: line.title.clone(),
            licence_kind: line.licence_kind,
            terms_version: line.terms_version.clone(),
            terms_hash: line.terms_hash,
            unit_price: line.unit_price.amount,
            quantity: line.quantity.get(),
            upgrade_of: line.upgrade.map(|upgrade| upgrade.licence_id),
            credit: line.upgrade.map_or(0, |upgrade| upgrade.credit.amount),
            discount: line.discount.amount,
            total: line.total.amount,
            tax: LineTaxBody {
                amount: line.tax_amount.amount,
                rate_basis_points: line.tax.rate_basis_points.get(),
                country: line.tax.country,
                category: line.tax.category,
                treatment: line.tax.treatment,
                legal_reference: line.tax.legal_reference.clone(),
                price_basis: line.tax.price_basis,
            },
            supplier_of_record: line.tax.supplier_of_record,
        }
    }
}

impl TotalsBody {
    /// The totals of some lines. Their sum was checked when the order was placed.
    pub(crate) fn of<'a>(lines: impl IntoIterator<Item = &'a OrderLine>) -> Self {
        let (mut discount, mut tax, mut total) = (0, 0, 0);
        for line in lines {
            discount += line.discount.amount;
            tax += line.tax_amount.amount;
            total += line.total.amount;
        }
        Self {
            discount,
            net: total - tax,
            tax,
            total,
        }
    }
}

impl PaymentBody {
    /// The payment of an order in a state, without what only its buyer's browser may have.
    pub(crate) fn of(id: PaymentId, status: OrderStatus, known_to_provider: bool) -> Self {
        let status = match status {
            OrderStatus::AwaitingPayment | OrderStatus::PaymentFailed if !known_to_provider => {
                PaymentStatusName::Pending
            }
            OrderStatus::AwaitingPayment | OrderStatus::PaymentFailed => PaymentStatusName::Ready,
            OrderStatus::Processing | OrderStatus::Paid | OrderStatus::Cancelled | OrderStatus::Expired => {
                PaymentStatusName::Closed
            }
        };
        Self {
            id,
            status,
            client_secret: None,
            publishable_key: None,
        }
    }

    /// The same, with what only its buyer's browser may have.
    pub(super) fn with(self, checkout: &Checkout) -> Self {
        match checkout {
            Checkout::Ready {
                client_secret,
                publishable_key,
                ..
            } => Self {
                status: PaymentStatusName::Ready,
                client_secret: Some(client_secret.expose().to_owned()),
                publishable_key: Some(publishable_key.clone()),
                ..self
            },
            Checkout::Pending { .. } => Self {
                status: PaymentStatusName::Pending,
                ..self
            },
            Checkout::Closed => Self {
                status: PaymentStatusName::Closed,
                ..self
            },
        }
    }
}
