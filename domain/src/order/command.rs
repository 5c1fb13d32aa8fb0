//! What can be asked of an order.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::dispute::DisputeReport;
use super::event::{CancelReason, DeliveryAccess};
use super::pricing::PricedOrder;
use super::refunding::{RefundGrounds, RefundPolicy, RefundScope, RefundWindows};
use super::report::{PaymentReport, PaymentStatus, ReportSource};
use crate::values::{Actor, Consent, Money, OrderId, PaymentId, PersonId, ProviderCode, RefundId, Sealed};

/// A command to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        /// closed and the money comes late, or if the order upgrades a licence.
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
    OpenRefund(OpenRefund),
    /// The refund has arrived.
    SettleRefund {
        /// Which refund.
        refund_id: RefundId,
        /// When the provider changed it; older news about it is ignored.
        provider_updated: DateTime<Utc>,
        /// How we learnt of it.
        source: ReportSource,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The provider says that it refunds something else than was asked for.
    FlagRefund {
        /// Which refund.
        refund_id: RefundId,
        /// What the provider names instead.
        reported: Money,
        /// When the provider changed it.
        provider_updated: DateTime<Utc>,
        /// How we learnt of it.
        source: ReportSource,
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
    /// The provider said something about a dispute of the payment.
    RecordDispute {
        /// What it said.
        report: DisputeReport,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The buyer gets at what a line promises. To be recorded before they do. Repeating it is harmless.
    BeginDelivery {
        /// The line, counted from 0.
        line: u32,
        /// How.
        access: DeliveryAccess,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Withdraw from the contract: the first step.
    DeclareWithdrawal {
        /// Who asks: only the buyer can.
        actor: Actor,
        /// From which lines, counted from 0; from all of them if it is not said.
        lines: Option<BTreeSet<u32>>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Withdraw from the contract: the second step.
    ConfirmWithdrawal {
        /// Who asks: only the buyer can.
        actor: Actor,
        /// Now.
        at: DateTime<Utc>,
    },
}

/// A wish of a seller or an admin that money goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRefund {
    /// The new refund.
    pub refund_id: RefundId,
    /// Who asks: an admin, or a seller of one of the lines.
    pub actor: Actor,
    /// What is to go back.
    pub scope: RefundScope,
    /// Why.
    pub grounds: RefundGrounds,
    /// The same in words, sealed with the key of the one who asks. Needed where the grounds say nothing.
    pub note: Option<Sealed>,
    /// How long after the payment it can be asked for. Longer, if that held when the order was placed.
    pub windows: RefundWindows,
    /// Now.
    pub at: DateTime<Utc>,
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
    /// How refunds are granted now.
    pub refund_policy: RefundPolicy,
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
    /// A licence that the order upgrades is not there any more, or its money is not. This counts for open orders too.
    BaseGone,
}
