//! Order: what a buyer asked for at which price, and whether it was paid.
//!
//! | from | on | to |
//! | --- | --- | --- |
//! | nothing | place | awaiting payment; paid at once if there is nothing to pay |
//! | awaiting payment, processing, payment failed | a newer report | awaiting payment, processing, payment failed |
//! | the same | a success over the right amount | paid |
//! | awaiting payment, payment failed | cancel; expire after its time | cancelled; expired |
//! | cancelled, expired | a success, all still to be had | paid (`revived`) |
//! | cancelled, expired | a success, something gone | the same, with a refund opened |
//! | awaiting payment, processing, payment failed | a success, a licence that it upgrades gone | expired, with a refund opened |
//!
//! Beside these states, money that was paid can be refunded, disputed, or claimed back by withdrawing from the contract: see
//! [`LineBalance`] for where it then is.
//!
//! A report over another amount, or a status that needs a human, changes none of these and flags the order for review.

mod balance;
mod command;
mod decide;
mod dispute;
mod error;
mod event;
mod line;
mod minimum_charge;
mod other_rules;
mod pricing;
mod refunding;
mod report;
mod state;
#[cfg(test)]
mod tests;
pub(crate) mod upcast;
mod upgrade;
mod withdrawal;

pub use balance::{DisputeSummary, LineBalance, RefundedShare};
pub use command::{Availability, OpenRefund, OrderCommand, PlaceOrder};
pub use dispute::{
    DisputeOutcome, DisputeReport, DisputeStage, DisputeStamp, DisputeStanding, DisputeStatus, OrderDispute,
};
pub use error::OrderError;
pub use event::{
    CancelReason, DeliveryAccess, DeliveryBegan, DisputeWord, ExcludedLine, OrderCancelled,
    OrderDisputeChanged, OrderDisputeClosed, OrderDisputed, OrderEvent, OrderExpired, OrderFlaggedForReview,
    OrderPaid, OrderPlaced, OrderRefundDeclined, OrderRefundOpened, OrderRefundSettled, PaymentAwaiting,
    PaymentFailed, PaymentInitiated, PaymentProcessing, PaymentSource, RefundReason, ReviewReason,
    WithdrawalConfirmed, WithdrawalDeclared,
};
pub use line::{AppliedPromotion, LineUpgrade, OrderLine, OrderTax};
pub use minimum_charge::minimum_charge;
pub use pricing::{
    Invoices, LineField, LineProblem, LineRefusal, LineRequest, PlaceError, PricedOrder, PricingTerms,
    PromotionTerms, availability, price_lines,
};
pub use refunding::{RefundGrounds, RefundPart, RefundPolicy, RefundScope, RefundWindows};
pub(crate) use report::wire_statuses;
pub use report::{PaymentReport, PaymentStatus, ReportSource, UnknownStatus};
pub use state::{
    OrderFacts, OrderRefund, OrderState, OrderStatus, PaymentContact, RefundStanding, ReportStamp,
    ReviewFlag, Stage,
};
pub use upgrade::{PaidForLicence, Soundness, UpgradeBase, UpgradeRefusal, UpgradeTerms};
pub use withdrawal::{
    DeclaredWithdrawal, LineWithdrawal, WithdrawalFacts, has_right_of_withdrawal, withdrawal_until,
};

use crate::decider::Decider;

/// The aggregate behind the stream category `order`.
#[derive(Debug, Clone, Copy)]
pub struct Order;

impl Order {
    /// The most lines an order can have.
    pub const LINES_LIMIT: usize = 100;
    /// The most units an order can have over all its lines: each becomes a licence.
    pub const UNITS_LIMIT: u32 = 1000;
}

impl Decider for Order {
    const NAME: &'static str = "order";
    type State = OrderState;
    type Command = OrderCommand;
    type Event = OrderEvent;
    type Error = OrderError;

    fn decide(state: &OrderState, command: OrderCommand) -> Result<Vec<OrderEvent>, OrderError> {
        decide::decide(state, command)
    }

    fn evolve(state: OrderState, event: &OrderEvent) -> OrderState {
        state::evolve(state, event)
    }
}
