//! Refunds at the provider: asked for once, found again, and never settled by the answer to our own call.

use comptoir_domain::refund::{RefundCommand, RefundFacts, RefundStatus, RefundSubmission};
use comptoir_domain::values::RefundId;
use comptoir_ledger::Metadata;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::gateway::hyperswitch::{CreateRefund, HyperswitchError, Refund, RefusalKind};

/// The one reason that every processor takes.
const REASON: &str = "requested_by_customer";

impl Engine {
    /// Asks the provider for a refund. If it does not do it, the sweep asks again: the event is not held back for it.
    pub(super) async fn submit_refund_or_leave(
        &self,
        refund_id: RefundId,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        match self.submit_refund(refund_id, metadata).await {
            Err(UseCaseError::Provider(error)) if error.is_passing() => {
                tracing::warn!(%refund_id, %error, "the refund is left to the sweep");
                Ok(())
            }
            Err(UseCaseError::Provider(error)) => {
                tracing::error!(%refund_id, %error, "the payment provider refuses a refund; the sweep asks again");
                Ok(())
            }
            submitted => submitted,
        }
    }

    /// Makes sure that a requested refund exists at the provider, and notes it once.
    pub(super) async fn submit_refund(
        &self,
        refund_id: RefundId,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        let refund = self.refunds.get(refund_id.as_uuid(), Freshness::Fresh).await?;
        let Some(facts) = refund.state.facts() else {
            return Ok(());
        };
        match facts.submission {
            RefundSubmission::Submitted => return Ok(()),
            RefundSubmission::NotYet => {}
        }
        let answered = self
            .create_or_find_refund(facts)
            .await
            .map_err(UseCaseError::Provider)?;
        let command = RefundCommand::RecordSubmitted {
            // It confirms nothing; a status that this release does not know is noted as one that a human looks at.
            provider_status: answered.status.as_str().parse().unwrap_or(RefundStatus::Review),
            at: self.now(),
        };
        self.change_refund(refund_id, command, metadata)
            .await?
            .or_report(metadata);
        Ok(())
    }

    /// A time-out leads to a `GET`, and so does a refusal that our own first call may be the cause of: the id is taken, or all
    /// the money is on its way back already.
    async fn create_or_find_refund(&self, facts: &RefundFacts) -> Result<Refund, HyperswitchError> {
        let refund_id = facts.refund_id.to_string();
        let create = CreateRefund {
            refund_id: refund_id.clone(),
            payment_id: facts.payment_id.to_string(),
            amount: facts.amount.amount,
            reason: REASON,
        };
        let failed = match self.hyperswitch.create_refund(&create).await {
            Ok(created) => return Ok(created),
            Err(failed) => failed,
        };
        let may_exist = match &failed {
            HyperswitchError::OutcomeUnknown(_) => true,
            HyperswitchError::Unreachable(_) => false,
            HyperswitchError::Refused(refusal) => {
                matches!(
                    refusal.kind,
                    RefusalKind::AlreadyExists | RefusalKind::RefundTooLarge
                )
            }
        };
        if !may_exist {
            return Err(failed);
        }
        match self.hyperswitch.retrieve_refund(&refund_id).await {
            Err(error) if error.refusal() == Some(RefusalKind::NotFound) => Err(failed),
            found => found,
        }
    }
}
