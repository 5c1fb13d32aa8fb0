//! The catalogue: products with their offers, drafts included.
//!
//! Tables (schema `read_products`): `products`; `offers`, withdrawn ones included; `offer_terms`, the wordings.

mod apply;
mod fold;
pub mod query;
mod row;
mod store;
#[cfg(test)]
mod tests;

pub use apply::Products;
pub use row::{
    ExclusiveStanding, OfferAvailability, OfferRow, ProductFile, ProductRow, ProductView, Publication,
};
