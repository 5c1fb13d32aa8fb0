//! Reading: by stream, by position, by category or type, and as of a time. Never beyond the durable horizon.
//!
//! **As of** a moment means: what [`Ledger::position_as_of`] finds for it is where the ledger ends. A position stands still,
//! so a reader who asks for it once, and reads all pages and streams up to it, sees one state of everything.

mod bulk;
mod page;
mod several;
mod stream;

pub use bulk::{Bulk, Rows};
pub use page::{Filter, Page};

use chrono::{DateTime, Utc};

use crate::event::RecordedEvent;
use crate::ledger::{Ledger, LedgerError};
use crate::names::{Position, Revision, StreamName};

impl Ledger {
    /// The newest position that was recorded at or before a moment; [`Position::START`], if there was none yet. Of a moment
    /// that is still to come it is the horizon of now.
    pub async fn position_as_of(&self, at: DateTime<Utc>) -> Result<Position, LedgerError> {
        let position = sqlx::query_file_scalar!("sql/position_as_of.sql", at, self.horizon().get())
            .fetch_one(self.pool())
            .await?;
        Ok(Position::new(position))
    }

    /// The events of a stream from a revision on that were recorded at or before a moment. For more than one stream, ask
    /// for the position once and use [`Ledger::read_stream_through`].
    pub async fn read_stream_as_of(
        &self,
        stream: &StreamName,
        from: Revision,
        at: DateTime<Utc>,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        let end = self.position_as_of(at).await?;
        self.read_stream_through(stream, from, end).await
    }
}
