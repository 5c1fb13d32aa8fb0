//! Disputes: what a buyer's bank wants back, as the payment provider reports it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::DisputeWord;
use super::report::{ReportSource, wire_statuses};
use crate::values::{Money, PaymentId, ProviderCode};

/// A statement of the provider about a dispute, from a signed webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeReport {
    /// The provider's id of it.
    pub provider_dispute_id: ProviderCode,
    /// The payment that is disputed.
    pub payment_id: PaymentId,
    /// What the bank wants, in the bank's currency.
    pub amount: Money,
    /// How far the procedure is.
    pub stage: DisputeStage,
    /// Where it stands there.
    pub status: DisputeStatus,
    /// The bank's reason.
    pub reason: Option<ProviderCode>,
    /// Until when it can be challenged.
    pub respond_by: Option<DateTime<Utc>>,
    /// When the provider changed it; if it does not say, when it told us.
    pub updated: DateTime<Utc>,
    /// How we learnt of it.
    pub source: ReportSource,
}

wire_statuses! {
    /// How far the procedure is, in its order: Hyperswitch's `DisputeStage` (release 2026.06.25.0).
    pub enum DisputeStage {
        /// The bank asks, before it takes anything.
        PreDispute = "pre_dispute",
        /// The bank wants the money back.
        Dispute = "dispute",
        /// One side does not accept how it ended.
        PreArbitration = "pre_arbitration",
        /// The card scheme decides.
        Arbitration = "arbitration",
        /// What was decided is taken back.
        Reversal = "dispute_reversal",
    }
}

wire_statuses! {
    /// Where a dispute stands: Hyperswitch's `DisputeStatus` (release 2026.06.25.0).
    pub enum DisputeStatus {
        /// It waits for an answer.
        Opened = "dispute_opened",
        /// Evidence was handed in.
        Challenged = "dispute_challenged",
        /// The bank's time ran out.
        Expired = "dispute_expired",
        /// The bank or the buyer gave it up.
        Cancelled = "dispute_cancelled",
        /// It was decided for the seller.
        Won = "dispute_won",
        /// It was accepted without a fight: the money is gone.
        Accepted = "dispute_accepted",
        /// It was decided for the buyer: the money is gone.
        Lost = "dispute_lost",
    }
}

/// What the end of a dispute means for the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeOutcome {
    /// It stays: won, cancelled or expired.
    Won,
    /// It is gone: lost or accepted.
    Lost,
}

/// Where a dispute stands, as far as the order is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeStanding {
    /// Open: licences are suspended, and nothing is refunded.
    Open,
    /// Ended.
    Closed(DisputeOutcome),
}

impl DisputeStatus {
    /// What the status means for the order.
    pub const fn standing(self) -> DisputeStanding {
        match self {
            Self::Opened | Self::Challenged => DisputeStanding::Open,
            Self::Expired | Self::Cancelled | Self::Won => DisputeStanding::Closed(DisputeOutcome::Won),
            Self::Accepted | Self::Lost => DisputeStanding::Closed(DisputeOutcome::Lost),
        }
    }

    const fn progress(self) -> Progress {
        match self {
            Self::Opened => Progress::Opened,
            Self::Challenged => Progress::Challenged,
            Self::Expired | Self::Cancelled | Self::Won | Self::Accepted | Self::Lost => Progress::Ended,
        }
    }
}

impl DisputeStanding {
    /// The name, as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed(DisputeOutcome::Won) => "won",
            Self::Closed(DisputeOutcome::Lost) => "lost",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    Opened,
    Challenged,
    Ended,
}

/// How far along a word about a dispute is. The provider keeps no time of change for disputes, so the procedure itself is
/// the clock: the later stage wins, in the same stage the further status, and only between two ends the time. So a
/// dispute ends up the same in whatever order, and however often, the words arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DisputeStamp {
    stage: DisputeStage,
    progress: Progress,
    updated: DateTime<Utc>,
    status: DisputeStatus,
}

impl DisputeStamp {
    /// How far along a word is.
    pub const fn of(word: &DisputeWord) -> Self {
        Self {
            stage: word.stage,
            progress: word.status.progress(),
            updated: word.provider_updated,
            status: word.status,
        }
    }
}

/// A dispute of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDispute {
    /// The newest word about it.
    pub word: DisputeWord,
    /// When we first heard of it.
    pub opened_at: DateTime<Utc>,
}

impl OrderDispute {
    /// Where it stands.
    pub const fn standing(&self) -> DisputeStanding {
        self.word.status.standing()
    }
}
