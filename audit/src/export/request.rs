//! What is asked of an export, and what that comes to.

use std::fmt;
use std::str::FromStr;

use comptoir_ledger::{Filter, Ledger, LedgerError, Position};
use serde::{Deserialize, Serialize};

use crate::moment::Moment;

/// How the events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A JSON object a line.
    Jsonl,
    /// RFC 4180, with a header.
    Csv,
    /// Apache Parquet, a folder for each day.
    Parquet,
}

/// There is no such format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such format; there are jsonl, csv and parquet")]
pub struct UnknownFormat;

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Jsonl, Self::Csv, Self::Parquet];

    /// Its name, which is also how its files end.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let mut all = Self::ALL.into_iter();
        all.find(|format| format.name() == name).ok_or(UnknownFormat)
    }
}

/// What is asked. Two runs that ask the same are one export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// How the events are written.
    pub format: Format,
    /// The first of them; without it, the first of the ledger.
    pub from: Option<Moment>,
    /// The last of them; without it, the newest of the ledger.
    pub until: Option<Moment>,
    /// The only stream category; without it, all of them.
    pub category: Option<String>,
    /// How many events a part has at most.
    pub part_events: u64,
}

impl Asked {
    /// What it comes to in this ledger, at present.
    pub async fn range(&self, ledger: &Ledger) -> Result<Range, LedgerError> {
        let after = match self.from {
            None => Position::START,
            Some(from) => from.position_before(ledger).await?,
        };
        let through = match self.until {
            None => ledger.horizon(),
            Some(until) => until.position_through(ledger).await?,
        };
        Ok(Range {
            after,
            through: through.max(after),
        })
    }

    /// Which events are wanted.
    pub fn filter(&self) -> Filter {
        self.category.clone().map_or(Filter::All, Filter::Category)
    }
}

/// A stretch of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// It begins behind this position.
    pub after: Position,
    /// It ends with this position.
    pub through: Position,
}

impl Range {
    /// How many positions it has.
    pub fn positions(self) -> u64 {
        (self.through.get() - self.after.get()).unsigned_abs()
    }
}

/// An export that is about to begin, or to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportOpened<'a> {
    /// What was asked.
    pub asked: &'a Asked,
    /// What it comes to.
    pub range: Range,
}

/// Why an export could not be recorded. Then it does not take place.
#[derive(Debug, thiserror::Error)]
#[error("the export could not be recorded, so nothing was exported")]
pub struct RecordExportError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Puts on record that somebody takes events out of the house, before the first of them leaves it.
pub trait RecordExport: Sync {
    /// Records it, or says why not; then no event is read.
    fn record(&self, opened: &ExportOpened<'_>)
    -> impl Future<Output = Result<(), RecordExportError>> + Send;
}

/// For exports that nobody else asked for: of an operator with access to the database itself, who is on nobody's record.
#[derive(Debug, Clone, Copy, Default)]
pub struct NotRecorded;

impl RecordExport for NotRecorded {
    async fn record(&self, _opened: &ExportOpened<'_>) -> Result<(), RecordExportError> {
        Ok(())
    }
}
