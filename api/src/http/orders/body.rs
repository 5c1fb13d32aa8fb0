//! An order as the API shows it.

use chrono::{DateTime, Utc};
use comptoir_domain::order::{CancelReason, Order, OrderFacts, OrderLine, OrderStatus};
use comptoir_domain::values::{
    BillingDetails, CountryCode, Currency, LicenceKind, OfferId, OrderId, PaymentId, PersonId, ProductId,
    TaxCategory, TermsHash, TermsVersion, Title,
};
use comptoir_engine::Checkout;
use comptoir_ledger::Loaded;
use comptoir_projections::orders::OrderView;
use serde::Serialize;

use crate::http::problem::{Problem, ProblemKind};
use crate::http::products::body::{LicenceKindName, TaxCategoryName};

/// An order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Order)]
pub(crate) struct OrderBody {
    /// Its id.
    #[schema(value_type = String, example = "order_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: OrderId,
    /// Where it stands.
    #[schema(value_type = OrderStatusName)]
    pub(crate) status: &'static str,
    /// Who buys.
    #[schema(value_type = String, example = "person_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) buyer_id: PersonId,
    /// The currency of every amount, by ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    pub(crate) currency: Currency,
    /// What there is to pay; for a seller, for their lines.
    pub(crate) totals: TotalsBody,
    /// What was ordered; for a seller, from them.
    pub(crate) lines: Vec<LineBody>,
    /// The payment.
    pub(crate) payment: PaymentBody,
    /// Whom it is billed to: for the buyer and admins, in answers to the read of one order. Null once it was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BillingBody>)]
    pub(crate) billing: Option<BillingShown>,
    /// Whether the billing details were erased on the buyer's wish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) billing_erased: Option<bool>,
    /// The licences that were issued for it, in answers to the read of one order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) licences: Option<Vec<crate::http::licences::body::LicenceBody>>,
    /// The money that goes or went back; not for a seller, if there are several.
    pub(crate) refunds: Vec<RefundBody>,
    /// Whether a human looks at the payment.
    pub(crate) needs_review: bool,
    /// When it was placed; only in answers to reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) placed_at: Option<DateTime<Utc>>,
    /// Until when it can be paid.
    pub(crate) expires_at: DateTime<Utc>,
    /// When it was paid; only in answers to reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) paid_at: Option<DateTime<Utc>>,
    /// When it was cancelled or expired; only in answers to reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) closed_at: Option<DateTime<Utc>>,
    /// Why it was cancelled; only in answers to reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CancelReasonName>)]
    pub(crate) cancel_reason: Option<CancelReason>,
    /// When it last changed; only in answers to reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) updated_at: Option<DateTime<Utc>>,
}

/// Billing details as they can still be shown.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum BillingShown {
    /// As the buyer gave them.
    Known(BillingDetails),
    /// Null: the buyer's key was destroyed.
    Erased,
}

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

/// Amounts in minor units of the order's currency.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[schema(as = Totals)]
pub(crate) struct TotalsBody {
    /// Without tax.
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
    /// The price of one unit in minor units, tax included.
    unit_price: i64,
    /// How many units.
    quantity: u32,
    /// Unit price times quantity, in minor units.
    total: i64,
    /// The tax inside the total.
    tax: LineTaxBody,
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
    /// Where it is due.
    #[schema(value_type = String, example = "FR")]
    country: CountryCode,
    /// Which rate of that country.
    #[schema(value_type = TaxCategoryName)]
    category: TaxCategory,
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
            total: line.total.amount,
            tax: LineTaxBody {
                amount: line.tax_amount.amount,
                rate_basis_points: line.tax.rate_basis_points.get(),
                country: line.tax.country,
                category: line.tax.category,
            },
        }
    }
}

