//! Timelines: what happened to one thing, event by event, in words; who did it, what led to it, what followed from it, and
//! what was so after it.
//!
//! Everything is read from streams and by position. Which events belong together is looked up in the read model `history`,
//! which is an index of the ledger: where it has yet to come, a timeline says so, and lacks a few links and nothing else.
//! What is sealed stays sealed.
//!
//! ```no_run
//! # use comptoir_audit::timeline::{Wanted, find, timeline};
//! # async fn example(ledger: comptoir_ledger::Ledger) -> Result<(), Box<dyn std::error::Error>> {
//! let wanted = Wanted { through: ledger.horizon(), entries_max: 100, before: None };
//! let subject = find(&ledger, "order_01jd3e8m6xf2r9kq7v5t4w8zab").await?;
//! for entry in timeline(&ledger, &subject, &wanted).await?.entries {
//!     println!("{} {} {}", entry.position, entry.actor.words, entry.sentence);
//! }
//! # Ok(()) }
//! ```

mod actor;
mod build;
mod entry;
mod find;
mod told;

use comptoir_ledger::LedgerError;
use comptoir_projections::QueryError;

pub use actor::{Acted, ActorKind};
pub use build::{Wanted, timeline};
pub use entry::{Entry, Link, Related, StateLine, Timeline};
pub use find::{NotFound, Subject, find, object_id};
pub use told::{CATEGORIES, Part};

/// Why a timeline could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum TimelineError {
    /// The ledger could not be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The index could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// There is nothing of that name.
    #[error(transparent)]
    NotFound(#[from] NotFound),
}

impl From<sqlx::Error> for TimelineError {
    fn from(error: sqlx::Error) -> Self {
        Self::Ledger(error.into())
    }
}

/// What an event says, in one sentence without a subject.
pub fn sentence_of(recorded: &comptoir_ledger::RecordedEvent) -> String {
    told::sentence_of(recorded)
}
