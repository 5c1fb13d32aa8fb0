//! A row of `orders`, typed.

use chrono::{DateTime, Utc};
use comptoir_domain::order::{
    AppliedPromotion, CancelReason, DisputeSummary, OrderLine, OrderStatus, OrderTax, PaymentStatus,
    RefundPart, RefundReason, RefundedShare, ReviewReason,
};
use comptoir_domain::values::{
    Consent, Currency, Money, OrderId, PaymentId, PersonId, ProviderCode, RefundId, Sealed,
};
use comptoir_ledger::{Position, Revision};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use super::after_sale::AfterSale;
use crate::listing::QueryError;
use crate::text::from_name;

/// An order with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// All but the lines.
    pub order: OrderRow,
    /// What was bought, in the order of the request.
    pub lines: Vec<OrderLine>,
}

/// What is known of an order, its lines apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// The order.
    pub order_id: OrderId,
    /// Who buys.
    pub buyer_id: PersonId,
    /// Where it stands.
    pub status: OrderStatus,
    /// What there is to pay, tax included.
    pub total: Money,
    /// The tax inside the total.
    pub tax_total: Money,
    /// The promotion it was placed with.
    pub promotion: Option<AppliedPromotion>,
    /// Who buys and where, in the sense of tax law.
    pub tax: OrderTax,
    /// The money that has arrived; what went back since stands in `refunds`.
    pub received: Money,
    /// Name, address and e-mail, sealed with the buyer's key.
    pub billing: Sealed,
    /// The consent to immediate delivery.
    pub consent: Consent,
    /// The payment.
    pub payment_id: PaymentId,
    /// What the provider said of the payment last; none as long as it knows of no payment.
    pub payment_status: Option<PaymentStatus>,
    /// When the provider changed the payment, if it said so.
    pub payment_updated: Option<DateTime<Utc>>,
    /// Why the newest attempt to pay failed.
    pub failure_code: Option<ProviderCode>,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// When the payment session ends.
    pub expires_at: DateTime<Utc>,
    /// When we learnt that it is paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// When it was cancelled or expired, unless it was revived since.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was cancelled.
    pub cancel_reason: Option<CancelReason>,
    /// Whether it was paid after it had been closed.
    pub revived: bool,
    /// What a human must look at, oldest first.
    pub review_flags: Vec<ReviewFlagRow>,
    /// The money that goes or went back, oldest first.
    pub refunds: Vec<RefundRow>,
    /// Disputes, deliveries and withdrawals.
    pub after_sale: AfterSale,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
    /// The newest event of its stream that this row knows.
    pub revision: Revision,
    /// Where that event stands.
    pub position: Position,
}

impl OrderRow {
    /// Whether a human must look at it.
    pub const fn needs_review(&self) -> bool {
        !self.review_flags.is_empty()
    }

    /// How much of what was paid has gone back.
    pub fn refunded_share(&self) -> RefundedShare {
        let settled = self
            .refunds
            .iter()
            .filter(|refund| refund.standing == RefundRowStanding::Settled);
        let refunded = settled.map(|refund| refund.amount.amount).sum();
        RefundedShare::of(self.received, Money::new(refunded, self.total.currency))
    }

    /// Where its disputes stand together.
    pub fn dispute_summary(&self) -> DisputeSummary {
        let words = self
            .after_sale
            .disputes
            .iter()
            .map(|dispute| dispute.word.status.standing());
        DisputeSummary::of(words)
    }
}

/// Something odd about a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewFlagRow {
    /// What is odd.
    pub reason: ReviewReason,
    /// What there was to pay.
    pub expected: Money,
    /// What the provider names instead.
    pub received: Money,
    /// The provider's status.
    pub provider_status: PaymentStatus,
    /// When we learnt of it.
    pub at: DateTime<Utc>,
}

/// Money that goes or went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRow {
    /// The refund.
    pub refund_id: RefundId,
    /// How much.
    pub amount: Money,
    /// What of it belongs to which line; none for what the first release opened.
    pub parts: Vec<RefundPart>,
    /// Why.
    pub reason: RefundReason,
    /// How far it is.
    pub standing: RefundRowStanding,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When we learnt what its standing says.
    pub updated_at: DateTime<Utc>,
}

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundRowStanding {
    /// Asked for.
    Open,
    /// Arrived.
    Settled,
    /// Failed: the money is still here.
    Declined,
}

impl RefundRowStanding {
    /// The name as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settled => "settled",
            Self::Declined => "declined",
        }
    }
}

