//! Pages of the ledger, filtered: each looks through a bounded stretch, so that it takes no longer however rare its events
//! are; and says how far it came, so that the next one goes on from there.

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::values::PersonId;
use comptoir_ledger::{Ledger, Position, RecordedEvent};
use uuid::Uuid;

use crate::timeline::TimelineError;

/// How many positions a page looks through where nothing but the sequence of the ledger leads to its events.
const SCANNED_POSITIONS: i64 = 50_000;
/// How many candidates a page looks at that an index has led to.
const CANDIDATES: i64 = 5_000;

/// Which events are wanted: those that pass every part that is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// Of this kind of thing.
    pub category: Option<String>,
    /// Of this type.
    pub event_type: Option<String>,
    /// Done by this person, or by this part of the engine, as metadata has it.
    pub actor: Option<String>,
    /// Done by this person, or concerning them.
    pub person: Option<PersonId>,
    /// Recorded at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Recorded at this time or before.
    pub to: Option<DateTime<Utc>>,
}

/// In which sequence they are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// The newest first.
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The events, in the sequence that was asked for.
    pub events: Vec<RecordedEvent>,
    /// The position that the page reaches: the next one begins behind it.
    pub next: Position,
    /// Whether anything can be behind it.
    pub has_more: bool,
}

/// A stretch of the ledger: `low` is not in it, `high` is.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    low: i64,
    high: i64,
}

/// An event that may be one of those wanted.
struct Candidate {
    position: i64,
    wanted: bool,
}

/// A page of the events that pass a filter, behind `after`, at most `limit` of them.
pub async fn window(
    ledger: &Ledger,
    filter: &EventFilter,
    sequence: Sequence,
    after: Option<Position>,
    limit: i64,
) -> Result<Window, TimelineError> {
    let all = stretch(ledger, filter).await?;
    let left = match (sequence, after) {
        (_, None) => all,
        (Sequence::OldestFirst, Some(after)) => Stretch {
            low: all.low.max(after.get()),
            ..all
        },
        (Sequence::NewestFirst, Some(after)) => Stretch {
            high: all.high.min(after.get() - 1),
            ..all
        },
    };
    if left.high <= left.low {
        let next = after.unwrap_or(Position::new(left.high.max(0)));
        return Ok(Window {
            events: Vec::new(),
            next,
            has_more: false,
        });
    }
    let (candidates, reached) = candidates(ledger, filter, sequence, left, limit).await?;
    let mut wanted: Vec<i64> = candidates
        .iter()
        .filter(|one| one.wanted)
        .map(|one| one.position)
        .collect();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let reached = if wanted.len() > limit {
        wanted.truncate(limit);
        wanted.last().copied().unwrap_or(reached)
    } else {
        reached
    };
    let positions: Vec<Position> = wanted.into_iter().map(Position::new).collect();
    let mut events = ledger.read_positions(&positions).await?;
    let has_more = match sequence {
        Sequence::OldestFirst => reached < left.high,
        Sequence::NewestFirst => {
            events.reverse();
            reached - 1 > left.low
        }
    };
    Ok(Window {
        events,
        next: Position::new(reached),
        has_more,
    })
}

/// The part of the ledger that the filter's times leave.
async fn stretch(ledger: &Ledger, filter: &EventFilter) -> Result<Stretch, TimelineError> {
    let low = match filter.from {
        // Times are whole microseconds.
        Some(from) => ledger.position_as_of(from - TimeDelta::microseconds(1)).await?,
        None => Position::START,
    };
    let high = match filter.to {
        Some(to) => ledger.position_as_of(to).await?,
        None => ledger.horizon(),
    };
    Ok(Stretch {
        low: low.get(),
        high: high.get(),
    })
}

/// The candidates in a stretch by the shortest way to them, and the position up to which there are no others.
async fn candidates(
    ledger: &Ledger,
    filter: &EventFilter,
    sequence: Sequence,
    left: Stretch,
    limit: i64,
) -> Result<(Vec<Candidate>, i64), TimelineError> {
    let acting = filter
        .actor
        .as_deref()
        .and_then(|actor| actor.parse::<PersonId>().ok());
    if let Some(person) = filter.person.or(acting) {
        let found = linked(ledger, filter, sequence, left, person.as_uuid()).await?;
        return Ok(with_reach(found, sequence, left));
    }
    if let Some(category) = &filter.category {
        let found = of_category(ledger, filter, sequence, left, category).await?;
        return Ok(with_reach(found, sequence, left));
    }
    let scanned = match sequence {
        Sequence::OldestFirst => Stretch {
            high: left.high.min(left.low + SCANNED_POSITIONS),
            ..left
        },
        Sequence::NewestFirst => Stretch {
            low: left.low.max(left.high - SCANNED_POSITIONS),
            ..left
        },
    };
    let found = scan(ledger, filter, sequence, scanned, limit + 1).await?;
    let reached = match sequence {
        Sequence::OldestFirst => scanned.high,
        // The stretch begins behind `low`.
        Sequence::NewestFirst => scanned.low + 1,
    };
    Ok((found, reached))
}

