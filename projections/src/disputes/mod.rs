//! Disputes: what buyers' banks want, or wanted, back.
//!
//! Table (schema `read_disputes`): `disputes`, a row a dispute, from the events of orders. Whose order it is about is read
//! from the orders.

mod apply;
pub mod query;
mod row;
mod store;
#[cfg(test)]
mod tests;

pub use apply::Disputes;
pub use row::{DisputeRow, DisputeView};
