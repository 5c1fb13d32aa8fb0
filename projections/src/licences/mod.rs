//! Licences, as their holders and sellers see them.
//!
//! Tables (schema `read_licences`): `licences`, a row a licence; `activations`, a row for each device that uses one.

mod apply;
mod fold;
pub mod query;
mod row;
mod store;
#[cfg(test)]
mod tests;

pub use apply::Licences;
pub use row::{ActivationRow, CauseBearing, CauseRow, LicenceRow, LicenceStatus};
