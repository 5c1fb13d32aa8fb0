//! Why something about looking at the ledger is not noted.

use thiserror::Error;

/// Why something about looking at the ledger is not noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AccessError {
    /// The actor is no auditor: nothing they see is seen for that.
    #[error("only what auditors ask is noted")]
    NotAnAuditor,
    /// The export ends before it begins.
    #[error("the export ends before it begins")]
    EmptyExport,
}
