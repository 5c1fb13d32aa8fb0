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
//!
//! A report over another amount, or a status that needs a human, changes none of these and flags the order for review.

mod command;
mod decide;
mod error;
mod event;
mod line;
mod pricing;
mod report;
mod state;
#[cfg(test)]
mod tests;
mod upcast;

pub use command::{Availability, OrderCommand, PlaceOrder};
pub use error::OrderError;
pub use event::{
    CancelReason, OrderCancelled, OrderEvent, OrderExpired, OrderFlaggedForReview, OrderPaid, OrderPlaced,
    OrderRefundDeclined, OrderRefundOpened, OrderRefundSettled, PaymentAwaiting, PaymentFailed,
    PaymentInitiated, PaymentProcessing, PaymentSource, RefundReason, ReviewReason,
};
pub use line::{AppliedPromotion, OrderLine, OrderTax};
pub use pricing::{
    LineField, LineProblem, LineRefusal, LineRequest, PlaceError, PricedOrder, PricingTerms, PromotionTerms,
    availability, price_lines,
};
pub(crate) use report::wire_statuses;
pub use report::{PaymentReport, PaymentStatus, ReportSource, UnknownStatus};
pub use state::{
    OrderFacts, OrderRefund, OrderState, OrderStatus, PaymentContact, RefundStanding, ReportStamp,
    ReviewFlag, Stage,
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
