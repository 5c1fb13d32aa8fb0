//! What the decisions about a read model need to know.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::event::{ProjectionEvent, QuarantineCause};
use crate::values::{OperatorName, Sha256Hex, StreamKey};

/// Where a read model stands with its operators.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ProjectionState {
    /// Nothing was ever decided about it.
    #[default]
    Untouched,
    /// Something was.
    Attended(AttendedProjection),
}

/// What was decided about a read model and still holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AttendedProjection {
    /// The streams that are left out.
    pub quarantined: BTreeMap<StreamKey, Quarantine>,
    /// The differences that were accepted, each with the version that was rebuilt.
    pub accepted: BTreeSet<(i32, Sha256Hex)>,
}

/// A stream that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantine {
    /// The first event that is left out, by its place in the ledger.
    pub from_position: i64,
    /// What was wrong with it.
    pub cause: QuarantineCause,
    /// Who decided it.
    pub by: OperatorName,
    /// When.
    pub at: DateTime<Utc>,
}

impl ProjectionState {
    /// The streams that are left out.
    pub fn quarantined(&self) -> impl Iterator<Item = (&StreamKey, &Quarantine)> {
        self.attended()
            .into_iter()
            .flat_map(|attended| &attended.quarantined)
    }

    /// Whether a stream is left out.
    pub fn is_quarantined(&self, stream: &StreamKey) -> bool {
        self.attended()
            .is_some_and(|attended| attended.quarantined.contains_key(stream))
    }

    /// Whether somebody has accepted that a rebuilt model differs in this way.
    pub fn accepts(&self, version: i32, digest: Sha256Hex) -> bool {
        self.attended()
            .is_some_and(|attended| attended.accepted.contains(&(version, digest)))
    }

    const fn attended(&self) -> Option<&AttendedProjection> {
        match self {
            Self::Untouched => None,
            Self::Attended(attended) => Some(attended),
        }
    }
}

/// The state after an event.
pub(super) fn evolve(state: ProjectionState, event: &ProjectionEvent) -> ProjectionState {
    let mut attended = match state {
        ProjectionState::Untouched => AttendedProjection::default(),
        ProjectionState::Attended(attended) => attended,
    };
    match event {
        ProjectionEvent::StreamQuarantined(quarantined) => {
            let quarantine = Quarantine {
                from_position: quarantined.from_position,
                cause: quarantined.cause,
                by: quarantined.by.clone(),
                at: quarantined.at,
            };
            attended
                .quarantined
                .insert(quarantined.stream.clone(), quarantine);
        }
        ProjectionEvent::StreamReleased(released) => {
            attended.quarantined.remove(&released.stream);
        }
        ProjectionEvent::DifferenceAccepted(accepted) => {
            attended.accepted.insert((accepted.version, accepted.digest));
        }
    }
    ProjectionState::Attended(attended)
}