impl TotalsBody {
    /// The totals of some lines. Their sum was checked when the order was placed.
    pub(crate) fn of<'a>(lines: impl IntoIterator<Item = &'a OrderLine>) -> Self {
        let (mut tax, mut total) = (0, 0);
        for line in lines {
            tax += line.tax_amount.amount;
            total += line.total.amount;
        }
        Self { net: total - tax, tax, total }
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
        Self { id, status, client_secret: None, publishable_key: None }
    }

    fn with(self, checkout: &Checkout) -> Self {
        match checkout {
            Checkout::Ready { client_secret, publishable_key, .. } => Self {
                status: PaymentStatusName::Ready,
                client_secret: Some(client_secret.expose().to_owned()),
                publishable_key: Some(publishable_key.clone()),
                ..self
            },
            Checkout::Pending { .. } => Self { status: PaymentStatusName::Pending, ..self },
            Checkout::Closed => Self { status: PaymentStatusName::Closed, ..self },
        }
    }
}

impl OrderBody {
    /// The order as its stream says: what a write answers with, whatever the read models have seen.
    pub(crate) fn of_loaded(loaded: &Loaded<Order>) -> Result<Self, Problem> {
        let (facts, status) = loaded
            .state
            .facts()
            .zip(loaded.state.status())
            .ok_or_else(|| Problem::new(ProblemKind::OrderNotFound))?;
        Ok(Self::of_facts(facts, status))
    }

    /// The same, with what the buyer's browser needs to pay.
    pub(crate) fn of_checkout(loaded: &Loaded<Order>, checkout: &Checkout) -> Result<Self, Problem> {
        let body = Self::of_loaded(loaded)?;
        Ok(Self { payment: body.payment.with(checkout), ..body })
    }

    /// The order as the read model shows it, with the lines that the reader may see.
    pub(crate) fn of_view(view: &OrderView, may_see: impl Fn(&OrderLine) -> bool) -> Self {
        let order = &view.order;
        let lines: Vec<&OrderLine> = view.lines.iter().filter(|line| may_see(line)).collect();
        // What goes back of an order of several sellers concerns its buyer and the platform.
        let sees_all_lines = lines.len() == view.lines.len();
        let refunds = order.refunds.iter().filter(|_| sees_all_lines).map(|refund| RefundBody {
            id: refund.refund_id.to_string(),
            amount: refund.amount.amount,
            status: refund.standing.as_str(),
        });
        Self {
            id: order.order_id,
            status: order.status.as_str(),
            buyer_id: order.buyer_id,
            currency: order.total.currency,
            totals: TotalsBody::of(lines.iter().copied()),
            lines: lines.into_iter().map(LineBody::from).collect(),
            payment: PaymentBody::of(order.payment_id, order.status, order.payment_status.is_some()),
            billing: None,
            billing_erased: None,
            licences: None,
            refunds: refunds.collect(),
            needs_review: order.needs_review(),
            placed_at: Some(order.placed_at),
            expires_at: order.expires_at,
            paid_at: order.paid_at,
            closed_at: order.closed_at,
            cancel_reason: order.cancel_reason,
            updated_at: Some(order.updated_at),
        }
    }

    fn of_facts(facts: &OrderFacts, status: OrderStatus) -> Self {
        use comptoir_domain::order::{PaymentContact, RefundStanding};
        let known = match facts.contact {
            PaymentContact::NotYet => false,
            PaymentContact::Initiated => true,
        };
        let refunds = facts.refunds.iter().map(|(id, refund)| RefundBody {
            id: id.to_string(),
            amount: refund.amount.amount,
            status: match refund.standing {
                RefundStanding::Open => "open",
                RefundStanding::Settled => "settled",
                RefundStanding::Declined => "declined",
            },
        });
        Self {
            id: facts.order_id,
            status: status.as_str(),
            buyer_id: facts.buyer_id,
            currency: facts.total.currency,
            totals: TotalsBody::of(&facts.lines),
            lines: facts.lines.iter().map(LineBody::from).collect(),
            payment: PaymentBody::of(facts.payment_id, status, known),
            billing: None,
            billing_erased: None,
            licences: None,
            refunds: refunds.collect(),
            needs_review: !facts.flags.is_empty(),
            placed_at: None,
            expires_at: facts.expires_at,
            paid_at: None,
            closed_at: None,
            cancel_reason: None,
            updated_at: None,
        }
    }
}
