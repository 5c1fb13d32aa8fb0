//! What the decisions about a person need to know.

use chrono::{DateTime, Utc};

use super::event::{ErasureReason, PersonEvent};

/// Where a person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PersonState {
    /// They have not asked to be forgotten.
    #[default]
    Present,
    /// Their personal data is forgotten.
    Erased(ErasedPerson),
}

/// When and why a person was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasedPerson {
    /// Why, if it was said.
    pub reason: Option<ErasureReason>,
    /// When.
    pub at: DateTime<Utc>,
}

impl PersonState {
    /// When and why they were erased, if they were.
    pub const fn erased(&self) -> Option<ErasedPerson> {
        match self {
            Self::Present => None,
            Self::Erased(erased) => Some(*erased),
        }
    }
}

/// The state after an event.
pub(super) fn evolve(_: PersonState, event: &PersonEvent) -> PersonState {
    match event {
        PersonEvent::Erased(erased) => PersonState::Erased(ErasedPerson {
            reason: erased.reason,
            at: erased.at,
        }),
    }
}
