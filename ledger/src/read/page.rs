//! Reads the ledger in order, a page at a time, in constant memory.

use crate::event::RecordedEvent;
use crate::ledger::{Ledger, LedgerError};
use crate::names::{Position, Revision};

/// How many positions one filtered read looks through at most, so that it stays short however rare its events are.
const WINDOW_POSITIONS: i64 = 50_000;

/// Which events a reader wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those of one stream category, such as `order`.
    Category(String),
    /// Those with one of these wire names.
    Types(Vec<String>),
}

impl Filter {
    /// Whether an event is one of them.
    pub(crate) fn wants(&self, event: &RecordedEvent) -> bool {
        match self {
            Self::All => true,
            Self::Category(category) => event.category() == category,
            Self::Types(types) => types.contains(&event.event_type),
        }
    }

    /// Those with one of these wire names.
    pub fn types<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Types(names.into_iter().map(str::to_owned).collect())
    }
}

/// A stretch of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The events in it that were asked for, in order.
    pub events: Vec<RecordedEvent>,
    /// Up to where it reaches: the next page begins behind this position, even if it held no event.
    pub through: Position,
}

impl Ledger {
    /// The events behind a position, at most `limit` of them. A page that reaches no further than `after` means that
    /// the horizon is there: nothing was passed over, and nothing before it can still appear.
    pub async fn read_page(
        &self,
        after: Position,
        filter: &Filter,
        limit: usize,
    ) -> Result<Page, LedgerError> {
        self.read_page_through(after, Position::END, filter, limit).await
    }

    /// The same for a reader to whom the ledger ends at `end`, or at the horizon where that comes first: no event behind
    /// it is in the page, however many are. A page that reaches `end` is the last one. With [`Ledger::position_as_of`] for
    /// `end` this is the ledger as it was at a moment, for as often as it is read.
    pub async fn read_page_through(
        &self,
        after: Position,
        end: Position,
        filter: &Filter,
        limit: usize,
    ) -> Result<Page, LedgerError> {
        let end = self.horizon().min(end);
        if end <= after {
            let events = Vec::new();
            return Ok(Page {
                events,
                through: after,
            });
        }
        let until = match filter {
            Filter::All | Filter::Category(_) => end,
            Filter::Types(_) => end.min(Position::new(after.get().saturating_add(WINDOW_POSITIONS))),
        };
        let limit_rows = i64::try_from(limit).unwrap_or(i64::MAX);
        let events = match filter {
            Filter::All => self.read_all(after, until, limit_rows).await?,
            Filter::Category(category) => self.read_category(after, until, category, limit_rows).await?,
            Filter::Types(types) => self.read_types(after, until, types, limit_rows).await?,
        };
        let through = match events.last() {
            Some(last) if events.len() >= limit => last.position,
            Some(_) | None => until,
        };
        Ok(Page { events, through })
    }

    async fn read_all(
        &self,
        after: Position,
        until: Position,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, sqlx::Error> {
        sqlx::query_as!(
            RecordedEvent,
            r#"SELECT position AS "position: Position", stream, revision AS "revision: Revision", event_id, event_type,
                   schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
               FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3"#,
            after.get(),
            until.get(),
            limit
        )
        .fetch_all(self.pool())
        .await
    }

    async fn read_category(
        &self,
        after: Position,
        until: Position,
        category: &str,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, sqlx::Error> {
        sqlx::query_as!(
            RecordedEvent,
            r#"SELECT position AS "position: Position", stream, revision AS "revision: Revision", event_id, event_type,
                   schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
               FROM events
               WHERE split_part(stream, '-', 1) = $3 AND position > $1 AND position <= $2
               ORDER BY position LIMIT $4"#,
            after.get(),
            until.get(),
            category,
            limit
        )
        .fetch_all(self.pool())
        .await
    }

    async fn read_types(
        &self,
        after: Position,
        until: Position,
        types: &[String],
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, sqlx::Error> {
        sqlx::query_as!(
            RecordedEvent,
            r#"SELECT position AS "position: Position", stream, revision AS "revision: Revision", event_id, event_type,
                   schema_version, recorded_at, data::text AS "data!", metadata::text AS "metadata!", leaf_hash
               FROM events
               WHERE position > $1 AND position <= $2 AND event_type = ANY($3)
               ORDER BY position LIMIT $4"#,
            after.get(),
            until.get(),
            types,
            limit
        )
        .fetch_all(self.pool())
        .await
    }
}
