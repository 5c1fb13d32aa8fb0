//! Licence: the right a buyer holds for one unit of one line of a paid order.
//!
//! It is live as long as no [`LicenceCause`] stands against it and no bigger licence has taken its place ([`Succession`]). Its
//! order says which causes do, and the licence follows.

mod cause;
mod command;
mod decide;
mod error;
mod event;
mod key;
mod standing;
mod state;
mod succession;
#[cfg(test)]
mod tests;

pub use cause::{Bearing, LicenceCause};
pub use command::LicenceCommand;
pub use error::LicenceError;
pub use event::{
    FileAccessed, KeyRotated, LicenceActivated, LicenceDeactivated, LicenceEvent, LicenceIssued,
    LicenceReinstated, LicenceRevoked, LicenceSuperseded, LicenceSuspended, LicenceTransferred,
    OfflineFileIssued, UpgradeReleased, UpgradeReserved,
};
pub use key::KeyFacts;
pub use standing::{Device, LicenceStanding, UseRefusal};
pub use state::{Activation, HeldLicence, LicenceGrant, LicenceState};
pub use succession::{Succession, UpgradeReleaseReason, UpgradeStep};

use crate::decider::Decider;

/// The aggregate behind the stream category `licence`.
#[derive(Debug, Clone, Copy)]
pub struct Licence;

impl Licence {
    /// On how many devices a licence can be active at once where its terms set no bound.
    pub const ACTIVATIONS_LIMIT: usize = 1000;
}

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
