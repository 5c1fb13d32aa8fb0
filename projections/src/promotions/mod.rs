//! Promotions, as their makers and the platform see them.
//!
//! Tables (schema `read_promotions`): `promotions`, a row a code; `promotion_uses`, a row for each order that uses one now.

mod apply;
pub mod query;
mod row;
mod store;
#[cfg(test)]
mod tests;

pub use apply::Promotions;
pub use row::{PromotionRow, UseCounts, UseStandingName};
