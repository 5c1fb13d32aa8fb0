//! Every state of an order against every event that its stream can hold.

use super::super::*;
use super::matrix::{refund_id, states};
use crate::decider::DomainEvent as _;
use crate::testing::hold_evolution_table;
use crate::testing::samples::events;

/// The samples, about the refund that some of the states have.
fn stored() -> Vec<(String, OrderEvent)> {
    let about_refund = |mut event: OrderEvent| {
        match &mut event {
            OrderEvent::RefundOpened(opened) => opened.refund_id = refund_id(),
            OrderEvent::RefundSettled(settled) => settled.refund_id = refund_id(),
            OrderEvent::RefundDeclined(declined) => declined.refund_id = refund_id(),
            OrderEvent::Placed(_)
            | OrderEvent::PaymentInitiated(_)
            | OrderEvent::PaymentAwaiting(_)
            | OrderEvent::PaymentProcessing(_)
            | OrderEvent::PaymentFailed(_)
            | OrderEvent::Paid(_)
            | OrderEvent::Cancelled(_)
            | OrderEvent::Expired(_)
            | OrderEvent::FlaggedForReview(_)
            | OrderEvent::Disputed(_)
            | OrderEvent::DisputeChanged(_)
            | OrderEvent::DisputeClosed(_)
            | OrderEvent::DeliveryBegan(_)
            | OrderEvent::WithdrawalDeclared(_)
            | OrderEvent::WithdrawalConfirmed(_) => {}
        }
        event
    };
    let events = events::order().into_iter().map(about_refund);
    events
        .map(|event| (event.event_type().trim_start_matches("order.").to_owned(), event))
        .collect()
}

/// Where the order stands, whether its payment is known to exist, and what stands beside: refunds, disputes, withdrawal.
fn shown(state: &OrderState) -> String {
    let Some(facts) = state.facts() else {
        return "absent".to_owned();
    };
    let mut words = vec![state.status().map_or("absent", OrderStatus::as_str)];
    let mut note = |holds: bool, word| {
        if holds {
            words.push(word);
        }
    };
    note(facts.contact == PaymentContact::Initiated, "initiated");
    note(!facts.flags.is_empty(), "flagged");
    for refund in facts.refunds.values() {
        note(
            true,
            match refund.standing {
                RefundStanding::Open => "refund_open",
                RefundStanding::Settled => "refund_settled",
                RefundStanding::Declined => "refund_declined",
            },
        );
    }
    match facts.dispute_summary() {
        DisputeSummary::None => {}
        DisputeSummary::Open => note(true, "disputed"),
        DisputeSummary::Won => note(true, "dispute_won"),
        DisputeSummary::Lost => note(true, "dispute_lost"),
    }
    note(facts.withdrawal.declared.is_some(), "declared");
    note(facts.withdrawal.is_withdrawn(0), "withdrawn");
    note(!facts.withdrawal.deliveries.is_empty(), "delivered");
    words.join("+")
}

#[test]
fn every_state_becomes_by_every_event_what_the_table_says() {
    let table = include_str!("evolution.txt");
    hold_evolution_table::<Order>(table, OrderEvent::WIRE, &states(), &stored(), shown);
}
