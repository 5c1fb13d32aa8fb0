//! What can be noted about looking at the ledger.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::event::AccessText;
use crate::values::{Actor, Sha256Hex};

/// A command to note that somebody looks at what concerns others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessCommand {
    /// An auditor is about to be answered.
    Query {
        /// Who asks.
        actor: Actor,
        /// What was asked: method and route, such as `GET /api/v1/orders/{order_id}`.
        route: AccessText,
        /// The ids and filters, as they were given.
        parameters: BTreeMap<String, AccessText>,
        /// The id of the request, as it stands in the logs.
        request_id: Option<AccessText>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// An operator of the machine is about to export a part of the ledger.
    Export {
        /// The form of the files, such as `parquet`.
        format: AccessText,
        /// What was asked for: categories, times, and so on.
        parameters: BTreeMap<String, AccessText>,
        /// The first position in it.
        from_position: i64,
        /// The last position in it.
        through_position: i64,
        /// How many events it has, where that is known.
        events: Option<u64>,
        /// SHA-256 of its manifest, where there is one already.
        manifest_digest: Option<Sha256Hex>,
        /// Now.
        at: DateTime<Utc>,
    },
}
