//! What can have happened to a licence.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::cause::LicenceCause;
use super::state::LicenceGrant;
use crate::wire_events;

wire_events! {
    /// An event of a licence's stream.
    pub enum LicenceEvent {
        /// The buyer holds it.
        Issued(LicenceIssued) => ("licence.issued", 1),
        /// It may not be used for the time being.
        Suspended(LicenceSuspended) => ("licence.suspended", 1),
        /// It has ended.
        Revoked(LicenceRevoked) => ("licence.revoked", 1),
        /// A cause of the one or the other no longer stands.
        Reinstated(LicenceReinstated) => ("licence.reinstated", 1),
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

/// A cause stands by which the licence may not be used until it is known how something ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceSuspended {
    /// Which.
    pub cause: LicenceCause,
    /// When.
    pub at: DateTime<Utc>,
}

/// A cause stands by which the licence has ended. What it was keeps: should the cause fall, the same licence comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceRevoked {
    /// Which.
    pub cause: LicenceCause,
    /// When.
    pub at: DateTime<Utc>,
}

/// A cause no longer stands. The licence is live again if it was the last one, with the same key as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceReinstated {
    /// Which.
    pub cause: LicenceCause,
    /// When.
    pub at: DateTime<Utc>,
}
