//! Why a licence refuses a command.

use thiserror::Error;

/// Why a licence refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LicenceError {
    /// There is no such licence.
    #[error("the licence does not exist")]
    NotFound,
    /// A licence with that id says something else.
    #[error("the licence was issued with other content")]
    IssuedDifferently,
}
