//! Promo: a code that takes something off the price, how often it may be used, and by which orders it is.
//!
//! Its id follows from the code, so that a code is given out once for ever. Each order with a code holds a use of it:
//!
//! | the order | the use |
//! | --- | --- |
//! | is placed | is reserved, if the caps leave room |
//! | is paid | is redeemed |
//! | expires, is cancelled, is wholly refunded | is released |
//! | is paid after it was closed | is taken again if there is room, and otherwise honoured beyond the cap |
//!
//! These moves are made in the same append as the order's own events ([`crate::policy::promo_moves`]), so that the caps
//! hold exactly, however many buyers check out at once.

mod command;
mod decide;
mod discount;
mod error;
mod event;
mod state;
mod terms;
#[cfg(test)]
mod tests;

pub use command::{CreatePromo, PromoCommand};
pub use discount::DiscountableLine;
pub use error::{PromoError, PromoRefusal};
pub use event::{
    PromoCreated, PromoDeactivated, PromoEvent, PromoRedeemed, PromoReleased, PromoReserved, ReleaseReason,
    UseCount,
};
pub use state::{PromoFacts, PromoState, PromoUse, UseStanding};
pub use terms::{Benefit, PromoScope, PromoTerms};

use crate::decider::Decider;

/// The aggregate behind the stream category `promo`.
#[derive(Debug, Clone, Copy)]
pub struct Promo;

impl Promo {
    /// The most products or sellers that a code can be limited to.
    pub const SCOPE_LIMIT: usize = 100;
}

impl Decider for Promo {
    const NAME: &'static str = "promo";
    type State = PromoState;
    type Command = PromoCommand;
    type Event = PromoEvent;
    type Error = PromoError;

    fn decide(state: &PromoState, command: PromoCommand) -> Result<Vec<PromoEvent>, PromoError> {
        decide::decide(state, command)
    }

    fn evolve(state: PromoState, event: &PromoEvent) -> PromoState {
        state::evolve(state, event)
    }
}
