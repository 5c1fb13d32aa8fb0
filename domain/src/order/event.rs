//! What can have happened to an order.

mod dispute;
mod refund;
mod withdrawal;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::dispute::{DisputeWord, OrderDisputeChanged, OrderDisputeClosed, OrderDisputed};
pub use self::refund::{OrderRefundDeclined, OrderRefundOpened, OrderRefundSettled, RefundReason};
pub use self::withdrawal::{
    DeliveryAccess, DeliveryBegan, ExcludedLine, WithdrawalConfirmed, WithdrawalDeclared,
};
use super::line::{AppliedPromotion, OrderLine, OrderTax};
use super::refunding::RefundPolicy;
use super::report::{PaymentStatus, ReportSource};
use super::upcast;
use crate::values::{Consent, Currency, Money, OrderId, PaymentId, PersonId, ProviderCode, Sealed};
use crate::wire_events;

wire_events! {
    /// An event of an order's stream.
    pub enum OrderEvent {
        /// A buyer placed it.
        Placed(OrderPlaced) => ("order.placed", 4, [
            upcast::placed_before_promotions, upcast::placed_before_upgrades, upcast::placed_before_refund_policy,
        ]),
        /// Its payment exists at the provider.
        PaymentInitiated(PaymentInitiated) => ("order.payment_initiated", 1),
        /// The provider waits for the buyer.
        PaymentAwaiting(PaymentAwaiting) => ("order.payment_awaiting", 1),
        /// The bank has not answered yet.
        PaymentProcessing(PaymentProcessing) => ("order.payment_processing", 1),
        /// An attempt to pay failed.
        PaymentFailed(PaymentFailed) => ("order.payment_failed", 2, [upcast::failed_in_words]),
        /// The whole amount has arrived.
        Paid(OrderPaid) => ("order.paid", 1),
        /// Somebody called it off.
        Cancelled(OrderCancelled) => ("order.cancelled", 1),
        /// Its time to be paid ran out.
        Expired(OrderExpired) => ("order.expired", 1),
        /// The provider says something that a human must look at.
        FlaggedForReview(OrderFlaggedForReview) => ("order.flagged_for_review", 1),
        /// Money is to go back.
        RefundOpened(OrderRefundOpened) => ("order.refund_opened", 2, [refund::refund_opened_from_1]),
        /// Money has gone back.
        RefundSettled(OrderRefundSettled) => ("order.refund_settled", 1),
        /// Money could not go back.
        RefundDeclined(OrderRefundDeclined) => ("order.refund_declined", 1),
        /// The buyer's bank wants money back.
        Disputed(OrderDisputed) => ("order.disputed", 1),
        /// A dispute goes on.
        DisputeChanged(OrderDisputeChanged) => ("order.dispute_changed", 1),
        /// A dispute has ended.
        DisputeClosed(OrderDisputeClosed) => ("order.dispute_closed", 1),
        /// The buyer got at what a line promises.
        DeliveryBegan(DeliveryBegan) => ("order.delivery_began", 1),
        /// The buyer declared to withdraw.
        WithdrawalDeclared(WithdrawalDeclared) => ("order.withdrawal_declared", 1),
        /// The buyer confirmed it.
        WithdrawalConfirmed(WithdrawalConfirmed) => ("order.withdrawal_confirmed", 1),
    }
}

impl OrderEvent {
    /// When it happened, or when we learnt of it.
    pub const fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Placed(event) => event.at,
            Self::PaymentInitiated(event) => event.at,
            Self::PaymentAwaiting(event) => event.at,
            Self::PaymentProcessing(event) => event.at,
            Self::PaymentFailed(event) => event.at,
            Self::Paid(event) => event.at,
            Self::Cancelled(event) => event.at,
            Self::Expired(event) => event.at,
            Self::FlaggedForReview(event) => event.at,
            Self::RefundOpened(event) => event.at,
            Self::RefundSettled(event) => event.at,
            Self::RefundDeclined(event) => event.at,
            Self::Disputed(event) => event.at,
            Self::DisputeChanged(event) => event.at,
            Self::DisputeClosed(event) => event.at,
            Self::DeliveryBegan(event) => event.at,
            Self::WithdrawalDeclared(event) => event.at,
            Self::WithdrawalConfirmed(event) => event.at,
        }
    }
}

