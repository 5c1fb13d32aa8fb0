//! What can be asked of an order.

use chrono::{DateTime, Utc};

use super::event::{CancelReason, RefundReason};
use super::pricing::PricedOrder;
use super::report::{PaymentReport, PaymentStatus};
use crate::values::{Actor, Consent, Money, OrderId, PaymentId, PersonId, ProviderCode, RefundId, Sealed};

/// A command to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "commands are handed over one at a time, and never kept"
)]
pub enum OrderCommand {
    /// Place it.
    Place(PlaceOrder),
    /// Our own call created the payment at the provider. Whatever status it answered, this confirms nothing.
    RecordPaymentInitiated {
        /// The payment.
        payment_id: PaymentId,
        /// What the provider answered.
        provider_status: PaymentStatus,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The provider said something about the payment.
    RecordPaymentStatus {
        /// What it said.
        report: PaymentReport,
        /// Whether all of the order can still be had (see [`super::availability`]). Only counts if the order is
        /// closed and the money comes late.
        availability: Availability,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Call it off. Repeating it is harmless.
    Cancel {
        /// Who asks: the buyer or an admin.
        actor: Actor,
        /// Why.
        reason: CancelReason,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Its time to be paid is over.
    Expire {
        /// Now.
        at: DateTime<Utc>,
    },
    /// Send money back.
    OpenRefund {
        /// The new refund.
        refund_id: RefundId,
        /// How much.
        amount: Money,
        /// Why.
        reason: RefundReason,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The refund has arrived.
    SettleRefund {
        /// Which refund.
        refund_id: RefundId,
        /// When the provider changed it; older news about it is ignored.
        provider_updated: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The refund failed, perhaps after it seemed to have arrived.
    DeclineRefund {
        /// Which refund.
        refund_id: RefundId,
        /// The provider's reason.
        code: Option<ProviderCode>,
        /// When the provider changed it; older news about it is ignored.
        provider_updated: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// Everything an order starts with. Its exclusive lines must be reserved in the same append
/// (see [`crate::policy::exclusive_moves`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// The new order.
    pub order_id: OrderId,
    /// Who buys.
    pub buyer_id: PersonId,
    /// The lines and totals, from [`super::price_lines`].
    pub priced: PricedOrder,
    /// The billing details, sealed with the buyer's key.
    pub billing: Sealed,
    /// The consent to immediate delivery.
    pub consent: Consent,
    /// When the payment session ends.
    pub expires_at: DateTime<Utc>,
    /// Now.
    pub at: DateTime<Utc>,
}

/// Whether everything in a closed order can still be had, as the product streams say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// Every line can still be had. The caller holds it so until the append: exclusive lines by reserving them again
    /// in the same append, the others by checking the product's revision there.
    StillToBeHad,
    /// At least one line cannot.
    Gone,
}