/// The columns as the database has them.
#[derive(Debug)]
pub(super) struct OrderColumns {
    pub(super) id: Uuid,
    pub(super) buyer_id: Uuid,
    pub(super) status: String,
    pub(super) currency: String,
    pub(super) total_minor: i64,
    pub(super) tax_total_minor: i64,
    pub(super) promotion: Option<Json<AppliedPromotion>>,
    pub(super) tax: Option<Json<OrderTax>>,
    pub(super) received_minor: i64,
    pub(super) billing: Json<Sealed>,
    pub(super) consent: Json<Consent>,
    pub(super) payment_id: Uuid,
    pub(super) payment_status: Option<String>,
    pub(super) payment_updated: Option<DateTime<Utc>>,
    pub(super) failure_code: Option<String>,
    pub(super) placed_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) paid_at: Option<DateTime<Utc>>,
    pub(super) closed_at: Option<DateTime<Utc>>,
    pub(super) cancel_reason: Option<String>,
    pub(super) revived: bool,
    pub(super) review_flags: Json<Vec<ReviewFlagRow>>,
    pub(super) refunds: Json<Vec<RefundRow>>,
    pub(super) after_sale: Option<Json<AfterSale>>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) revision: i64,
    pub(super) position: i64,
    pub(super) lines: Option<Json<Vec<OrderLine>>>,
}

/// Reads [`OrderColumns`]: first the expression that gathers the lines, then all from `FROM` on, with its arguments.
macro_rules! select_orders {
    ($lines:literal, $from:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            OrderColumns,
            r#"SELECT o.id, o.buyer_id, o.status, o.currency, o.total_minor, o.tax_total_minor, o.received_minor,
                   o.promotion AS "promotion: _", o.tax AS "tax: _",
                   o.billing AS "billing: _", o.consent AS "consent: _", o.payment_id, o.payment_status,
                   o.payment_updated, o.failure_code, o.placed_at, o.expires_at, o.paid_at,
                   o.closed_at, o.cancel_reason, o.revived, o.review_flags AS "review_flags: _",
                   o.refunds AS "refunds: _", o.after_sale AS "after_sale: _", o.updated_at, o.revision, o.position, "#
                + $lines + r#" AS "lines: _" "# + $from
            $(, $argument)*
        )
    };
}
pub(super) use select_orders;

impl TryFrom<OrderColumns> for OrderView {
    type Error = QueryError;

    fn try_from(mut columns: OrderColumns) -> Result<Self, QueryError> {
        let lines = columns.lines.take().map(|Json(lines)| lines).unwrap_or_default();
        let order = OrderRow::try_from(columns)?;
        Ok(Self { order, lines })
    }
}

impl TryFrom<OrderColumns> for OrderRow {
    type Error = QueryError;

    fn try_from(columns: OrderColumns) -> Result<Self, QueryError> {
        let unreadable = QueryError::unreadable("orders", columns.id);
        let currency: Currency = from_name(&columns.currency).map_err(|error| unreadable(&error))?;
        let cancel_reason = columns.cancel_reason.as_deref().map(from_name).transpose();
        let failure_code = columns.failure_code.as_deref().map(from_name).transpose();
        Ok(Self {
            order_id: OrderId::from_uuid(columns.id),
            buyer_id: PersonId::from_uuid(columns.buyer_id),
            status: status_named(&columns.status).ok_or_else(|| unreadable(&UnknownOrderStatus))?,
            total: Money::new(columns.total_minor, currency),
            tax_total: Money::new(columns.tax_total_minor, currency),
            promotion: columns.promotion.map(|Json(promotion)| promotion),
            tax: columns.tax.ok_or_else(|| unreadable(&WithoutTax))?.0,
            received: Money::new(columns.received_minor, currency),
            billing: columns.billing.0,
            consent: columns.consent.0,
            payment_id: PaymentId::from_uuid(columns.payment_id),
            payment_status: columns
                .payment_status
                .as_deref()
                .map(str::parse)
                .transpose()
                .map_err(|error| unreadable(&error))?,
            payment_updated: columns.payment_updated,
            failure_code: failure_code.map_err(|error| unreadable(&error))?,
            placed_at: columns.placed_at,
            expires_at: columns.expires_at,
            paid_at: columns.paid_at,
            closed_at: columns.closed_at,
            cancel_reason: cancel_reason.map_err(|error| unreadable(&error))?,
            revived: columns.revived,
            review_flags: columns.review_flags.0,
            refunds: columns.refunds.0,
            after_sale: columns
                .after_sale
                .map(|Json(after_sale)| after_sale)
                .unwrap_or_default(),
            updated_at: columns.updated_at,
            revision: Revision::new(columns.revision),
            position: Position::new(columns.position),
        })
    }
}

/// The row was written by an earlier release.
#[derive(Debug, thiserror::Error)]
#[error("without its tax facts; the read model must be rebuilt")]
struct WithoutTax;

/// The status column holds a name that no release has written.
#[derive(Debug, thiserror::Error)]
#[error("unknown order status")]
struct UnknownOrderStatus;

fn status_named(name: &str) -> Option<OrderStatus> {
    const ALL: [OrderStatus; 6] = [
        OrderStatus::AwaitingPayment,
        OrderStatus::Processing,
        OrderStatus::PaymentFailed,
        OrderStatus::Paid,
        OrderStatus::Cancelled,
        OrderStatus::Expired,
    ];
    ALL.into_iter().find(|status| status.as_str() == name)
}
