//! Why a decision about a read model is refused.

use thiserror::Error;

/// Why a decision about a read model is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProjectionError {
    /// The stream is not left out.
    #[error("this stream is not in quarantine; `comptoir projections` lists those that are")]
    NotQuarantined,
    /// There are no positions before the first.
    #[error("positions begin with 1")]
    NoSuchPosition,
    /// Nothing differs.
    #[error("there is no difference to accept")]
    NothingToAccept,
}
