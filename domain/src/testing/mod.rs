//! For tests, of this crate and of those above: given/when/then, and a small cast of samples.

pub mod locales;
pub mod market;
pub mod samples;
mod specification;
mod table;
#[cfg(test)]
mod variants;

pub use specification::{Given, Then, given};
pub use table::{hold_evolution_table, hold_table};
#[cfg(test)]
pub(crate) use variants::hold_every_variant;
