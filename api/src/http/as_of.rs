//! Reads of a past moment: `as_of` is a time or a position, and what is shown is what the same request showed then.
//!
//! The picture is put together from the events of streams, never from the read models: they know now alone.

use chrono::{DateTime, Utc};
use comptoir_domain::Decider;
use comptoir_engine::UseCaseError;
use comptoir_ledger::{LedgerError, Position, RecordedEvent, Revision, StreamName};
use comptoir_projections::runner::ApplyError;
use serde::Deserialize;
use uuid::Uuid;

use super::App;
use super::min_position::MinPosition;
use super::problem::{Problem, ProblemKind, chain};

/// The moment that a read is about: a time (RFC 3339), or the position that was the newest (a plain number).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum AsOf {
    /// When this position was the newest.
    Position(Position),
    /// At this time.
    Time(DateTime<Utc>),
}

/// The text names no moment.
#[derive(Debug, thiserror::Error)]
#[error("must be a time such as 2026-03-01T12:00:00Z (RFC 3339), or a position such as 1200")]
pub(crate) struct NoMoment;

impl TryFrom<String> for AsOf {
    type Error = NoMoment;

    fn try_from(text: String) -> Result<Self, NoMoment> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let position = text.parse().map_err(|_| NoMoment)?;
            return Ok(Self::Position(Position::new(position)));
        }
        // The plus of an offset stands for a space in a query, unless it was escaped.
        let time = DateTime::parse_from_rfc3339(&text.replace(' ', "+")).map_err(|_| NoMoment)?;
        Ok(Self::Time(time.to_utc()))
    }
}

/// The query of a read of one thing, now or at a past moment.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PastQuery {
    /// As it was at this time (RFC 3339), or when this position (a number) was the newest. A moment to come is now.
    #[param(value_type = Option<String>, example = "2026-03-01T12:00:00Z")]
    pub(crate) as_of: Option<AsOf>,
    /// Wait until the read has seen this position.
    #[param(value_type = Option<i64>)]
    #[serde(rename = "min_position")]
    _min_position: Option<String>,
}

/// A moment of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Where the ledger ended.
    pub(crate) position: Position,
    /// What time it was.
    pub(crate) at: DateTime<Utc>,
}

impl Moment {
    /// Finds the moment, after this node has heard of `min`.
    pub(crate) async fn find(app: &App, as_of: AsOf, min: MinPosition) -> Result<Self, Problem> {
        let ledger = app.engine().ledger();
        if let MinPosition(Some(wanted)) = min
            && !ledger.wait_for(wanted, app.http().read_wait_max).await
        {
            let reached = format!("the ledger stands at {}, {wanted} was wanted", ledger.horizon());
            return Err(Problem::new(ProblemKind::PositionNotReached)
                .cause(reached)
                .retry_after_s(1));
        }
        let now = Self {
            position: ledger.horizon(),
            at: app.now(),
        };
        match as_of {
            AsOf::Position(position) if position > now.position => Ok(now),
            AsOf::Position(position) => {
                let at = ledger.recorded_at(position).await.map_err(unread)?;
                // Before the first event there is nothing, whatever the time.
                Ok(Self {
                    position,
                    at: at.unwrap_or(now.at),
                })
            }
            AsOf::Time(at) if at >= now.at => Ok(now),
            AsOf::Time(at) => Ok(Self {
                position: ledger.position_as_of(at).await.map_err(unread)?,
                at,
            }),
        }
    }
}

/// The stream of one thing: its events up to now, of which the first ones were there at the moment.
#[derive(Debug)]
pub(crate) struct History {
    events: Vec<RecordedEvent>,
    then: usize,
}

impl History {
    /// Reads the stream of one aggregate.
    pub(crate) async fn read<D: Decider>(app: &App, id: Uuid, moment: Moment) -> Result<Self, Problem> {
        let stream = StreamName::of::<D>(id);
        let events = app.engine().ledger().read_stream(&stream, Revision::FIRST).await;
        let events = events.map_err(unread)?;
        let then = events.partition_point(|event| event.position <= moment.position);
        Ok(Self { events, then })
    }

    /// As it was at the moment.
    pub(crate) fn then(&self) -> &[RecordedEvent] {
        &self.events[..self.then]
    }

    /// As it is now.
    pub(crate) fn now(&self) -> &[RecordedEvent] {
        &self.events
    }
}

/// What was folded from a stream.
pub(crate) fn folded<T>(folded: Result<T, ApplyError>) -> Result<T, Problem> {
    folded.map_err(|error| Problem::new(ProblemKind::Internal).cause(chain(&error)))
}

/// The ledger could not be read.
pub(crate) fn unread(error: LedgerError) -> Problem {
    UseCaseError::from(error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_or_a_position() {
        let read = |text: &str| AsOf::try_from(text.to_owned()).ok();
        assert_eq!(read("1200"), Some(AsOf::Position(Position::new(1200))));
        let noon = "2026-03-01T12:00:00Z".parse().unwrap();
        for text in [
            "2026-03-01T12:00:00Z",
            "2026-03-01T13:00:00+01:00",
            "2026-03-01T13:00:00 01:00",
        ] {
            assert_eq!(read(text), Some(AsOf::Time(noon)), "{text}");
        }
        for wrong in [
            "",
            "yesterday",
            "2026-03-01",
            "-1",
            "1.5",
            "99999999999999999999",
            "0x10",
            "１２",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
