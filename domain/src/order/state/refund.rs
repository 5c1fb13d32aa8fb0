//! The money of an order that goes or went back.

use chrono::{DateTime, Utc};

use super::OrderFacts;
use crate::order::balance::RefundedShare;
use crate::order::event::{OrderRefundOpened, RefundReason};
use crate::order::refunding::{RefundPart, spread};
use crate::values::{Money, MoneyError, RefundId};

/// Money that goes or went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRefund {
    /// Which refund of the order it is, counted from 0.
    pub number: usize,
    /// How much.
    pub amount: Money,
    /// What of it belongs to which line.
    pub parts: Vec<RefundPart>,
    /// Why.
    pub reason: RefundReason,
    /// How far it is.
    pub standing: RefundStanding,
    /// The newest word of the provider about it.
    pub provider_updated: Option<DateTime<Utc>>,
}

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStanding {
    /// Asked for.
    Open,
    /// Arrived.
    Settled,
    /// Failed: the money is still here.
    Declined,
}

impl OrderFacts {
    /// What has arrived and is still here: the most that another refund can be.
    pub fn refundable(&self) -> Result<Money, MoneyError> {
        let kept = self.balances().into_iter().map(|balance| balance.kept);
        Money::sum(self.total.currency, kept)
    }

    /// The refund whose turn it is at the provider, which takes one of a payment at a time: the one asked for first of
    /// those that have not ended.
    pub fn refund_in_turn(&self) -> Option<RefundId> {
        let open = self.refunds.iter().filter(|(_, refund)| match refund.standing {
            RefundStanding::Open => true,
            RefundStanding::Settled | RefundStanding::Declined => false,
        });
        open.min_by_key(|(_, refund)| refund.number)
            .map(|(refund_id, _)| *refund_id)
    }

    /// Whether all the money that arrived has gone back.
    pub fn is_fully_refunded(&self) -> bool {
        self.refunded_share() == RefundedShare::Full
    }

    pub(super) fn with_opened(mut self, opened: &OrderRefundOpened) -> Self {
        match opened.reason {
            RefundReason::LatePaymentUnavailable => {
                self.received = opened.amount;
                self.received_at = Some(opened.at);
            }
            RefundReason::PlatformDecision
            | RefundReason::Duplicate
            | RefundReason::Fraudulent
            | RefundReason::CustomerRequest
            | RefundReason::NotAsDescribed
            | RefundReason::ServiceDisruption
            | RefundReason::CourtOrAuthority
            | RefundReason::Other
            | RefundReason::Withdrawal => {}
        }
        let parts = if opened.parts.is_empty() {
            spread(opened.amount, &self.balances()).unwrap_or_default()
        } else {
            opened.parts.clone()
        };
        let refund = OrderRefund {
            number: self.refunds.len(),
            amount: opened.amount,
            parts,
            reason: opened.reason,
            standing: RefundStanding::Open,
            provider_updated: None,
        };
        self.refunds.insert(opened.refund_id, refund);
        self
    }

    pub(super) fn with_refund(mut self, refund_id: RefundId, change: impl FnOnce(&mut OrderRefund)) -> Self {
        if let Some(refund) = self.refunds.get_mut(&refund_id) {
            change(refund);
        }
        self
    }
}
