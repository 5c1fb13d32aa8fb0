//! Seller: who a seller is in the sense of tax and company law, and whether the platform may invoice in their name.
//!
//! A stream begins here when a seller says who they are. Where the platform is the supplier of record, nobody need.

mod command;
mod decide;
mod error;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::{IdentifySeller, SellerCommand};
pub use error::SellerError;
pub use event::{SellerEvent, SellerIdentified, SellerMandateAccepted, SellerMandateWithdrawn, SellerVat};
pub use state::{Mandate, SellerFacts, SellerState};

use crate::decider::Decider;

/// The aggregate behind the stream category `seller`.
#[derive(Debug, Clone, Copy)]
pub struct Seller;

impl Decider for Seller {
    const NAME: &'static str = "seller";
    type State = SellerState;
    type Command = SellerCommand;
    type Event = SellerEvent;
    type Error = SellerError;

    fn decide(state: &SellerState, command: SellerCommand) -> Result<Vec<SellerEvent>, SellerError> {
        decide::decide(state, command)
    }

    fn evolve(state: SellerState, event: &SellerEvent) -> SellerState {
        state::evolve(state, event)
    }
}
