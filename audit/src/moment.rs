//! A place in the ledger as a person names it: a position, a time, or a day.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};
use comptoir_ledger::{Ledger, LedgerError, Position};
use serde::{Deserialize, Serialize};

/// A place in the ledger, named by whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Moment {
    /// An event.
    Position(Position),
    /// A time.
    Time(DateTime<Utc>),
    /// A whole day, UTC.
    Day(NaiveDate),
}

/// It names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither a position (1234), nor a time (2026-03-01T12:00:00Z), nor a day (2026-03-01)")]
pub struct NoMoment;

impl Moment {
    /// The position before its first event: what begins here begins behind it.
    pub async fn position_before(self, ledger: &Ledger) -> Result<Position, LedgerError> {
        match self {
            Self::Position(position) => Ok(Position::new(position.get() - 1)),
            Self::Time(time) => before(ledger, time).await,
            Self::Day(day) => before(ledger, day.and_time(NaiveTime::MIN).and_utc()).await,
        }
    }

    /// The position of its last event: what ends here ends with it. Never behind the horizon.
    pub async fn position_through(self, ledger: &Ledger) -> Result<Position, LedgerError> {
        match self {
            Self::Position(position) => Ok(position.min(ledger.horizon())),
            Self::Time(time) => ledger.position_as_of(time).await,
            Self::Day(day) => {
                let next = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
                before(ledger, next.and_time(NaiveTime::MIN).and_utc()).await
            }
        }
    }
}

/// The newest position that was recorded before a time. Times are whole microseconds.
async fn before(ledger: &Ledger, time: DateTime<Utc>) -> Result<Position, LedgerError> {
    ledger.position_as_of(time - TimeDelta::microseconds(1)).await
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position(position) => position.fmt(f),
            Self::Time(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Day(day) => day.fmt(f),
        }
    }
}

impl FromStr for Moment {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        if let Ok(position) = text.parse::<i64>() {
            return if position > 0 {
                Ok(Self::Position(Position::new(position)))
            } else {
                Err(NoMoment)
            };
        }
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::Time(time.to_utc()));
        }
        text.parse().map(Self::Day).map_err(|_| NoMoment)
    }
}

impl TryFrom<String> for Moment {
    type Error = NoMoment;

    fn try_from(text: String) -> Result<Self, NoMoment> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_position_a_time_or_a_day_and_reads_as_it_is_written() {
        for text in [
            "7",
            "2026-03-01T12:00:00Z",
            "2026-03-01T12:00:00.000001Z",
            "2026-03-01",
        ] {
            assert_eq!(text.parse::<Moment>().unwrap().to_string(), text);
        }
        let elsewhere: Moment = "2026-03-01T12:00:00+01:00".parse().unwrap();
        assert_eq!(elsewhere.to_string(), "2026-03-01T11:00:00Z");
    }

    #[test]
    fn what_names_no_place_is_refused() {
        for text in [
            "",
            "0",
            "-1",
            "1.5",
            "yesterday",
            "2026-02-30",
            "2026-03-01T12:00:00",
            "99999999999999999999",
        ] {
            assert_eq!(text.parse::<Moment>(), Err(NoMoment), "{text}");
        }
    }
}
