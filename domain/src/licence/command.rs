//! What can be asked of a licence.

use chrono::{DateTime, Utc};

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
}
