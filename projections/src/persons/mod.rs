//! Traces of people: what they did that the other read models do not find by the person.
//!
//! Table (schema `read_persons`): `person_traces`, a row for each person and review, licence or refund, and one for each
//! seller who said who they are. It says where to look and nothing of what is there.

mod apply;
pub mod query;
#[cfg(test)]
mod tests;

pub use apply::Persons;
pub use query::TraceKind;
