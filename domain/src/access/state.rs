//! What is known of a day of looking at the ledger.

use super::event::AccessEvent;

/// Where the stream stands. Nothing is decided by it: what was looked at is noted, however much it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessState {
    /// Nothing was looked at.
    #[default]
    Absent,
    /// Something was.
    Noted(AccessFacts),
}

/// What was noted so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccessFacts {
    /// How many requests.
    pub queries: u64,
    /// How many exports.
    pub exports: u64,
}

impl AccessState {
    /// What was noted so far.
    pub fn facts(&self) -> AccessFacts {
        match self {
            Self::Absent => AccessFacts::default(),
            Self::Noted(facts) => *facts,
        }
    }
}

/// The state after an event.
pub(super) fn evolve(state: AccessState, event: &AccessEvent) -> AccessState {
    let facts = state.facts();
    AccessState::Noted(match event {
        AccessEvent::Queried(_) => AccessFacts {
            queries: facts.queries + 1,
            ..facts
        },
        AccessEvent::Exported(_) => AccessFacts {
            exports: facts.exports + 1,
            ..facts
        },
    })
}
