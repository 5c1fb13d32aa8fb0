//! Person: what the engine itself has to remember of somebody, which is that they asked to be forgotten.
//!
//! Who people are is known to whoever issues their tokens. A stream begins here only when a person is erased.

mod command;
mod decide;
mod error;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::{Acquaintance, PersonCommand};
pub use error::PersonError;
pub use event::{ErasureReason, PersonErased, PersonEvent};
pub use state::{ErasedPerson, PersonState};

use crate::decider::Decider;

/// The aggregate behind the stream category `person`.
#[derive(Debug, Clone, Copy)]
pub struct Person;

impl Decider for Person {
    const NAME: &'static str = "person";
    type State = PersonState;
    type Command = PersonCommand;
    type Event = PersonEvent;
    type Error = PersonError;

    fn decide(state: &PersonState, command: PersonCommand) -> Result<Vec<PersonEvent>, PersonError> {
        decide::decide(state, command)
    }

    fn evolve(state: PersonState, event: &PersonEvent) -> PersonState {
        state::evolve(state, event)
    }
}