/// A buyer placed an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// The order.
    pub order_id: OrderId,
    /// Who buys.
    pub buyer_id: PersonId,
    /// What, as it was offered at that time.
    pub lines: Vec<OrderLine>,
    /// The currency of every amount.
    pub currency: Currency,
    /// What there is to pay, tax included, after the discount.
    pub total: Money,
    /// The tax inside the total: the sum of the lines' tax.
    pub tax_total: Money,
    /// What the promotion takes off: the sum of the lines' discounts.
    pub discount_total: Money,
    /// The promotion, if the buyer had a code.
    pub promotion: Option<AppliedPromotion>,
    /// Who buys and where, in the sense of tax law.
    pub tax: OrderTax,
    /// Name, address and e-mail, sealed with the buyer's key.
    pub billing: Sealed,
    /// The consent to immediate delivery.
    pub consent: Consent,
    /// How refunds were granted at that time. None in what versions before 4 wrote.
    pub refund_policy: Option<RefundPolicy>,
    /// The id its payment has at the provider.
    pub payment_id: PaymentId,
    /// When the payment session ends.
    pub expires_at: DateTime<Utc>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The payment exists at the provider. Confirms nothing, whatever the status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentInitiated {
    /// The payment.
    pub payment_id: PaymentId,
    /// What the provider answered to our call.
    pub provider_status: PaymentStatus,
    /// When.
    pub at: DateTime<Utc>,
}

/// The provider waits for the buyer: to choose, to confirm, to pass a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAwaiting {
    /// The provider's status.
    pub provider_status: PaymentStatus,
    /// When the provider changed it.
    pub provider_updated: DateTime<Utc>,
    /// How we learnt of it.
    pub source: ReportSource,
    /// When we did.
    pub at: DateTime<Utc>,
}

/// The bank has not answered yet; until it does the order neither expires nor can be cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentProcessing {
    /// When the provider changed it.
    pub provider_updated: DateTime<Utc>,
    /// How we learnt of it.
    pub source: ReportSource,
    /// When we did.
    pub at: DateTime<Utc>,
}

/// An attempt to pay failed; the buyer may try again until the order expires. What the processor says of it in words may name
/// somebody, and stands in the sealed body of its webhook alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFailed {
    /// The provider's status: failed, cancelled or expired.
    pub provider_status: PaymentStatus,
    /// The processor's code.
    pub code: Option<ProviderCode>,
    /// The provider's own code for it, the same whatever the processor.
    pub unified_code: Option<ProviderCode>,
    /// When the provider changed it.
    pub provider_updated: DateTime<Utc>,
    /// How we learnt of it.
    pub source: ReportSource,
    /// When we did.
    pub at: DateTime<Utc>,
}

/// The whole amount has arrived, or there was nothing to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPaid {
    /// How much.
    pub amount: Money,
    /// Who says so.
    pub source: PaymentSource,
    /// When the provider changed the payment; none if there was nothing to pay.
    pub provider_updated: Option<DateTime<Utc>>,
    /// Whether the order had expired or been cancelled before.
    pub revived: bool,
    /// When we learnt of it.
    pub at: DateTime<Utc>,
}

/// Who says that an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentSource {
    /// The provider told us, signed.
    Webhook,
    /// The provider told us when we asked.
    Reconciler,
    /// Nobody needs to: the total is zero.
    NothingToPay,
}

/// Somebody called the order off before it was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCancelled {
    /// Who.
    pub by: PersonId,
    /// Why.
    pub reason: CancelReason,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why an order was called off. A list, for free text by a person would be personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The buyer changed their mind.
    BuyerRequest,
    /// The seller or the platform cannot deliver.
    CannotDeliver,
    /// The platform suspects fraud.
    SuspectedFraud,
    /// Ordered by mistake, or twice.
    Mistake,
}

/// Nobody paid in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderExpired {
    /// When.
    pub at: DateTime<Utc>,
}

/// The provider says something about the payment or a refund of it that a human must look at: once for each reason and
/// amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFlaggedForReview {
    /// What is odd.
    pub reason: ReviewReason,
    /// What there was to pay, or to refund.
    pub expected: Money,
    /// What the provider names instead.
    pub received: Money,
    /// The provider's status of the payment.
    pub provider_status: PaymentStatus,
    /// When the provider changed the payment, or the refund.
    pub provider_updated: DateTime<Utc>,
    /// How we learnt of it.
    pub source: ReportSource,
    /// When we did.
    pub at: DateTime<Utc>,
}

/// What is odd about a payment or a refund of it. Further reasons are further values of the same schema version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// Another amount than the order's total.
    AmountMismatch,
    /// Another currency than the order's.
    CurrencyMismatch,
    /// Only part of the amount was captured, or authorised.
    PartialCapture,
    /// The money came and went back outside our refunds.
    CapturedThenCancelled,
    /// The money waits for a capture that we never asked to be separate.
    CaptureRequired,
    /// The provider or its records want somebody to look.
    ProviderReview,
    /// More has gone back, or is on its way, than had come of the order or of one of its lines.
    RefundedTooMuch,
    /// A refund of another amount or currency than was asked for.
    RefundMismatch,
}
