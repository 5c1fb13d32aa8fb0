//! Why a command about a person is refused.

use thiserror::Error;

/// Why a command about a person is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PersonError {
    /// Nothing is known of them, or the actor may not know.
    #[error("nothing is known of this person")]
    NotFound,
    /// Only the platform may do this.
    #[error("only an admin may erase a person")]
    NotAnAdmin,
}
