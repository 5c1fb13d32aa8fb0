//! What can have happened to a person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::values::PersonId;
use crate::wire_events;

wire_events! {
    /// An event of a person's stream.
    pub enum PersonEvent {
        /// Their personal data is forgotten.
        Erased(PersonErased) => ("person.erased", 1),
    }
}

/// The personal data of a person is forgotten: their key is destroyed because of this event, and from then on nothing that
/// was sealed for them can be read, wherever a copy of it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonErased {
    /// Whose.
    pub person_id: PersonId,
    /// Why, if it was said.
    pub reason: Option<ErasureReason>,
    /// The admin who had it done.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why personal data is erased: the grounds of Article 17(1) of Regulation (EU) 2016/679 (GDPR).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErasureReason {
    /// The purposes that it was collected for are over: point (a).
    NoLongerNecessary,
    /// The person has withdrawn their consent: point (b).
    ConsentWithdrawn,
    /// The person objects: point (c).
    Objection,
    /// It was processed without a right to: point (d).
    UnlawfulProcessing,
    /// A law demands it: point (e).
    LegalObligation,
    /// It was collected from a child: point (f).
    CollectedFromChild,
}

impl ErasureReason {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::NoLongerNecessary,
        Self::ConsentWithdrawn,
        Self::Objection,
        Self::UnlawfulProcessing,
        Self::LegalObligation,
        Self::CollectedFromChild,
    ];

    /// The name, as events and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoLongerNecessary => "no_longer_necessary",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::Objection => "objection",
            Self::UnlawfulProcessing => "unlawful_processing",
            Self::LegalObligation => "legal_obligation",
            Self::CollectedFromChild => "collected_from_child",
        }
    }
}
