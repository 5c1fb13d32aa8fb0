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
        let mut events = self.read_stream_page(stream, from, PAGE_EVENTS).await?;
        let mut fetched = events.len();
        while i64::try_from(fetched).unwrap_or_default() == PAGE_EVENTS {
            let Some(last) = events.last() else { break };
            let page = self
                .read_stream_page(stream, Revision::new(last.revision.get() + 1), PAGE_EVENTS)
                .await?;
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
        let events = sqlx::query_as!(
            RecordedEvent,
            r#"SELECT position AS "position: Position", stream, revision AS "revision: Revision", event_id, event_type,
                   schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
               FROM events
               WHERE stream = $1 AND revision >= $2 AND position <= (SELECT position FROM ledger_horizon)
               ORDER BY revision LIMIT $3"#,
            stream.as_str(),
            from.get(),
            limit
        )
        .fetch_all(self.pool())
        .await?;
        Ok(events)
    }
}
