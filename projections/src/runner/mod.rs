//! What keeps read models in step with the ledger.
//!
//! - [`Projection`]: what a read model says of itself
//! - [`run`]: follows the ledger for one projection, one node at a time, and rebuilds it first if its code is newer
//! - [`Progress`]: how far each projection has come, for reads that wait for a write and for caches
//! - [`rebuild`]: builds a second model beside the one in use and switches to it in one transaction

mod live;
mod progress;
mod rebuild;
mod state;
#[cfg(test)]
mod tests;

use std::future::Future;

use comptoir_domain::{DecodeError, DomainEvent};
use comptoir_ledger::{Filter, Position, RecordedEvent};
use sqlx::PgConnection;

pub use live::run;
pub use progress::{ChangeMark, Progress, Standing, WaitOutcome};
pub use rebuild::{RebuildError, RebuildProgress, RebuildReport, needs_rebuild, rebuild};

use crate::listing::QueryError;

/// A read model: its tables, and how events change them.
///
/// Its law: the same events give the same tables, in whatever batches they come. `apply` reads and writes nothing but
/// the tables of its schema, and names them without the schema: a rebuild lets it write to others of the same shape.
pub trait Projection: Clone + Send + Sync + 'static {
    /// Its name, which is also that of its checkpoint.
    const NAME: &'static str;
    /// The version of its tables' content. A higher one than stored leads to a rebuild.
    const VERSION: i32;
    /// The PostgreSQL schema of its tables.
    const SCHEMA: &'static str;

    /// The wire names of the events that it reads.
    fn event_types(&self) -> Vec<&'static str>;

    /// Changes the tables by events, in order, in a few statements however many events there are.
    fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> impl Future<Output = Result<(), ApplyError>> + Send;
}

/// Why events could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// An event is not what this program knows.
    #[error("the event at position {position} cannot be read")]
    Decode {
        /// Where it stands.
        position: Position,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// An event does not fit what came before it.
    #[error("the event at position {position} does not fit: {reason}")]
    Misplaced {
        /// Where it stands.
        position: Position,
        /// Why not.
        reason: &'static str,
    },
    /// The database refused or could not be reached.
    #[error("the database refused the change")]
    Database(#[from] sqlx::Error),
    /// A row that is to be changed cannot be read.
    #[error("a row that the events change cannot be read")]
    Row(#[from] QueryError),
    /// Another version of the program builds these tables now.
    #[error("the tables are of version {stored}, this program builds version {known}")]
    OtherVersion {
        /// What is stored.
        stored: i32,
        /// What this program builds.
        known: i32,
    },
}

/// An event of the domain, read, or what is wrong with it.
pub(crate) fn decode<E: DomainEvent>(event: &RecordedEvent) -> Result<E, ApplyError> {
    event.decode().map_err(|source| ApplyError::Decode {
        position: event.position,
        source,
    })
}

pub(crate) const fn misplaced(event: &RecordedEvent, reason: &'static str) -> ApplyError {
    ApplyError::Misplaced {
        position: event.position,
        reason,
    }
}

fn filter_of(projection: &impl Projection) -> Filter {
    Filter::types(projection.event_types())
}

/// The error with its causes, for a record that keeps one text.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
