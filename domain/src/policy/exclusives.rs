//! What an order's events do to the exclusive rights it holds, in the same append.

use chrono::{DateTime, Utc};

use crate::decider::Decider as _;
use crate::order::{Order, OrderEvent, OrderFacts, OrderState};
use crate::product::ProductCommand;
use crate::values::{LicenceKind, ProductId};

/// A command to a product, to be decided on its loaded state and appended together with the order's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExclusiveMove {
    /// The product.
    pub product_id: ProductId,
    /// What it is told.
    pub command: ProductCommand,
}

/// The commands to products that go into the same append as an order's new events, one after the other.
/// `before` is the order's state before these events.
///
/// Placed reserves; cancelled and expired release; paid sells, and reserves again first if the order was closed. Done
/// later instead, a release could hit the reservation of a revived order, and a sale could come after somebody else's.
pub fn exclusive_moves(before: &OrderState, events: &[OrderEvent]) -> Vec<ExclusiveMove> {
    let mut state = before.clone();
    let mut moves = Vec::new();
    for event in events {
        state = Order::evolve(state, event);
        if let Some(facts) = state.facts() {
            moves.extend(moves_after(facts, event));
        }
    }
    moves
}

fn moves_after(facts: &OrderFacts, event: &OrderEvent) -> Vec<ExclusiveMove> {
    match event {
        OrderEvent::Placed(placed) => tell_each(facts, Step::Reserve, placed.at),
        OrderEvent::Paid(paid) if paid.revived => [
            tell_each(facts, Step::Reserve, paid.at),
            tell_each(facts, Step::Sell, paid.at),
        ]
        .concat(),
        OrderEvent::Paid(paid) => tell_each(facts, Step::Sell, paid.at),
        OrderEvent::Cancelled(cancelled) => tell_each(facts, Step::Release, cancelled.at),
        OrderEvent::Expired(expired) => tell_each(facts, Step::Release, expired.at),
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
        | OrderEvent::WithdrawalConfirmed(_) => vec![],
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Reserve,
    Release,
    Sell,
}

fn tell_each(facts: &OrderFacts, step: Step, at: DateTime<Utc>) -> Vec<ExclusiveMove> {
    let order_id = facts.order_id;
    let exclusive = facts
        .lines
        .iter()
        .filter(|line| line.licence_kind == LicenceKind::Exclusive);
    exclusive
        .map(|line| ExclusiveMove {
            product_id: line.product_id,
            command: match step {
                Step::Reserve => ProductCommand::ReserveExclusive {
                    offer_id: line.offer_id,
                    order_id,
                    at,
                },
                Step::Release => ProductCommand::ReleaseExclusive { order_id, at },
                Step::Sell => ProductCommand::SellExclusive {
                    offer_id: line.offer_id,
                    order_id,
                    at,
                },
            },
        })
        .collect()
}
