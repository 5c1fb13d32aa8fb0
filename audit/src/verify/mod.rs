//! Verifies a ledger: reads it once, from its beginning to its horizon, and checks its format, its Merkle tree, its streams and
//! its books. Nothing of it is trusted, and nothing is changed.
//!
//! ```no_run
//! # async fn example(pool: sqlx::PgPool) -> Result<(), Box<dyn std::error::Error>> {
//! use comptoir_audit::verify::{VerifyOptions, verify};
//! use comptoir_ledger::Ledger;
//!
//! let report = verify(&Ledger::read_only(pool).await?, VerifyOptions::default()).await?;
//! assert!(report.sound, "{:?}", report.findings);
//! # Ok(()) }
//! ```
//!
//! One task reads; several threads hash and decode, each a batch at a time (`checked`); one thread takes the batches in order:
//! density and times (`format`), the tree (`tree`), the streams and the books (`books`). Memory holds what is open and the states
//! that moved lately; ids and revisions are sorted on disk (`spill`).

mod books;
mod checked;
mod finding;
mod format;
mod kept;
mod known;
mod options;
mod pipeline;
mod report;
mod rule;
mod spill;
mod states;
mod stored;
mod totals;
mod tree;

use comptoir_ledger::LedgerError;

pub use self::books::UnderWay;
pub use self::finding::Finding;
pub use self::kept::KeptCheckpoint;
pub use self::options::VerifyOptions;
pub use self::pipeline::verify;
pub use self::report::Report;
pub use self::rule::Rule;
pub use self::totals::{Amounts, CurrencyTotals, SellerTotals, Totals};
pub use self::tree::CheckpointSummary;

/// Why a ledger could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The ledger cannot be read.
    #[error("the ledger cannot be read")]
    Ledger(#[from] LedgerError),
    /// A temporary file cannot be written or read.
    #[error("a temporary file cannot be used")]
    Spill(#[from] std::io::Error),
    /// A thread ended before its time.
    #[error("a part of the verification ended unexpectedly")]
    Stopped,
}

impl From<sqlx::Error> for VerifyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Ledger(error.into())
    }
}
