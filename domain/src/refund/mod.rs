//! Refund: money on its way back to a buyer, as the payment provider reports it.
//!
//! Requested, then submitted to the provider, then under review, succeeded or failed as it says; the newest word wins,
//! so a success can be taken back.

mod command;
mod decide;
mod error;
mod event;
mod report;
mod state;
#[cfg(test)]
mod tests;

pub use command::RefundCommand;
pub use error::RefundError;
pub use event::{
    RefundEvent, RefundFailed, RefundFlaggedForReview, RefundRefused, RefundRequested, RefundSubmitted,
    RefundSucceeded, RefundUnderReview,
};
pub use report::{RefundReport, RefundStatus};
pub use state::{RefundFacts, RefundStage, RefundStamp, RefundState, RefundSubmission};

use crate::decider::Decider;

/// The aggregate behind the stream category `refund`.
#[derive(Debug, Clone, Copy)]
pub struct Refund;

impl Decider for Refund {
    const NAME: &'static str = "refund";
    type State = RefundState;
    type Command = RefundCommand;
    type Event = RefundEvent;
    type Error = RefundError;

    fn decide(state: &RefundState, command: RefundCommand) -> Result<Vec<RefundEvent>, RefundError> {
        decide::decide(state, command)
    }

    fn evolve(state: RefundState, event: &RefundEvent) -> RefundState {
        state::evolve(state, event)
    }
}
