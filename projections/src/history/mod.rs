//! What belongs together: which events follow from an event, act on a thing, or concern a person.
//!
//! Tables (schema `read_history`): `links`, a row for each event and each id that it can be found by; `people`, whom the
//! events of a stream concern. They hold ids and positions only, and are an index, no record: what is found is read from the
//! ledger, and whoever finds nothing here can still read every stream.

mod apply;
mod ids;
pub mod query;
#[cfg(test)]
mod tests;

pub use apply::History;
pub use ids::orders_named;
