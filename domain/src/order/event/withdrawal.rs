//! The right of withdrawal: what was delivered, declared and confirmed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::values::{Consent, Money, PersonId, RefundId};

/// The buyer got at what a line promises, for the first time: with the consent of the order, its right of withdrawal ends
/// (Directive 2011/83/EU, article 16 (m)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryBegan {
    /// The line, counted from 0.
    pub line: u32,
    /// How.
    pub access: DeliveryAccess,
    /// When.
    pub at: DateTime<Utc>,
}

/// How a buyer got at what they bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryAccess {
    /// A file was downloaded.
    Download,
    /// The licence was activated on a device.
    Activation,
    /// The buyer got a signed file of the licence, by which programs work offline.
    OfflineFile,
}

impl DeliveryAccess {
    /// The name, as events and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Activation => "activation",
            Self::OfflineFile => "offline_file",
        }
    }
}

/// The buyer declared to withdraw from the contract: the first of two steps (Directive 2011/83/EU, article 11a).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalDeclared {
    /// The lines it is about, counted from 0.
    pub lines: Vec<u32>,
    /// Who declared it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// The buyer confirmed the withdrawal: the second step, and the content of the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalConfirmed {
    /// Which withdrawal of the order it is, counted from 0.
    pub number: u32,
    /// The lines it ends, counted from 0.
    pub lines: Vec<u32>,
    /// The lines that were declared too, but whose delivery had begun.
    pub excluded: Vec<ExcludedLine>,
    /// What the buyer had agreed to, and when: why the excluded lines are.
    pub consent: Consent,
    /// What goes back.
    pub amount: Money,
    /// The refund that brings it back; none if there is nothing to bring.
    pub refund_id: Option<RefundId>,
    /// When it was declared.
    pub declared_at: DateTime<Utc>,
    /// Who confirmed it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// A line whose delivery had begun before the withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcludedLine {
    /// The line, counted from 0.
    pub line: u32,
    /// How the buyer got at it.
    pub access: DeliveryAccess,
    /// When, for the first time.
    pub delivery_began_at: DateTime<Utc>,
}
