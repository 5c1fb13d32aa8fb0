//! What an order's events do to its use of a promotion code, in the same append.

use chrono::{DateTime, Utc};

use crate::decider::Decider as _;
use crate::order::{Order, OrderEvent, OrderState};
use crate::promo::{PromoCommand, ReleaseReason};
use crate::values::PromoId;

/// A command to a promotion, to be decided on its loaded state and appended together with the order's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromoMove {
    /// The promotion.
    pub promo_id: PromoId,
    /// What it is told.
    pub command: PromoCommand,
}

/// How an order holds its promotion in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    Nothing(ReleaseReason),
    Reserved,
    Redeemed,
}

/// The commands to a promotion that go into the same append as an order's new events, one after the other. `before` is the
/// order's state before these events.
///
/// They follow from the states that the events lead through, whatever the events are called: an open order reserves, a paid
/// one redeems, a closed or wholly refunded one releases, and a refund that is undone redeems again.
pub fn promo_moves(before: &OrderState, events: &[OrderEvent], at: DateTime<Utc>) -> Vec<PromoMove> {
    let mut state = before.clone();
    let mut moves = Vec::new();
    for event in events {
        let held = hold(&state);
        state = Order::evolve(state, event);
        let holds = hold(&state);
        if held == holds {
            continue;
        }
        let Some((facts, promotion)) = state
            .facts()
            .and_then(|facts| facts.promotion.as_ref().map(|promotion| (facts, promotion)))
        else {
            continue;
        };
        let (order_id, buyer_id) = (facts.order_id, facts.buyer_id);
        let command = match holds {
            None => continue,
            Some(Hold::Reserved) => PromoCommand::Reserve {
                order_id,
                buyer_id,
                at,
            },
            Some(Hold::Redeemed) => PromoCommand::Redeem {
                order_id,
                buyer_id,
                at,
            },
            Some(Hold::Nothing(reason)) => PromoCommand::Release { order_id, reason, at },
        };
        moves.push(PromoMove {
            promo_id: promotion.promo_id,
            command,
        });
    }
    moves
}

/// None for an order that does not exist.
fn hold(state: &OrderState) -> Option<Hold> {
    Some(match state {
        OrderState::Absent => return None,
        OrderState::AwaitingPayment(_) | OrderState::Processing(_) | OrderState::PaymentFailed(_) => {
            Hold::Reserved
        }
        OrderState::Paid(facts) if facts.is_fully_refunded() => Hold::Nothing(ReleaseReason::Refunded),
        OrderState::Paid(_) => Hold::Redeemed,
        OrderState::Cancelled(_) => Hold::Nothing(ReleaseReason::Cancelled),
        OrderState::Expired(_) => Hold::Nothing(ReleaseReason::Expired),
    })
}
