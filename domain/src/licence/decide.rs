//! The decisions about a licence.

use super::event::{LicenceEvent, LicenceIssued};
use super::state::LicenceState;
use super::{LicenceCommand, LicenceError};

/// The events that follow from a command.
pub(super) fn decide(
    state: &LicenceState,
    command: LicenceCommand,
) -> Result<Vec<LicenceEvent>, LicenceError> {
    match (state, command) {
        (LicenceState::Absent, LicenceCommand::Issue { grant, at }) => {
            Ok(vec![LicenceIssued { grant, at }.into()])
        }
        (LicenceState::Issued(held), LicenceCommand::Issue { grant, at: _ }) if *held == grant => Ok(vec![]),
        (LicenceState::Issued(_), LicenceCommand::Issue { .. }) => Err(LicenceError::IssuedDifferently),
    }
}
