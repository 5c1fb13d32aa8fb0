//! What operators can have decided about a read model.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::values::{OperatorName, ProjectionName, Sha256Hex, StreamKey};
use crate::wire_events;

wire_events! {
    /// An event of the stream of decisions about a read model.
    pub enum ProjectionEvent {
        /// A stream is left out.
        StreamQuarantined(StreamQuarantined) => ("projection.stream_quarantined", 1),
        /// It counts again.
        StreamReleased(StreamReleased) => ("projection.stream_released", 1),
        /// A rebuilt model may differ from the one in use.
        DifferenceAccepted(DifferenceAccepted) => ("projection.difference_accepted", 1),
    }
}

/// A stream is left out of a read model, from one of its events on, and of no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamQuarantined {
    /// Which read model.
    pub projection: ProjectionName,
    /// Which stream.
    pub stream: StreamKey,
    /// The first event that is left out, by its place in the ledger.
    pub from_position: i64,
    /// What was wrong with that event.
    pub cause: QuarantineCause,
    /// Who decided it.
    pub by: OperatorName,
    /// When.
    pub at: DateTime<Utc>,
}

/// The stream counts again: the read model in use holds all of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamReleased {
    /// Which read model.
    pub projection: ProjectionName,
    /// Which stream.
    pub stream: StreamKey,
    /// Who decided it.
    pub by: OperatorName,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody has seen how a rebuilt read model differs from the one in use, and the rebuilt one may take over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceAccepted {
    /// Which read model.
    pub projection: ProjectionName,
    /// The version that was rebuilt.
    pub version: i32,
    /// The fingerprint of the whole difference.
    pub digest: Sha256Hex,
    /// In how many rows they differed.
    pub rows: u64,
    /// Who decided it.
    pub by: OperatorName,
    /// When.
    pub at: DateTime<Utc>,
}

/// What was wrong with the event that a stream is left out from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuarantineCause {
    /// It is of a form that the program does not know.
    Unreadable,
    /// It does not fit what came before it in the read model.
    Misplaced,
    /// The database refused what follows from it, or a row that it changes could not be read.
    Refused,
}

impl QuarantineCause {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Unreadable, Self::Misplaced, Self::Refused];

    /// The name, as events and reports have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Misplaced => "misplaced",
            Self::Refused => "refused",
        }
    }
}
