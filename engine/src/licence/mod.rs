//! Licences in use: their keys, and how they are changed.

pub(crate) mod change;
pub(crate) mod file;
pub(crate) mod key;

pub(crate) use self::file::LicenceSigner;
pub use self::file::{PublicKey, SigningKeys};
