//! What can have been looked at.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::values::text::limited_text;
use crate::values::{AccessId, PersonId, Sha256Hex};
use crate::wire_events;

limited_text! {
    /// A route, a parameter or another short word of a request; never a text that somebody typed about a person.
    AccessText: One, at most 300;
}

wire_events! {
    /// An event of the stream of an auditor's day, or of a day's exports.
    pub enum AccessEvent {
        /// An auditor was answered.
        Queried(AccessQueried) => ("access.queried", 1),
        /// A part of the ledger was exported.
        Exported(AccessExported) => ("access.exported", 1),
    }
}

/// An auditor was answered. Recorded before the answer is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessQueried {
    /// The auditor.
    pub auditor_id: PersonId,
    /// Method and route.
    pub route: AccessText,
    /// The ids and filters, as they were given.
    pub parameters: BTreeMap<String, AccessText>,
    /// The id of the request, as it stands in the logs.
    pub request_id: Option<AccessText>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A part of the ledger was exported by an operator of the machine, who has no token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessExported {
    /// The form of the files.
    pub format: AccessText,
    /// What was asked for.
    pub parameters: BTreeMap<String, AccessText>,
    /// The first position in it.
    pub from_position: i64,
    /// The last position in it.
    pub through_position: i64,
    /// How many events it has, where that was known.
    pub events: Option<u64>,
    /// SHA-256 of its manifest, where there was one.
    pub manifest_digest: Option<Sha256Hex>,
    /// When.
    pub at: DateTime<Utc>,
}

impl AccessId {
    /// The one stream of what an auditor asks in a day, by UTC.
    pub fn of_auditor(auditor: PersonId, at: DateTime<Utc>) -> Self {
        Self::derived("access_auditor", &format!("{auditor}:{}", at.date_naive()))
    }

    /// The one stream of what is exported in a day, by UTC.
    pub fn of_exports(at: DateTime<Utc>) -> Self {
        Self::derived("access_exports", &at.date_naive().to_string())
    }
}
