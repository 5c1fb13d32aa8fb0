//! Orders whose time to be paid is over.

use comptoir_domain::order::{OrderCommand, OrderError, OrderEvent};
use comptoir_domain::values::OrderId;

use super::sweep::{Sweep, SweepReport};
use crate::context::by_worker;
use crate::engine::Engine;
use crate::error::UseCaseError;

impl Engine {
    /// Expires them, which gives back what they had reserved, and then closes their payments.
    pub(super) async fn sweep_expired(&self) -> Result<SweepReport, UseCaseError> {
        let due = self.orders_past_their_time(self.now()).await?;
        Ok(self
            .for_each_order(due, |engine, order_id| async move {
                engine.expire_order(order_id).await
            })
            .await)
    }

    async fn expire_order(&self, order_id: OrderId) -> Result<(), UseCaseError> {
        let metadata = by_worker(Sweep::Expiry.name());
        let command = OrderCommand::Expire { at: self.now() };
        let change = match self
            .change_order(order_id, command, &metadata, |append| append)
            .await
        {
            Ok(change) => change,
            // The list was a moment old: it was paid, cancelled or given to the bank since.
            Err(UseCaseError::Order(
                OrderError::AlreadyPaid
                | OrderError::AlreadyCancelled
                | OrderError::PaymentProcessing
                | OrderError::NotYetExpired { .. },
            )) => return Ok(()),
            Err(error) => return Err(error),
        };
        let expired = change
            .events
            .iter()
            .any(|event| matches!(event, OrderEvent::Expired(_)));
        if let Some(facts) = change.order.state.facts().filter(|_| expired) {
            self.close_payment(facts.payment_id, "order_expired").await;
        }
        Ok(())
    }
}
