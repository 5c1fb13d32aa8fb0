//! Refunds at the provider: asked for once, found again, and never settled by the answer to our own call.

use comptoir_domain::order::DisputeSummary;
use comptoir_domain::refund::{RefundCommand, RefundFacts, RefundStatus, RefundSubmission};
use comptoir_domain::values::{ProviderCode, RefundId};
use comptoir_ledger::Metadata;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::gateway::hyperswitch::{CreateRefund, HyperswitchError, Refund, Refusal, RefusalKind};

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
        if !self.is_its_turn(facts).await? {
            return Ok(());
        }
        let command = match self.create_or_find_refund(facts).await {
            Ok(answered) => RefundCommand::RecordSubmitted {
                // It confirms nothing; a status that this release does not know is noted as one that a human looks at.
                provider_status: answered.status.as_str().parse().unwrap_or(RefundStatus::Review),
                at: self.now(),
            },
            Err(Unsubmitted::Refused(refusal)) => {
                tracing::error!(%refund_id, code = refusal.code, "the payment provider refuses a refund and has none");
                RefundCommand::RecordRefused {
                    code: ProviderCode::from_provider(&refusal.code),
                    at: self.now(),
                }
            }
            Err(Unsubmitted::Open(error)) => return Err(UseCaseError::Provider(error)),
        };
        self.change_refund(refund_id, command, metadata)
            .await?
            .or_report(metadata);
        Ok(())
    }

    /// The provider takes two refunds of a payment at once without counting them together, so they go one after the other;
    /// and none while the payment is disputed.
    async fn is_its_turn(&self, refund: &RefundFacts) -> Result<bool, UseCaseError> {
        let order = self
            .orders
            .get(refund.order_id.as_uuid(), Freshness::Fresh)
            .await?;
        Ok(order.state.facts().is_some_and(|order| {
            order.refund_in_turn() == Some(refund.refund_id)
                && order.dispute_summary() != DisputeSummary::Open
        }))
    }

    /// A time-out leads to a `GET`, and so does a refusal: our own first call may be the cause of it, the id being taken or
    /// all the money on its way back already. Only what the provider refuses and then says not to have is refused.
    async fn create_or_find_refund(&self, facts: &RefundFacts) -> Result<Refund, Unsubmitted> {
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
        match &failed {
            HyperswitchError::Unreachable(_) => return Err(Unsubmitted::Open(failed)),
            HyperswitchError::OutcomeUnknown(_) | HyperswitchError::Refused(_) => {}
        }
        match self.hyperswitch.retrieve_refund(&refund_id).await {
            Ok(found) => Ok(found),
            Err(error) if error.refusal() == Some(RefusalKind::NotFound) => Err(match failed {
                HyperswitchError::Refused(refusal) if is_final(refusal.kind) => Unsubmitted::Refused(refusal),
                open @ (HyperswitchError::Refused(_)
                | HyperswitchError::OutcomeUnknown(_)
                | HyperswitchError::Unreachable(_)) => Unsubmitted::Open(open),
            }),
            Err(error) => Err(Unsubmitted::Open(error)),
        }
    }
}

/// Why a refund is not with the provider.
enum Unsubmitted {
    /// It was refused for good.
    Refused(Refusal),
    /// Nobody knows, or it may be taken later.
    Open(HyperswitchError),
}

/// Whether the same refund will never be taken: it is too large, too late, too many, or of a payment in the wrong state.
const fn is_final(kind: RefusalKind) -> bool {
    match kind {
        RefusalKind::RefundTooLarge
        | RefusalKind::TooManyRefunds
        | RefusalKind::WrongState
        | RefusalKind::InvalidRequest => true,
        RefusalKind::AlreadyExists
        | RefusalKind::NotFound
        | RefusalKind::Unauthorised
        | RefusalKind::Blocked
        | RefusalKind::Busy
        | RefusalKind::Connector
        | RefusalKind::NotOffered
        | RefusalKind::Other => false,
    }
}
