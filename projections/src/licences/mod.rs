//! Licences, as their holders and sellers see them.
//!
//! Table (schema `read_licences`): `licences`, a row a licence.

pub mod query;
mod row;

pub use row::{LicenceRow, LicenceStatus};
