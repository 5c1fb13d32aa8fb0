//! The catalogue: products with their offers, drafts included.
//!
//! Tables (schema `read_products`): `products`; `offers`, withdrawn ones included; `offer_terms`, the wordings.

pub mod query;
mod row;

pub use row::{ExclusiveStanding, OfferAvailability, OfferRow, ProductRow, ProductView, Publication};
