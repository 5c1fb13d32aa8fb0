//! A buyer withdraws from the contract, in two steps.

use std::collections::BTreeSet;
use std::sync::Arc;

use comptoir_domain::order::{Order, OrderCommand};
use comptoir_domain::values::OrderId;
use comptoir_ledger::Loaded;
use serde::{Deserialize, Serialize};

use crate::aggregates::Freshness;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// What is recorded for a repeat of the request.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Recorded {
    order_id: OrderId,
}

impl Engine {
    /// Declares the withdrawal from some lines of an order, or from all of them. Nothing ends by it yet.
    #[tracing::instrument(name = "engine.order.declare_withdrawal", skip_all, fields(%order_id))]
    pub async fn declare_withdrawal(
        &self,
        request: &RequestContext,
        order_id: OrderId,
        lines: Option<BTreeSet<u32>>,
    ) -> Result<Answered<Arc<Loaded<Order>>>, UseCaseError> {
        let command = OrderCommand::DeclareWithdrawal {
            actor: request.actor.clone(),
            lines,
            at: self.now(),
        };
        self.withdraw(request, "declare_withdrawal", order_id, command)
            .await
    }

    /// Confirms what was declared: the lines end, and their money goes back by itself.
    #[tracing::instrument(name = "engine.order.confirm_withdrawal", skip_all, fields(%order_id))]
    pub async fn confirm_withdrawal(
        &self,
        request: &RequestContext,
        order_id: OrderId,
    ) -> Result<Answered<Arc<Loaded<Order>>>, UseCaseError> {
        let command = OrderCommand::ConfirmWithdrawal {
            actor: request.actor.clone(),
            at: self.now(),
        };
        self.withdraw(request, "confirm_withdrawal", order_id, command)
            .await
    }

    async fn withdraw(
        &self,
        request: &RequestContext,
        operation: &'static str,
        order_id: OrderId,
        command: OrderCommand,
    ) -> Result<Answered<Arc<Loaded<Order>>>, UseCaseError> {
        let first = async {
            let answer = Recorded { order_id };
            let recorded = serde_json::to_string(&answer)
                .map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
            let change = self
                .change_order(order_id, command, &request.metadata(), |append| {
                    match request.recording(operation, recorded.clone()) {
                        Some(idempotency) => append.idempotent(idempotency),
                        None => append,
                    }
                })
                .await?;
            Ok(change.answered(answer))
        };
        let withdrawn = self.once(request, operation, first).await?;
        let order_id = withdrawn.answer.order_id;
        Ok(Answered {
            answer: self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?,
            position: withdrawn.position,
            occasion: withdrawn.occasion,
        })
    }
}
