//! What can be asked of a licence.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::cause::{Bearing, LicenceCause};
use super::state::LicenceGrant;

/// A command to a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LicenceCommand {
    /// Issue it. Repeating it is harmless: the id is derived from order, line and unit.
    Issue {
        /// Who gets what.
        grant: LicenceGrant,
        /// Now.
        at: DateTime<Utc>,
    },
    /// These causes stand now, and no others: what its order says. Repeating it is harmless.
    Align {
        /// All of them.
        causes: BTreeMap<LicenceCause, Bearing>,
        /// Now.
        at: DateTime<Utc>,
    },
}
