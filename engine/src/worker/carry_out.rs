//! One instruction of a policy, carried out.

use comptoir_domain::order::{OrderCommand, OrderError, OrderFacts};
use comptoir_domain::policy::{Instruction, Notice};
use comptoir_domain::refund::RefundCommand;
use comptoir_domain::values::OrderId;
use comptoir_ledger::Metadata;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::payment::open;

impl Engine {
    /// Carries out what follows from one event. What may pass by itself is an error, and comes again; what will not is
    /// reported and left, so that one order never holds up all the others.
    pub(super) async fn carry_out_all(
        &self,
        instructions: Vec<Instruction>,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        let (mut grants, mut others) = (Vec::new(), Vec::new());
        for instruction in instructions {
            if let Instruction::IssueLicence(grant) = instruction {
                grants.push(*grant);
            } else {
                others.push(instruction);
            }
        }
        // What concerns licences comes after they are issued.
        self.issue_licences(grants, metadata).await?;
        for instruction in others {
            self.carry_out(instruction, metadata).await?;
        }
        Ok(())
    }

    async fn carry_out(&self, instruction: Instruction, metadata: &Metadata) -> Result<(), UseCaseError> {
        let at = self.now();
        match instruction {
            Instruction::CallCreatePayment { order_id, .. } => {
                self.create_missing_payment(order_id, metadata).await
            }
            Instruction::IssueLicence(grant) => self.issue_licences(vec![*grant], metadata).await,
            Instruction::AlignLicences { order_id } => self.align_licences(order_id, metadata).await,
            Instruction::ApplyDisputeReport { order_id, report } => {
                let command = OrderCommand::RecordDispute { report, at };
                self.change_order_or_report(order_id, command, metadata).await
            }
            Instruction::SubmitRefundInTurn { order_id } => {
                self.submit_refund_in_turn(order_id, metadata).await
            }
            Instruction::ApplyPaymentReport { order_id, report } => {
                self.apply_payment_report(order_id, report, metadata).await
            }
            Instruction::ApplyRefundReport { refund_id, report } => {
                self.apply_refund_report(refund_id, report, metadata).await
            }
            Instruction::RequestRefund {
                refund_id,
                order_id,
                payment_id,
                amount,
                reason,
            } => {
                let command = RefundCommand::Request {
                    refund_id,
                    order_id,
                    payment_id,
                    amount,
                    reason,
                    at,
                };
                let outcome = self.change_refund(refund_id, command, metadata).await?;
                outcome.or_report(metadata);
                Ok(())
            }
            Instruction::SubmitRefund { refund_id, .. } => {
                self.submit_refund_or_leave(refund_id, metadata).await
            }
            Instruction::SettleOrderRefund {
                order_id,
                refund_id,
                provider_updated,
                source,
            } => {
                let command = OrderCommand::SettleRefund {
                    refund_id,
                    provider_updated,
                    source,
                    at,
                };
                self.change_order_or_report(order_id, command, metadata).await
            }
            Instruction::FlagOrderRefund {
                order_id,
                refund_id,
                reported,
                provider_updated,
                source,
            } => {
                let command = OrderCommand::FlagRefund {
                    refund_id,
                    reported,
                    provider_updated,
                    source,
                    at,
                };
                self.change_order_or_report(order_id, command, metadata).await
            }
            Instruction::DeclineOrderRefund {
                order_id,
                refund_id,
                code,
                provider_updated,
            } => {
                let command = OrderCommand::DeclineRefund {
                    refund_id,
                    code,
                    provider_updated,
                    at,
                };
                self.change_order_or_report(order_id, command, metadata).await
            }
            Instruction::AlignReviews { order_id } => self.align_reviews(order_id, metadata).await,
            Instruction::DestroyKey { person_id } => {
                self.vault.destroy(person_id.into()).await?;
                Ok(())
            }
            Instruction::Report(notice) => {
                report(&notice);
                Ok(())
            }
        }
    }

    /// An order's refunds go to the provider one at a time.
    async fn submit_refund_in_turn(
        &self,
        order_id: OrderId,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
        match order.state.facts().and_then(OrderFacts::refund_in_turn) {
            Some(refund_id) => self.submit_refund_or_leave(refund_id, metadata).await,
            None => Ok(()),
        }
    }

    /// Creates the payment of an order that is still open.
    pub(super) async fn create_missing_payment(
        &self,
        order_id: OrderId,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
        let Some(facts) = open(&order.state).cloned() else {
            return Ok(());
        };
        self.find_or_create_payment(order, &facts, metadata)
            .await
            .map(drop)
    }

    /// For commands that an order has no reason to refuse.
    pub(super) async fn change_order_or_report(
        &self,
        order_id: OrderId,
        command: OrderCommand,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        match self
            .change_order(order_id, command, metadata, |append| append)
            .await
        {
            Ok(_) => Ok(()),
            Err(UseCaseError::Order(OrderError::NotFound)) => {
                tracing::warn!(%order_id, "the payment provider reports a payment of an order that does not exist");
                Ok(())
            }
            Err(error) if error.is_passing() => Err(error),
            Err(error) => {
                tracing::error!(%order_id, %error, cause = ?metadata.causation_id, "an order refuses what has happened");
                Ok(())
            }
        }
    }
}

/// Tells the operators, by the log. What they must act on is an error; what they may look into, a warning.
fn report(notice: &Notice) {
    match notice {
        Notice::UnknownPayment { payment_id } => {
            tracing::warn!(%payment_id, "a webhook names a payment that is not ours");
        }
        Notice::UnknownRefund { refund_id } => {
            tracing::warn!(%refund_id, "a webhook names a refund that is not ours");
        }
        Notice::UnreadableNews { about, field } => {
            tracing::error!(%about, field, "the payment provider's news lack a fact that is needed");
        }
        Notice::Disputed { order_id, dispute_id } => {
            tracing::error!(%order_id, %dispute_id, "a payment is disputed; it is answered at the payment provider");
        }
        Notice::OrderNeedsReview { order_id, status } => {
            let status = status.map(comptoir_domain::order::OrderStatus::as_str);
            tracing::error!(%order_id, status, "the payment of an order needs a review");
        }
        Notice::RefundNeedsReview { refund_id } => {
            tracing::error!(%refund_id, "a refund needs a review");
        }
        Notice::RefundFailed { refund_id } => {
            tracing::error!(%refund_id, "a refund failed: the money is still here");
        }
    }
}
