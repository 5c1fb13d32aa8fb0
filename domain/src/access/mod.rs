//! Access: what auditors looked at and what was exported, so that those who may see everything are seen themselves.
//!
//! A stream holds what one auditor asked in one day, or what was exported in one day. It names routes, ids and filters, never
//! what was found.

mod command;
mod decide;
mod error;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::AccessCommand;
pub use error::AccessError;
pub use event::{AccessEvent, AccessExported, AccessQueried, AccessText};
pub use state::{AccessFacts, AccessState};

use crate::decider::Decider;

/// The aggregate behind the stream category `access`.
#[derive(Debug, Clone, Copy)]
pub struct Access;

impl Decider for Access {
    const NAME: &'static str = "access";
    type State = AccessState;
    type Command = AccessCommand;
    type Event = AccessEvent;
    type Error = AccessError;

    fn decide(state: &AccessState, command: AccessCommand) -> Result<Vec<AccessEvent>, AccessError> {
        decide::decide(state, command)
    }

    fn evolve(state: AccessState, event: &AccessEvent) -> AccessState {
        state::evolve(state, event)
    }
}
