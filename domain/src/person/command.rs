//! What can be asked about a person.

use chrono::{DateTime, Utc};

use super::event::ErasureReason;
use crate::values::{Actor, PersonId};

/// A command about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonCommand {
    /// Forget their personal data.
    Erase {
        /// Whose.
        person_id: PersonId,
        /// Whether there is anything to forget.
        acquaintance: Acquaintance,
        /// Who asks.
        actor: Actor,
        /// Why, if it is said.
        reason: Option<ErasureReason>,
        /// When.
        at: DateTime<Utc>,
    },
}

/// Whether anything is known of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquaintance {
    /// Something was sealed for them, or some event names them.
    Known,
    /// Nothing.
    Unknown,
}
