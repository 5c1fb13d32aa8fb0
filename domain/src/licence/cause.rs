//! Why a licence is not live: a set of causes. It is live as long as none of them stands, so that a refund, a dispute and a
//! withdrawal may come, and be undone, in any order.

use serde::{Deserialize, Serialize};

use crate::values::{DisputeId, LicenceId, RefundId};

/// Why a licence is not live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// The licence that it is an upgrade of, and whose price was counted towards its own, is not sound: something stands against
    /// that one, or another order has upgraded it.
    Base {
        /// The smaller licence.
        licence_id: LicenceId,
    },
    /// Somebody else has the exclusive right by now: it was free to be sold while a refund seemed to have succeeded.
    Resold,
}

impl LicenceCause {
    /// The name of its kind, as events and the API have it.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Refund { .. } => "refund",
            Self::Dispute { .. } => "dispute",
            Self::Withdrawal => "withdrawal",
            Self::Base { .. } => "base",
            Self::Resold => "resold",
        }
    }
}

/// What a cause does to a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bearing {
    /// It may not be used until it is known how something ends.
    Suspends,
    /// It has ended, unless the cause turns out not to stand.
    Revokes,
}
