//! Books that are kept beside an order, to compare it with.

use std::collections::BTreeMap;

use super::super::*;
use crate::values::{DisputeId, RefundId};

/// The money, reckoned from the events alone and otherwise than the order does.
#[derive(Debug, Default)]
pub(super) struct Books {
    pub(super) received: i64,
    pub(super) parts: BTreeMap<RefundId, Vec<RefundPart>>,
    pub(super) settled: BTreeMap<RefundId, bool>,
    pub(super) ever_declined: bool,
    pub(super) lost: BTreeMap<DisputeId, Option<i64>>,
    pub(super) withdrawn: Vec<u32>,
}

impl Books {
    pub(super) fn write(&mut self, event: &OrderEvent) {
        match event {
            OrderEvent::Paid(paid) => self.received = paid.amount.amount,
            OrderEvent::RefundOpened(opened) => {
                if opened.reason == RefundReason::LatePaymentUnavailable {
                    self.received = opened.amount.amount;
                }
                self.parts.insert(opened.refund_id, opened.parts.clone());
            }
            OrderEvent::RefundSettled(settled) => drop(self.settled.insert(settled.refund_id, true)),
            OrderEvent::RefundDeclined(declined) => {
                self.ever_declined = true;
                self.settled.insert(declined.refund_id, false);
            }
            OrderEvent::Disputed(disputed) => drop(self.lost.insert(disputed.word.dispute_id, None)),
            OrderEvent::DisputeChanged(changed) => drop(self.lost.insert(changed.word.dispute_id, None)),
            OrderEvent::DisputeClosed(closed) => {
                let taken = match closed.outcome {
                    DisputeOutcome::Won => 0,
                    DisputeOutcome::Lost => closed.word.amount.amount,
                };
                self.lost.insert(closed.word.dispute_id, Some(taken));
            }
            OrderEvent::WithdrawalConfirmed(confirmed) => self.withdrawn.extend(&confirmed.lines),
            OrderEvent::Placed(_)
            | OrderEvent::PaymentInitiated(_)
            | OrderEvent::PaymentAwaiting(_)
            | OrderEvent::PaymentProcessing(_)
            | OrderEvent::PaymentFailed(_)
            | OrderEvent::Cancelled(_)
            | OrderEvent::Expired(_)
            | OrderEvent::FlaggedForReview(_)
            | OrderEvent::DeliveryBegan(_)
            | OrderEvent::WithdrawalDeclared(_) => {}
        }
    }

    /// What has gone back of a line, or may.
    pub(super) fn back(&self, line: Option<u32>, wanted: Option<bool>) -> i64 {
        let of_refund = |(id, parts): (&RefundId, &Vec<RefundPart>)| {
            let counts = match (self.settled.get(id), wanted) {
                (Some(false), _) | (None, Some(true)) | (Some(true), Some(false)) => false,
                (None, None | Some(false)) | (Some(true), None | Some(true)) => true,
            };
            let parts = parts
                .iter()
                .filter(|part| counts && line.is_none_or(|line| line == part.line));
            parts.map(|part| part.amount.amount).sum::<i64>()
        };
        self.parts.iter().map(of_refund).sum()
    }

    /// The tax that has gone back of a line, or may, and the discount that was undone with it.
    pub(super) fn undone(&self, line: u32) -> (i64, i64) {
        let stands = |(id, _): &(&RefundId, &Vec<RefundPart>)| self.settled.get(id) != Some(&false);
        let parts = self.parts.iter().filter(stands).flat_map(|(_, parts)| parts);
        let of_line = parts.filter(|part| part.line == line);
        of_line.fold((0, 0), |(tax, discount), part| {
            (tax + part.tax_amount.amount, discount + part.discount.amount)
        })
    }

    pub(super) fn lost(&self) -> i64 {
        let wanted: i64 = self.lost.values().flatten().sum();
        wanted.min(self.received - self.back(None, None)).max(0)
    }

    /// Refunds that failed and then succeeded after all can bring back more than was paid: only the provider can do that.
    pub(super) fn is_overdrawn(&self, totals: &[i64]) -> bool {
        let over = |(line, total): (u32, &i64)| self.back(Some(line), None) > *total;
        (0..).zip(totals).any(over)
    }
}
