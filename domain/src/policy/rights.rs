//! What an order does with what only one order can have, as it goes on: an exclusive right, or a licence that it upgrades.

use chrono::{DateTime, Utc};

use crate::decider::Decider as _;
use crate::order::{Order, OrderEvent, OrderFacts, OrderState};

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The order keeps it for the time being.
    Reserve,
    /// The order lets go of it.
    Release,
    /// The order takes it.
    Take,
}

/// What follows from an order's new events, one after the other. `before` is the order's state before them.
pub(super) fn moves<M>(
    before: &OrderState,
    events: &[OrderEvent],
    of_step: impl Fn(&OrderFacts, Step, DateTime<Utc>) -> Vec<M>,
) -> Vec<M> {
    let mut state = before.clone();
    let mut moves = Vec::new();
    for event in events {
        state = Order::evolve(state, event);
        if let Some(facts) = state.facts() {
            for step in steps_after(event) {
                moves.extend(of_step(facts, *step, event.at()));
            }
        }
    }
    moves
}

/// Placed reserves; cancelled and expired release; paid takes, and reserves again first if the order was closed. Done later
/// instead, a release could hit the reservation of a revived order, and a sale could come after somebody else's.
const fn steps_after(event: &OrderEvent) -> &'static [Step] {
    match event {
        OrderEvent::Placed(_) => &[Step::Reserve],
        OrderEvent::Paid(paid) if paid.revived => &[Step::Reserve, Step::Take],
        OrderEvent::Paid(_) => &[Step::Take],
        OrderEvent::Cancelled(_) | OrderEvent::Expired(_) => &[Step::Release],
        OrderEvent::PaymentInitiated(_)
        | OrderEvent::PaymentAwaiting(_)
        | OrderEvent::PaymentProcessing(_)
        | OrderEvent::PaymentFailed(_)
        | OrderEvent::FlaggedForReview(_)
        | OrderEvent::RefundOpened(_)
        | OrderEvent::RefundSettled(_)
        | OrderEvent::RefundDeclined(_)
        | OrderEvent::Disputed(_)
        | OrderEvent::DisputeChanged(_)
        | OrderEvent::DisputeClosed(_)
        | OrderEvent::DeliveryBegan(_)
        | OrderEvent::WithdrawalDeclared(_)
        | OrderEvent::WithdrawalConfirmed(_) => &[],
    }
}
