//! Which orders are due, as the order read model says. It may be a moment behind: whoever takes an order up looks at its
//! stream first.

use chrono::{DateTime, Utc};
use comptoir_domain::values::OrderId;
use comptoir_projections::orders::query::{
    NonTerminalPayments, awaiting_payment_initiation, due_for_expiry, non_terminal_payments,
};

use super::sweep::ago;
use crate::engine::Engine;
use crate::error::UseCaseError;

impl Engine {
    /// Open orders placed until `placed_until` whose payment is not known to exist.
    pub(super) async fn orders_without_payment(
        &self,
        placed_until: DateTime<Utc>,
    ) -> Result<Vec<OrderId>, UseCaseError> {
        let limit = self.config.workers.sweep_orders_max;
        Ok(awaiting_payment_initiation(self.ledger.pool(), placed_until, limit).await?)
    }

    /// Open orders that could be paid until `now`.
    pub(super) async fn orders_past_their_time(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Vec<OrderId>, UseCaseError> {
        Ok(due_for_expiry(self.ledger.pool(), now, self.config.workers.sweep_orders_max).await?)
    }

    /// A stretch of the orders whose payment exists and may still succeed: open ones, and for a while closed ones. The next
    /// call goes on behind it, so that no order waits for ever behind others.
    pub(super) async fn orders_unsettled(&self, now: DateTime<Utc>) -> Result<Vec<OrderId>, UseCaseError> {
        let config = &self.config.workers;
        let mut reached = self.reconciled_to.lock().await;
        let wanted = NonTerminalPayments {
            updated_before: ago(now, config.reconcile_payment_after),
            closed_after: ago(now, config.reconcile_closed_until),
            starting_after: *reached,
            limit: config.sweep_orders_max,
        };
        let stretch = non_terminal_payments(self.ledger.pool(), &wanted).await?;
        let is_full = u32::try_from(stretch.len()).is_ok_and(|rows| rows >= config.sweep_orders_max);
        *reached = stretch.last().filter(|_| is_full).map(|payment| payment.order_id);
        Ok(stretch.into_iter().map(|payment| payment.order_id).collect())
    }
}
