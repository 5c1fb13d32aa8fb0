//! Reading: by stream, by position, by category or type, and as of a time. Never beyond the durable horizon.

mod page;
mod stream;

pub use page::{Filter, Page};

use chrono::{DateTime, Utc};

use crate::ledger::{Ledger, LedgerError};
use crate::names::Position;

impl Ledger {
    /// The newest position that was recorded at or before a moment; [`Position::START`], if there was none yet.
    pub async fn position_as_of(&self, at: DateTime<Utc>) -> Result<Position, LedgerError> {
        let position = sqlx::query_file_scalar!("sql/position_as_of.sql", at, self.horizon().get())
            .fetch_one(self.pool())
            .await?;
        Ok(Position::new(position))
    }
}
