//! An order as the API shows it.

use chrono::{DateTime, Utc};
use comptoir_domain::order::{CancelReason, OrderFacts, OrderLine, OrderStatus};
use comptoir_domain::values::{BillingDetails, Currency, OrderId, PersonId};
use comptoir_projections::orders::OrderView;
use serde::Serialize;

use super::parts::{
    BillingBody, CancelReasonName, LineBody, OrderStatusName, PaymentBody, RefundBody, TotalsBody,
};
use super::review_flags::ReviewFlagBody;
use super::tax::{OrderPromotionBody, OrderTaxBody};
use super::withdrawal::WithdrawalBody;
use crate::http::sealed::Opened;

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
    /// The promotion it was placed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) promotion: Option<OrderPromotionBody>,
    /// Who bought and where, in the sense of tax law; not for sellers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tax: Option<OrderTaxBody>,
    /// The payment.
    pub(crate) payment: PaymentBody,
    /// Whom it is billed to: for the buyer and admins, and not in lists. Null once it was erased.
    #[serde(skip_serializing_if = "Opened::is_absent")]
    #[schema(value_type = Option<BillingBody>)]
    pub(crate) billing: Opened<BillingDetails>,
    /// Whether the billing details were erased on the buyer's wish; beside them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) billing_erased: Option<bool>,
    /// The licences that were issued for it; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) licences: Option<Vec<crate::http::licences::body::LicenceBody>>,
    /// The money that goes or went back, in the order of the refunds' ids; not for a seller, if there are several.
    pub(crate) refunds: Vec<RefundBody>,
    /// How much of what was paid has gone back: `none`, `partially_refunded` or `refunded`.
    #[schema(example = "none")]
    pub(crate) refund_status: &'static str,
    /// Whether the buyer's bank wants money back: `none`, `open`, `won` or `lost`.
    #[schema(example = "none")]
    pub(crate) dispute_status: &'static str,
    /// The buyer's right to withdraw, once it is paid; not for a seller, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) withdrawal: Option<WithdrawalBody>,
    /// Whether a human looks at the payment, or a refund of it.
    pub(crate) needs_review: bool,
    /// What does not fit, the oldest first: for admins and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) review_flags: Option<Vec<ReviewFlagBody>>,
    /// When it was placed.
    pub(crate) placed_at: DateTime<Utc>,
    /// Until when it can be paid.
    pub(crate) expires_at: DateTime<Utc>,
    /// When it was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) paid_at: Option<DateTime<Utc>>,
    /// When it was cancelled or expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) closed_at: Option<DateTime<Utc>>,
    /// Why it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CancelReasonName>)]
    pub(crate) cancel_reason: Option<CancelReason>,
    /// When it last changed.
    pub(crate) updated_at: DateTime<Utc>,
    /// The position that it is shown as of, where `as_of` asked for a past moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) as_of_position: Option<i64>,
}

impl OrderBody {
    /// The order as the read model shows it, with the lines that the reader may see.
    pub(crate) fn of_view(
        view: &OrderView,
        now: DateTime<Utc>,
        may_see: impl Fn(&OrderLine) -> bool,
    ) -> Self {
        let order = &view.order;
        let lines: Vec<&OrderLine> = view.lines.iter().filter(|line| may_see(line)).collect();
        // What goes back of an order of several sellers concerns its buyer and the platform.
        let sees_all_lines = lines.len() == view.lines.len();
        let mut refunds: Vec<_> = order.refunds.iter().filter(|_| sees_all_lines).collect();
        refunds.sort_unstable_by_key(|refund| refund.refund_id);
        let refunds = refunds.into_iter().map(|refund| RefundBody {
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
            promotion: order.promotion.as_ref().map(OrderPromotionBody::from),
            tax: Some(OrderTaxBody::from(&order.tax)),
            payment: PaymentBody::of(order.payment_id, order.status, order.payment_status.is_some()),
            billing: Opened::Absent,
            billing_erased: None,
            licences: None,
            refunds: refunds.collect(),
            refund_status: order.refunded_share().as_str(),
            dispute_status: order.dispute_summary().as_str(),
            withdrawal: WithdrawalBody::of_view(view, now).filter(|_| sees_all_lines),
            needs_review: order.needs_review(),
            review_flags: None,
            placed_at: order.placed_at,
            expires_at: order.expires_at,
            paid_at: order.paid_at,
            closed_at: order.closed_at,
            cancel_reason: order.cancel_reason,
            updated_at: order.updated_at,
            as_of_position: None,
        }
    }

    /// The same without who bought from where, which is nothing for sellers.
    pub(super) fn without_buyer_tax(self) -> Self {
        Self { tax: None, ..self }
    }

    /// The order as its stream says, whatever the read models have seen.
    pub(super) fn of_facts(facts: &OrderFacts, status: OrderStatus) -> Self {
        use comptoir_domain::order::{PaymentContact, RefundStanding};
        // A report may have come before the answer to our own call.
        let known = match facts.contact {
            PaymentContact::NotYet => facts.newest_report.is_some(),
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
            promotion: facts.promotion.as_ref().map(OrderPromotionBody::from),
            tax: Some(OrderTaxBody::from(&facts.tax)),
            payment: PaymentBody::of(facts.payment_id, status, known),
            billing: Opened::Absent,
            billing_erased: None,
            licences: None,
            refunds: refunds.collect(),
            refund_status: facts.refunded_share().as_str(),
            dispute_status: facts.dispute_summary().as_str(),
            withdrawal: None,
            needs_review: !facts.flags.is_empty(),
            review_flags: None,
            placed_at: facts.placed_at,
            expires_at: facts.expires_at,
            paid_at: facts.paid_at,
            closed_at: facts.closed_at,
            cancel_reason: facts.cancel_reason,
            updated_at: facts.updated_at,
            as_of_position: None,
        }
    }
}
