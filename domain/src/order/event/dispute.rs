//! A buyer's bank wants the money back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::order::dispute::{DisputeOutcome, DisputeStage, DisputeStamp, DisputeStatus};
use crate::order::report::ReportSource;
use crate::values::{DisputeId, Money, ProviderCode};

/// What the provider says of a dispute at one time: part of each event about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeWord {
    /// The dispute, derived from the order and the provider's id.
    pub dispute_id: DisputeId,
    /// The provider's id.
    pub provider_dispute_id: ProviderCode,
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
    /// When the provider changed it, or told us.
    pub provider_updated: DateTime<Utc>,
    /// How we learnt of it.
    pub source: ReportSource,
}

impl DisputeWord {
    /// Whether a word that we asked for repeats what this one says; its time is then that of our question, and no news.
    pub(crate) fn says_all_of(&self, read: &Self) -> bool {
        let said = |word: &Self| {
            (
                word.stage,
                word.status,
                word.amount,
                word.reason.clone(),
                word.respond_by,
            )
        };
        read.source == ReportSource::Reconciler && said(self) == said(read)
    }

    /// Whether this word is further along than another one about the same dispute.
    pub(crate) fn is_further_than(&self, known: &Self) -> bool {
        DisputeStamp::of(self) > DisputeStamp::of(known)
    }
}

/// The buyer's bank wants money back: the first we hear of a dispute, whatever its stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDisputed {
    /// What the provider says.
    #[serde(flatten)]
    pub word: DisputeWord,
    /// When we learnt of it.
    pub at: DateTime<Utc>,
}

/// A dispute goes on: challenged, at another stage, over another amount, or open again after it had ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDisputeChanged {
    /// What the provider says.
    #[serde(flatten)]
    pub word: DisputeWord,
    /// When we learnt of it.
    pub at: DateTime<Utc>,
}

/// A dispute has ended at its stage; a later stage may open it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDisputeClosed {
    /// What the provider says.
    #[serde(flatten)]
    pub word: DisputeWord,
    /// What that means for the money.
    pub outcome: DisputeOutcome,
    /// When we learnt of it.
    pub at: DateTime<Utc>,
}
