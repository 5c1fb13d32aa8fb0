//! Why a licence refuses a command.

use thiserror::Error;

use super::standing::{LicenceStanding, UseRefusal};

/// Why a licence refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LicenceError {
    /// There is no such licence.
    #[error("the licence does not exist")]
    NotFound,
    /// A licence with that id says something else.
    #[error("the licence was issued with other content")]
    IssuedDifferently,
    /// The actor neither holds the licence nor is an admin.
    #[error("only the holder of the licence or an admin may do this")]
    NotYours,
    /// The licence may not be used now.
    #[error("the licence is {}", .0.as_str())]
    NotLive(LicenceStanding),
    /// The licence was sold for its buyer only.
    #[error("the licence may not be passed on")]
    NotTransferable,
    /// Who is to get the licence has it.
    #[error("the licence is held by this person already")]
    TransferToHolder,
    /// An order upgrades the licence, or has done so.
    #[error("an order upgrades the licence")]
    BeingUpgraded,
    /// A use by key is refused.
    #[error(transparent)]
    Refused(#[from] UseRefusal),
}
