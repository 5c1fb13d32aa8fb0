//! What can have happened to a licence.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::state::LicenceGrant;
use crate::wire_events;

wire_events! {
    /// An event of a licence's stream.
    pub enum LicenceEvent {
        /// The buyer holds it.
        Issued(LicenceIssued) => ("licence.issued", 1),
    }
}

/// The buyer holds the licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceIssued {
    /// Who got what.
    #[serde(flatten)]
    pub grant: LicenceGrant,
    /// When.
    pub at: DateTime<Utc>,
}
