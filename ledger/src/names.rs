//! The vocabulary of the ledger: streams, revisions, positions and expected revisions.

use std::fmt;

use comptoir_domain::Decider;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The longest stream name, in bytes.
pub const STREAM_NAME_BYTES_MAX: usize = 255;

/// The place of an event in the whole ledger: 1, 2, 3, ... without a gap. 0 stands before the first event.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, sqlx::Type,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Position(i64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// Behind every event that there can ever be.
    pub const END: Self = Self(i64::MAX);

    /// The position with this number; a negative one counts as [`Position::START`].
    pub const fn new(number: i64) -> Self {
        Self(if number < 0 { 0 } else { number })
    }

    /// The number itself.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The place of an event in its stream: 0, 1, 2, ... without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Revision(i64);

impl Revision {
    /// The first event of a stream.
    pub const FIRST: Self = Self(0);

    /// The revision with this number; a negative one counts as the first.
    pub const fn new(number: i64) -> Self {
        Self(if number < 0 { 0 } else { number })
    }

    /// The number itself.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name of a stream: its category, a dash, and the id of the aggregate (`order-0198c0de-...`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamName(String);

impl StreamName {
    /// The stream of one aggregate of the kind `D`.
    pub fn of<D: Decider>(id: Uuid) -> Self {
        Self::new(D::NAME, id)
    }

    /// The stream `<category>-<id>`.
    pub fn new(category: &str, id: Uuid) -> Self {
        let mut buffer = Uuid::encode_buffer();
        let id = id.hyphenated().encode_lower(&mut buffer);
        let mut name = String::with_capacity(category.len() + 1 + id.len());
        name.push_str(category);
        name.push('-');
        name.push_str(id);
        Self(name)
    }

    /// A stream by its full name, as read from the ledger or made by another rule than one aggregate one stream.
    pub fn from_name(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The full name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first dash.
    pub fn category(&self) -> &str {
        category_of(&self.0)
    }

    /// The id behind the first dash, if it is one.
    pub fn aggregate_id(&self) -> Option<Uuid> {
        aggregate_id_of(&self.0)
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

pub(crate) fn category_of(stream: &str) -> &str {
    stream.split_once('-').map_or(stream, |(category, _)| category)
}

pub(crate) fn aggregate_id_of(stream: &str) -> Option<Uuid> {
    Uuid::try_parse(stream.split_once('-')?.1).ok()
}

/// What an append takes for granted of a stream; it is refused where that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedRevision {
    /// The stream has no event yet.
    NoStream,
    /// The newest event of the stream has this revision.
    Exact(Revision),
    /// The stream has at least one event.
    StreamExists,
    /// Nothing: append whatever is there.
    Any,
}

impl ExpectedRevision {
    /// The number that stands for it in the append statement: a revision, or -1, -2, -3.
    pub(crate) const fn code(self) -> i64 {
        match self {
            Self::NoStream => -1,
            Self::Any => -2,
            Self::StreamExists => -3,
            Self::Exact(revision) => revision.get(),
        }
    }

    /// The revision that the stream is taken to have now, where the expectation says it (-1: no stream).
    pub(crate) const fn assumed(self) -> i64 {
        match self {
            Self::NoStream | Self::Any => -1,
            Self::StreamExists => 0,
            Self::Exact(revision) => revision.get(),
        }
    }

    /// Whether it holds for a stream whose newest revision is `actual`.
    pub fn holds(self, actual: Option<Revision>) -> bool {
        match self {
            Self::NoStream => actual.is_none(),
            Self::Exact(revision) => actual == Some(revision),
            Self::StreamExists => actual.is_some(),
            Self::Any => true,
        }
    }
}

impl fmt::Display for ExpectedRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStream => f.write_str("no stream"),
            Self::Exact(revision) => write!(f, "revision {revision}"),
            Self::StreamExists => f.write_str("an existing stream"),
            Self::Any => f.write_str("anything"),
        }
    }
}
