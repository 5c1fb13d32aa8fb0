//! Product: what a seller offers, under which licences and at which prices; and who may have it alone.

mod command;
mod decide;
mod error;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::{DescriptionChange, ProductCommand};
pub use error::ProductError;
pub use event::{
    ExclusiveReleaseReason, ExclusiveReleased, ExclusiveReserved, ExclusiveSold, FileAttached, OfferAdded,
    OfferRepriced, OfferWithdrawn, ProductCreated, ProductDescribed, ProductEvent, ProductPublished,
    ProductWithdrawn,
};
pub use state::{
    ExclusiveRight, Offer, OfferSnapshot, OfferStanding, OfferUnavailable, ProductFacts, ProductState,
    SaleStatus,
};

use crate::decider::Decider;

/// The aggregate behind the stream category `product`.
#[derive(Debug, Clone, Copy)]
pub struct Product;

impl Product {
    /// The highest price of an offer, in minor units.
    pub const PRICE_LIMIT_MINOR: i64 = 100_000_000_000;
    /// The most offers a product can have, withdrawn ones included.
    pub const OFFERS_LIMIT: usize = 50;
    /// The most files a product can have.
    pub const FILES_LIMIT: usize = 50;
}

impl Decider for Product {
    const NAME: &'static str = "product";
    type State = ProductState;
    type Command = ProductCommand;
    type Event = ProductEvent;
    type Error = ProductError;

    fn decide(state: &ProductState, command: ProductCommand) -> Result<Vec<ProductEvent>, ProductError> {
        decide::decide(state, command)
    }

    fn evolve(state: ProductState, event: &ProductEvent) -> ProductState {
        state::evolve(state, event)
    }
}
