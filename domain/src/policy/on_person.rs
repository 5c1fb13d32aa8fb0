//! What follows from a person's events.

use super::instruction::Instruction;
use crate::person::PersonEvent;

/// What follows from an event of a person. Whoever appended it does the same at once; this is for when they could not.
pub fn on_person_event(event: &PersonEvent) -> Vec<Instruction> {
    match event {
        PersonEvent::Erased(erased) => vec![Instruction::DestroyKey {
            person_id: erased.person_id,
        }],
    }
}
