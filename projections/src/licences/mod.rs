//! Licences, as their holders and sellers see them.
//!
//! Table (schema `read_licences`): `licences`, a row a licence.

mod apply;
pub mod query;
mod row;
mod store;
#[cfg(test)]
mod tests;

pub use apply::Licences;
pub use row::{CauseBearing, CauseRow, LicenceRow, LicenceStatus};
