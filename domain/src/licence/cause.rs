//! Why a licence is not live: a set of causes. It is live as long as none of them stands, so that a refund, a dispute and a
//! withdrawal may come, and be undone, in any order.

use serde::{Deserialize, Serialize};

use crate::values::{DisputeId, RefundId};

/// Why a licence is not live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LicenceCause {
    /// All that was paid for it has gone back.
    Refund {
        /// The refund that brought back the last of it.
        refund_id: RefundId,
    },
    /// The buyer's bank has, or wants, the money.
    Dispute {
        /// The dispute.
        dispute_id: DisputeId,
    },
    /// The buyer withdrew from the contract.
    Withdrawal,
}

/// What a cause does to a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bearing {
    /// It may not be used until it is known how something ends.
    Suspends,
    /// It has ended, unless the cause turns out not to stand.
    Revokes,
}
