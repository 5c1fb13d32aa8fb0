//! What a worker is to do.

use chrono::{DateTime, Utc};

use crate::licence::LicenceGrant;
use crate::order::{DisputeReport, OrderStatus, PaymentReport, RefundReason, ReportSource};
use crate::refund::RefundReport;
use crate::values::{DisputeId, Money, OrderId, PaymentId, PersonId, ProviderCode, RefundId};

/// Something that follows from an event. Each can be carried out again without further effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instruction {
    /// Create the payment at the provider; then [`crate::order::OrderCommand::RecordPaymentInitiated`].
    CallCreatePayment {
        /// The order.
        order_id: OrderId,
        /// The id to create it under: a second call is refused by the provider.
        payment_id: PaymentId,
        /// How much.
        amount: Money,
    },
    /// [`crate::licence::LicenceCommand::Issue`] to the stream of the grant's licence.
    IssueLicence(Box<LicenceGrant>),
    /// [`crate::licence::LicenceCommand::Align`] to each licence of the order, with the causes that then stand
    /// ([`super::licence_causes`]), and only if the order has not moved on by the time of the append.
    AlignLicences {
        /// The order.
        order_id: OrderId,
    },
    /// [`crate::order::OrderCommand::RecordDispute`].
    ApplyDisputeReport {
        /// The order.
        order_id: OrderId,
        /// What the provider says.
        report: DisputeReport,
    },
    /// Like [`Instruction::SubmitRefund`], for the refund of the order whose turn it is, if there is one.
    SubmitRefundInTurn {
        /// The order.
        order_id: OrderId,
    },
    /// [`crate::order::OrderCommand::RecordPaymentStatus`], with the availability that the products then have.
    ApplyPaymentReport {
        /// The order.
        order_id: OrderId,
        /// What the provider says.
        report: PaymentReport,
    },
    /// [`crate::refund::RefundCommand::RecordStatus`].
    ApplyRefundReport {
        /// The refund.
        refund_id: RefundId,
        /// What the provider says.
        report: RefundReport,
    },
    /// [`crate::refund::RefundCommand::Request`].
    RequestRefund {
        /// The refund.
        refund_id: RefundId,
        /// The order.
        order_id: OrderId,
        /// The payment the money came with.
        payment_id: PaymentId,
        /// How much.
        amount: Money,
        /// Why.
        reason: RefundReason,
    },
    /// Ask the provider for the refund, once it is its turn; then [`crate::refund::RefundCommand::RecordSubmitted`].
    SubmitRefund {
        /// The id to ask under: a second call is refused by the provider.
        refund_id: RefundId,
        /// The payment the money came with.
        payment_id: PaymentId,
        /// How much.
        amount: Money,
        /// Why.
        reason: RefundReason,
    },
    /// [`crate::order::OrderCommand::SettleRefund`].
    SettleOrderRefund {
        /// The order.
        order_id: OrderId,
        /// The refund.
        refund_id: RefundId,
        /// When the provider changed it.
        provider_updated: DateTime<Utc>,
        /// How we learnt of it.
        source: ReportSource,
    },
    /// [`crate::order::OrderCommand::FlagRefund`].
    FlagOrderRefund {
        /// The order.
        order_id: OrderId,
        /// The refund.
        refund_id: RefundId,
        /// What the provider names instead of what was asked for.
        reported: Money,
        /// When the provider changed it.
        provider_updated: DateTime<Utc>,
        /// How we learnt of it.
        source: ReportSource,
    },
    /// [`crate::order::OrderCommand::DeclineRefund`].
    DeclineOrderRefund {
        /// The order.
        order_id: OrderId,
        /// The refund.
        refund_id: RefundId,
        /// The provider's reason.
        code: Option<ProviderCode>,
        /// When the provider changed it.
        provider_updated: DateTime<Utc>,
    },
    /// [`crate::review::ReviewCommand::AlignPurchase`] to the review of each product of the order, by its buyer.
    AlignReviews {
        /// The order.
        order_id: OrderId,
    },
    /// Destroy the key that the person's data is sealed with.
    DestroyKey {
        /// The person.
        person_id: PersonId,
    },
    /// Tell the operators.
    Report(Notice),
}

/// What the operators should know. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A webhook names a payment that cannot be one of ours.
    UnknownPayment {
        /// The provider's id.
        payment_id: ProviderCode,
    },
    /// A webhook names a refund that cannot be one of ours.
    UnknownRefund {
        /// The provider's id.
        refund_id: ProviderCode,
    },
    /// A webhook of a known kind, or a status that we read, lacks a fact or has one that cannot be read.
    UnreadableNews {
        /// The webhook's kind, or the payment or refund that was read.
        about: ProviderCode,
        /// The field.
        field: &'static str,
    },
    /// The buyer's bank wants the money back: it is answered at the payment provider.
    Disputed {
        /// The order.
        order_id: OrderId,
        /// The dispute.
        dispute_id: DisputeId,
    },
    /// The provider says something about an order's payment that a human must look at.
    OrderNeedsReview {
        /// The order.
        order_id: OrderId,
        /// Where it stands.
        status: Option<OrderStatus>,
    },
    /// The provider refunds something else than we asked for.
    RefundNeedsReview {
        /// The refund.
        refund_id: RefundId,
    },
    /// Money could not go back to a buyer.
    RefundFailed {
        /// The refund.
        refund_id: RefundId,
    },
}
