//! Why a command to a seller is refused.

use thiserror::Error;

/// Why a command to a seller is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SellerError {
    /// It is not known who they are.
    #[error("the seller has not said who they are")]
    NotIdentified,
    /// The actor is neither the seller nor an admin.
    #[error("only the seller or an admin may do this")]
    NotYours,
    /// The identity is sealed with the key of somebody else.
    #[error("the identity is sealed for somebody else")]
    SealedForAnother,
}
