//! Every state of a refund against every event that its stream can hold.

use super::super::*;
use super::matrix::states;
use crate::decider::DomainEvent as _;
use crate::testing::hold_evolution_table;
use crate::testing::samples::events;

/// Where it stands, whether the provider is known to have it, and whether it was flagged.
fn shown(state: &RefundState) -> String {
    let mut words = vec![match state {
        RefundState::Absent => "absent",
        RefundState::Pending(_) => "pending",
        RefundState::UnderReview(_) => "under_review",
        RefundState::Succeeded(_) => "succeeded",
        RefundState::Failed(_) => "failed",
    }];
    if let Some(facts) = state.facts() {
        match facts.submission {
            RefundSubmission::NotYet => {}
            RefundSubmission::Submitted => words.push("submitted"),
        }
        if !facts.flags.is_empty() {
            words.push("flagged");
        }
    }
    words.join("+")
}

#[test]
fn every_state_becomes_by_every_event_what_the_table_says() {
    let stored = events::refund().into_iter();
    let stored = stored.map(|event| (event.event_type().trim_start_matches("refund.").to_owned(), event));
    let stored: Vec<_> = stored.collect();
    let table = include_str!("evolution.txt");
    hold_evolution_table::<Refund>(table, RefundEvent::WIRE, &states(), &stored, shown);
}
