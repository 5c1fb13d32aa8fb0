//! Reads of several streams, or of several events, in one query each: what a picture of a past moment is put together from.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::event::RecordedEvent;
use crate::ledger::{Ledger, LedgerError};
use crate::names::{Position, StreamName};

impl Ledger {
    /// The events of several streams as far as they stand no further behind in the ledger than `end`: stream by stream,
    /// each in its own order. Whoever asks bounds how many streams, and how long they can be.
    pub async fn read_streams_through(
        &self,
        streams: &[StreamName],
        end: Position,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        let names: Vec<&str> = streams.iter().map(StreamName::as_str).collect();
        let events = sqlx::query_as!(
            RecordedEvent,
            r#"SELECT position AS "position: Position", stream, revision AS "revision: _", event_id, event_type,
                   schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
               FROM events
               WHERE stream = ANY($1) AND position <= least($2, (SELECT position FROM ledger_horizon))
               ORDER BY stream, revision"#,
            &names as _,
            end.get()
        )
        .fetch_all(self.pool())
        .await?;
        Ok(events)
    }

    /// The events with these ids, in the order of the ledger; those that are not there are left out.
    pub async fn read_events(&self, ids: &[Uuid]) -> Result<Vec<RecordedEvent>, LedgerError> {
        let events = sqlx::query_as!(
            RecordedEvent,
            r#"SELECT position AS "position: Position", stream, revision AS "revision: _", event_id, event_type,
                   schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
               FROM events
               WHERE event_id = ANY($1) AND position <= (SELECT position FROM ledger_horizon)
               ORDER BY position"#,
            ids
        )
        .fetch_all(self.pool())
        .await?;
        Ok(events)
    }

    /// The events at these positions, in the order of the ledger; those behind the horizon are left out.
    pub async fn read_positions(&self, positions: &[Position]) -> Result<Vec<RecordedEvent>, LedgerError> {
        let numbers: Vec<i64> = positions.iter().map(|position| position.get()).collect();
        let events = sqlx::query_as!(
            RecordedEvent,
            r#"SELECT position AS "position: Position", stream, revision AS "revision: _", event_id, event_type,
                   schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
               FROM events
               WHERE position = ANY($1) AND position <= (SELECT position FROM ledger_horizon)
               ORDER BY position"#,
            &numbers
        )
        .fetch_all(self.pool())
        .await?;
        Ok(events)
    }

    /// The newest events at or before a position, the newest first.
    pub async fn read_back(&self, from: Position, limit: i64) -> Result<Vec<RecordedEvent>, LedgerError> {
        let events = sqlx::query_as!(
            RecordedEvent,
            r#"SELECT position AS "position: Position", stream, revision AS "revision: _", event_id, event_type,
                   schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
               FROM events
               WHERE position <= least($1, (SELECT position FROM ledger_horizon)) ORDER BY position DESC LIMIT $2"#,
            from.get(),
            limit
        )
        .fetch_all(self.pool())
        .await?;
        Ok(events)
    }

    /// When the event at a position was recorded; none if there is none yet.
    pub async fn recorded_at(&self, position: Position) -> Result<Option<DateTime<Utc>>, LedgerError> {
        let at = sqlx::query_scalar!(
            "SELECT recorded_at FROM events
             WHERE position = $1 AND position <= (SELECT position FROM ledger_horizon)",
            position.get()
        )
        .fetch_optional(self.pool())
        .await?;
        Ok(at)
    }
}