/// How far the candidates reach: to the last one, if there may be others behind it.
fn with_reach(found: Vec<Candidate>, sequence: Sequence, left: Stretch) -> (Vec<Candidate>, i64) {
    let is_full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= CANDIDATES;
    let end = match sequence {
        Sequence::OldestFirst => left.high,
        Sequence::NewestFirst => left.low + 1,
    };
    let reached = found.last().filter(|_| is_full).map_or(end, |last| last.position);
    (found, reached)
}

macro_rules! linked {
    ($order:literal, $filter:expr, $left:expr, $subject:expr) => {
        sqlx::query_as!(
            Candidate,
            r#"SELECT e.position, (($4::text IS NULL OR split_part(e.stream, '-', 1) = $4)
                   AND ($5::text IS NULL OR e.event_type = $5)
                   AND ($6::text IS NULL OR e.metadata->>'actor' = $6)) AS "wanted!"
               FROM (
                   SELECT position FROM read_history.links
                   WHERE subject = $1 AND position > $2 AND position <= $3 ORDER BY position "#
                + $order
                + r#" LIMIT $7
               ) AS found JOIN events e USING (position) ORDER BY e.position "#
                + $order,
            $subject,
            $left.low,
            $left.high,
            $filter.category.as_deref(),
            $filter.event_type.as_deref(),
            $filter.actor.as_deref(),
            CANDIDATES
        )
    };
}

async fn linked(
    ledger: &Ledger,
    filter: &EventFilter,
    sequence: Sequence,
    left: Stretch,
    subject: Uuid,
) -> Result<Vec<Candidate>, sqlx::Error> {
    match sequence {
        Sequence::OldestFirst => {
            linked!("ASC", filter, left, subject)
                .fetch_all(ledger.pool())
                .await
        }
        Sequence::NewestFirst => {
            linked!("DESC", filter, left, subject)
                .fetch_all(ledger.pool())
                .await
        }
    }
}

macro_rules! of_category {
    ($order:literal, $filter:expr, $left:expr, $category:expr) => {
        sqlx::query_as!(
            Candidate,
            r#"SELECT position, (($4::text IS NULL OR event_type = $4)
                   AND ($5::text IS NULL OR metadata->>'actor' = $5)) AS "wanted!"
               FROM events
               WHERE split_part(stream, '-', 1) = $1 AND position > $2 AND position <= $3
               ORDER BY position "#
                + $order
                + " LIMIT $6",
            $category,
            $left.low,
            $left.high,
            $filter.event_type.as_deref(),
            $filter.actor.as_deref(),
            CANDIDATES
        )
    };
}

async fn of_category(
    ledger: &Ledger,
    filter: &EventFilter,
    sequence: Sequence,
    left: Stretch,
    category: &str,
) -> Result<Vec<Candidate>, sqlx::Error> {
    match sequence {
        Sequence::OldestFirst => {
            of_category!("ASC", filter, left, category)
                .fetch_all(ledger.pool())
                .await
        }
        Sequence::NewestFirst => {
            of_category!("DESC", filter, left, category)
                .fetch_all(ledger.pool())
                .await
        }
    }
}

macro_rules! scan {
    ($order:literal, $filter:expr, $left:expr, $limit:expr) => {
        sqlx::query_as!(
            Candidate,
            r#"SELECT position, true AS "wanted!" FROM events
               WHERE position > $1 AND position <= $2 AND ($3::text IS NULL OR event_type = $3)
                   AND ($4::text IS NULL OR metadata->>'actor' = $4)
               ORDER BY position "#
                + $order
                + " LIMIT $5",
            $left.low,
            $left.high,
            $filter.event_type.as_deref(),
            $filter.actor.as_deref(),
            $limit
        )
    };
}

async fn scan(
    ledger: &Ledger,
    filter: &EventFilter,
    sequence: Sequence,
    left: Stretch,
    limit: i64,
) -> Result<Vec<Candidate>, sqlx::Error> {
    match sequence {
        Sequence::OldestFirst => scan!("ASC", filter, left, limit).fetch_all(ledger.pool()).await,
        Sequence::NewestFirst => scan!("DESC", filter, left, limit).fetch_all(ledger.pool()).await,
    }
}
