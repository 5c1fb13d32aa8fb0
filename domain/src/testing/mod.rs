//! For tests, of this crate and of those above: given/when/then, and a small cast of samples.

pub mod samples;
mod specification;
mod table;

pub use specification::{Given, Then, given};
pub use table::hold_table;
