//! What a row of `orders` holds about the time after the payment.

use chrono::{DateTime, Utc};
use comptoir_domain::order::{
    DeclaredWithdrawal, DeliveryAccess, DisputeWord, WithdrawalConfirmed, WithdrawalFacts,
};
use serde::{Deserialize, Serialize};

/// Disputes, deliveries and withdrawals of an order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AfterSale {
    /// The disputes of its payment, the first one first.
    pub disputes: Vec<DisputeRow>,
    /// The lines whose delivery has begun, the first one first.
    pub deliveries: Vec<DeliveryRow>,
    /// What was declared and waits for its confirmation.
    pub declared: Option<DeclaredRow>,
    /// The withdrawals that were confirmed, the first one first.
    pub withdrawals: Vec<WithdrawalConfirmed>,
}

/// A dispute of an order's payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeRow {
    /// The newest word about it.
    #[serde(flatten)]
    pub word: DisputeWord,
    /// When we first heard of it.
    pub opened_at: DateTime<Utc>,
}

/// A line whose delivery has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// The line, counted from 0.
    pub line: u32,
    /// How the buyer got at it.
    pub access: DeliveryAccess,
    /// When, for the first time.
    pub at: DateTime<Utc>,
}

/// A withdrawal that waits for its confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredRow {
    /// The lines it is about.
    pub lines: Vec<u32>,
    /// When it was declared.
    pub at: DateTime<Utc>,
}

impl AfterSale {
    /// Whether there is anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What the rules of withdrawal need to know.
    pub fn withdrawal_facts(&self) -> WithdrawalFacts {
        WithdrawalFacts {
            deliveries: self
                .deliveries
                .iter()
                .map(|delivery| (delivery.line, (delivery.access, delivery.at)))
                .collect(),
            declared: self.declared.as_ref().map(|declared| DeclaredWithdrawal {
                lines: declared.lines.clone(),
                at: declared.at,
            }),
            confirmed: self.withdrawals.clone(),
        }
    }
}
