//! Every state of a licence against every event that its stream can hold.

use super::super::*;
use super::matrix::states;
use crate::decider::DomainEvent as _;
use crate::testing::hold_evolution_table;
use crate::testing::samples::events::{self, key_facts};
use crate::testing::samples::{at, buyer};

/// Whether it may be used, and what else can be told from the outside.
fn shown(state: &LicenceState) -> String {
    let Some(held) = state.held() else {
        return "absent".to_owned();
    };
    let mut words = vec![held.standing(at(15)).as_str()];
    for cause in held.causes.keys() {
        words.push(cause.kind());
    }
    let more = [
        (!held.activations.is_empty(), "in_use"),
        (held.holder_id != buyer().person_id, "passed_on"),
        (held.key != Some(key_facts(1)), "new_key"),
        (held.first_access_at.is_some(), "downloaded"),
        (held.succession.order_id().is_some(), "being_upgraded"),
    ];
    words.extend(more.into_iter().filter_map(|(holds, word)| holds.then_some(word)));
    words.join("+")
}

#[test]
fn every_state_becomes_by_every_event_what_the_table_says() {
    let stored = events::licence().into_iter();
    let stored = stored.map(|event| {
        (
            event.event_type().trim_start_matches("licence.").to_owned(),
            event,
        )
    });
    let stored: Vec<_> = stored.collect();
    let table = include_str!("evolution.txt");
    hold_evolution_table::<Licence>(table, LicenceEvent::WIRE, &states(), &stored, shown);
}
