//! What keeps read models in step with the ledger.
//!
//! - [`Projection`]: what a read model says of itself
//! - [`run`]: follows the ledger for one projection, one node at a time, and rebuilds it first if its code is newer
//! - [`Progress`]: how far each projection has come, for reads that wait for a write and for caches
//! - [`rebuild`]: builds a second model beside the one in use and switches to it in one transaction
//! - [`difference`]: builds a second model beside the one in use and says in which rows they differ
//! - [`quarantine`]: leaves out, on record, the streams that a model cannot take

mod difference;
mod live;
mod progress;
mod quarantine;
mod rebuild;
mod retry;
mod state;
pub(crate) mod status;
#[cfg(test)]
mod tests;

use std::future::Future;

use comptoir_domain::projection::QuarantineCause;
use comptoir_domain::{DecodeError, DomainEvent};
use comptoir_ledger::{Filter, LedgerError, Position, RecordedEvent, StreamName};
use sqlx::PgConnection;
use uuid::Uuid;

pub use difference::{ColumnDifference, Difference, RowDifference, Sides, difference};
pub use live::run;
pub use progress::{ChangeMark, Progress, StaleStreams, Standing, WaitOutcome};
pub use quarantine::{DecisionError, Operator, accept, decisions, quarantine, release};
pub use rebuild::{
    Beginning, Gate, Lanes, Misfit, PoisonEvent, RebuildError, RebuildOptions, RebuildProgress,
    RebuildReport, RebuildStage, Release, needs_rebuild, rebuild, rebuild_with,
};
pub use retry::{RetryOutcome, ask_retry};

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
    /// How its rows hang together with streams, which says whether a rebuild may share events out.
    const ROWS: Rows = Rows::OfSeveralStreams;

    /// The wire names of the events that it reads.
    fn event_types(&self) -> Vec<&'static str>;

    /// Changes the tables by events, in order, in a few statements however many events there are.
    fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> impl Future<Output = Result<(), ApplyError>> + Send;

    /// Which events made a row of one of its tables, for whoever asks why the row is as it is.
    fn behind(_table: &str, _row: &RowValues<'_>) -> Behind {
        Behind::Streams(Vec::new())
    }
}

/// How the rows of a read model hang together with streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Each row is made by the events of one stream, so that streams can be applied beside each other.
    OfOneStream,
    /// A row may be made by events of several streams, in the order of the ledger.
    OfSeveralStreams,
}

/// Which events made a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// Those of these streams.
    Streams(Vec<StreamName>),
    /// The one at this position.
    Event(Position),
    /// Those of the streams of this category whose ids stand in the rows of another table, where a column has this value.
    Rows {
        /// The streams' category.
        category: &'static str,
        /// The other table, which has the streams' ids in its column `id`.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// Its value.
        value: Uuid,
    },
}

impl Behind {
    /// The stream of a category whose id stands in a column.
    pub(crate) fn stream(category: &str, row: &RowValues<'_>, column: &str) -> Self {
        let stream = row.uuid(column).map(|id| StreamName::new(category, id));
        Self::Streams(stream.into_iter().collect())
    }
}

/// The values of a row, as text.
#[derive(Debug, Clone, Copy)]
pub struct RowValues<'a> {
    pub(crate) columns: &'a [String],
    pub(crate) values: &'a [Option<String>],
}

impl RowValues<'_> {
    /// The text in a column; none, if there is no such column or it is NULL.
    pub fn text(&self, column: &str) -> Option<&str> {
        let place = self.columns.iter().position(|name| name == column)?;
        self.values.get(place)?.as_deref()
    }

    /// The id in a column.
    pub fn uuid(&self, column: &str) -> Option<Uuid> {
        self.text(column)?.parse().ok()
    }
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
    /// It could not be read what was decided about this read model.
    #[error("the decisions about this read model cannot be read")]
    Decisions(#[from] LedgerError),
}

/// How the texts of [`ApplyError`] tell the causes apart, for whoever has the stored text alone.
const CANNOT_BE_READ: &str = "cannot be read";
const DOES_NOT_FIT: &str = "does not fit";

impl ApplyError {
    /// The event that is to blame, where it is known.
    pub const fn position(&self) -> Option<Position> {
        match self {
            Self::Decode { position, .. } | Self::Misplaced { position, .. } => Some(*position),
            Self::Database(_) | Self::Row(_) | Self::OtherVersion { .. } | Self::Decisions(_) => None,
        }
    }

    /// What a stored failure says was wrong with its event.
    pub fn cause_of(failure: &str) -> QuarantineCause {
        let begins = |with: &str| {
            let rest = failure.strip_prefix("the event at position ");
            let rest = rest.map(|rest| rest.trim_start_matches(|digit: char| digit.is_ascii_digit()));
            rest.is_some_and(|rest| rest.trim_start().starts_with(with))
        };
        if begins(CANNOT_BE_READ) {
            QuarantineCause::Unreadable
        } else if begins(DOES_NOT_FIT) {
            QuarantineCause::Misplaced
        } else {
            QuarantineCause::Refused
        }
    }
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
