//! Reads one stream.

use crate::event::RecordedEvent;
use crate::ledger::{Ledger, LedgerError};
use crate::names::{Position, Revision, StreamName};

/// How many events of a stream are fetched at a time.
const PAGE_EVENTS: i64 = 1000;

impl Ledger {
    /// All events of a stream from a revision on. For a stream that may be long, read it in pages.
    pub async fn read_stream(
        &self,
        stream: &StreamName,
        from: Revision,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        self.read_stream_through(stream, from, Position::END).await
    }

    /// The events of a stream from a revision on, as far as they stand no further behind in the ledger than `end`: the
    /// stream as it was when the event at that position was the newest of all.
    pub async fn read_stream_through(
        &self,
        stream: &StreamName,
        from: Revision,
        end: Position,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        let mut events = self.stream_page(stream, from, end, PAGE_EVENTS).await?;
        let mut fetched = events.len();
        while i64::try_from(fetched).unwrap_or_default() == PAGE_EVENTS {
            let Some(last) = events.last() else { break };
            let next = Revision::new(last.revision.get() + 1);
            let page = self.stream_page(stream, next, end, PAGE_EVENTS).await?;
            fetched = page.len();
            events.extend(page);
        }
        Ok(events)
    }

    /// At most `limit` events of a stream from a revision on.
    pub async fn read_stream_page(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        self.stream_page(stream, from, Position::END, limit).await
    }

    async fn stream_page(
        &self,
        stream: &StreamName,
        from: Revision,
        end: Position,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        let events = sqlx::query_as!(
            RecordedEvent,
            r#"SELECT position AS "position: Position", stream, revision AS "revision: Revision", event_id, event_type,
                   schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
               FROM events
               WHERE stream = $1 AND revision >= $2
                   AND position <= least($3, (SELECT position FROM ledger_horizon))
               ORDER BY revision LIMIT $4"#,
            stream.as_str(),
            from.get(),
            end.get(),
            limit
        )
        .fetch_all(self.pool())
        .await?;
        Ok(events)
    }
}
