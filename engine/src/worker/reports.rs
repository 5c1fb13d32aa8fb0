//! What the payment provider says, applied: the same way whether a webhook brought it or the reconciler asked.

use std::sync::Arc;

use comptoir_domain::order::{OrderCommand, PaymentReport};
use comptoir_domain::refund::{Refund, RefundCommand, RefundError, RefundReport};
use comptoir_domain::values::{OrderId, RefundId};
use comptoir_ledger::{Append, Loaded, Metadata};

use crate::aggregates::Attempts;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// The refund afterwards, or why it refuses.
pub(super) struct RefundChange(pub(super) Result<Arc<Loaded<Refund>>, RefundError>);

impl RefundChange {
    /// Tells the operators of a refusal that has no reason to be.
    pub(super) fn or_report(self, metadata: &Metadata) {
        if let Err(error) = self.0 {
            tracing::error!(%error, cause = ?metadata.causation_id, "a refund refuses what has happened");
        }
    }
}

impl Engine {
    pub(super) async fn apply_payment_report(
        &self,
        order_id: OrderId,
        report: PaymentReport,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        // Which of the two it is, is found out where it counts: when the order is closed.
        let availability = comptoir_domain::order::Availability::Gone;
        let command = OrderCommand::RecordPaymentStatus {
            report,
            availability,
            at: self.now(),
        };
        self.change_order_or_report(order_id, command, metadata).await
    }

    pub(super) async fn apply_refund_report(
        &self,
        refund_id: RefundId,
        report: RefundReport,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        let command = RefundCommand::RecordStatus {
            report,
            at: self.now(),
        };
        match self.change_refund(refund_id, command, metadata).await?.0 {
            Err(RefundError::NotFound) => {
                tracing::warn!(%refund_id, "the payment provider reports a refund that was never requested here");
            }
            change => RefundChange(change).or_report(metadata),
        }
        Ok(())
    }

    /// Carries out a command to a refund.
    pub(super) async fn change_refund(
        &self,
        refund_id: RefundId,
        command: RefundCommand,
        metadata: &Metadata,
    ) -> Result<RefundChange, UseCaseError> {
        let mut attempts = Attempts::new();
        loop {
            let refund = self
                .refunds
                .get(refund_id.as_uuid(), attempts.freshness())
                .await?;
            let events = match refund.decide(command.clone()) {
                Ok(events) if !events.is_empty() => events,
                _ if attempts.confirm() => continue,
                Ok(_) => return Ok(RefundChange(Ok(refund))),
                Err(refused) => return Ok(RefundChange(Err(refused))),
            };
            let append = Append::new(metadata).write(&refund, &events, self.ledger.ids());
            match self.ledger.append(append).await {
                Ok(_) => return Ok(RefundChange(Ok(self.refunds.remember_after(refund, &events)))),
                Err(failed) => {
                    self.retry_after(failed, &mut attempts, || self.refunds.forget(refund_id.as_uuid()))
                        .await?;
                }
            }
        }
    }
}
