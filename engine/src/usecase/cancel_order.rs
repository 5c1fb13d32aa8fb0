//! A buyer or an admin calls an order off.

use std::sync::Arc;

use comptoir_domain::order::{CancelReason, Order, OrderCommand, OrderEvent};
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
    /// Calls an order off before it is paid, gives back what it had reserved, and then asks the payment provider to close the
    /// payment. Should money come all the same, it revives the order or goes back.
    #[tracing::instrument(name = "engine.order.cancel", skip_all, fields(%order_id))]
    pub async fn cancel_order(
        &self,
        request: &RequestContext,
        order_id: OrderId,
        reason: CancelReason,
    ) -> Result<Answered<Arc<Loaded<Order>>>, UseCaseError> {
        let cancelled = self
            .once(
                request,
                "cancel_order",
                self.append_cancelled(request, order_id, reason),
            )
            .await?;
        let order = self
            .orders
            .get(cancelled.answer.order_id.as_uuid(), Freshness::Fresh)
            .await?;
        Ok(Answered {
            answer: order,
            position: cancelled.position,
            occasion: cancelled.occasion,
        })
    }

    async fn append_cancelled(
        &self,
        request: &RequestContext,
        order_id: OrderId,
        reason: CancelReason,
    ) -> Result<Answered<Recorded>, UseCaseError> {
        let command = OrderCommand::Cancel {
            actor: request.actor.clone(),
            reason,
            at: self.now(),
        };
        let answer = Recorded { order_id };
        let recorded =
            serde_json::to_string(&answer).map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
        let change = self
            .change_order(order_id, command, &request.metadata(), |append| {
                match request.recording("cancel_order", recorded.clone()) {
                    Some(idempotency) => append.idempotent(idempotency),
                    None => append,
                }
            })
            .await?;
        if change
            .events
            .iter()
            .any(|event| matches!(event, OrderEvent::Cancelled(_)))
        {
            self.close_payment_in_background(&change.order, "order_cancelled");
        }
        Ok(change.answered(answer))
    }
}
