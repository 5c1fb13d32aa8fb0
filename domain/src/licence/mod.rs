//! Licence: the right a buyer holds for one unit of one line of a paid order.

mod command;
mod decide;
mod error;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::LicenceCommand;
pub use error::LicenceError;
pub use event::{LicenceEvent, LicenceIssued};
pub use state::{LicenceGrant, LicenceState};

use crate::decider::Decider;

/// The aggregate behind the stream category `licence`.
#[derive(Debug, Clone, Copy)]
pub struct Licence;

impl Decider for Licence {
    const NAME: &'static str = "licence";
    type State = LicenceState;
    type Command = LicenceCommand;
    type Event = LicenceEvent;
    type Error = LicenceError;

    fn decide(state: &LicenceState, command: LicenceCommand) -> Result<Vec<LicenceEvent>, LicenceError> {
        decide::decide(state, command)
    }

    fn evolve(state: LicenceState, event: &LicenceEvent) -> LicenceState {
        state::evolve(state, event)
    }
}
