//! Payments and refunds of which the provider has not said how they ended: it is asked, and what it says is applied like a
//! webhook. A webhook that comes after all finds nothing left to do.

use comptoir_domain::order::{OrderFacts, OrderState};
use comptoir_domain::policy::{on_payment_read, on_refund_read};
use comptoir_domain::refund::RefundSubmission;
use comptoir_domain::values::{OrderId, RefundId};

use super::sweep::{Sweep, SweepReport, ago};
use crate::aggregates::Freshness;
use crate::context::by_worker;
use crate::engine::Engine;
use crate::error::UseCaseError;

impl Engine {
    /// Asks about payments first, then about refunds.
    pub(super) async fn sweep_unsettled(&self) -> Result<SweepReport, UseCaseError> {
        let now = self.now();
        let due = self.orders_unsettled(now).await?;
        let due = due
            .into_iter()
            .filter(|order_id| self.payment_reads.is_due(*order_id, now))
            .collect();
        let work = |engine: Self, order_id| async move { engine.try_payment_read(order_id).await };
        let mut report = self.for_each_order(due, work).await;
        let due = {
            let mut open_refunds = self.open_refunds.lock().await;
            open_refunds.catch_up(&self.ledger).await?;
            open_refunds.unchanged_since(ago(now, self.config.workers.reconcile_refund_after))
        };
        for refund_id in due
            .into_iter()
            .filter(|refund_id| self.refund_tries.is_due(*refund_id, now))
        {
            let result = self.reconcile_refund(refund_id).await;
            self.refund_tries.note(refund_id, now, &result);
            report.count(&result);
            if let Err(error) = result {
                tracing::warn!(%refund_id, %error, "a refund stays due");
            }
        }
        Ok(report)
    }

    /// Asks about one order's payment. As long as that does not settle the order, the pauses grow.
    async fn try_payment_read(&self, order_id: OrderId) -> Result<(), UseCaseError> {
        let read = self.reconcile_payment(order_id).await;
        let settled = match &read {
            Ok(Settled::Yes) => Ok(()),
            Ok(Settled::NotYet) | Err(_) => Err(()),
        };
        self.payment_reads.note(order_id, self.now(), &settled);
        read.map(drop)
    }

    async fn reconcile_payment(&self, order_id: OrderId) -> Result<Settled, UseCaseError> {
        let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
        let Some(payment_id) = unsettled(&order.state).map(|facts| facts.payment_id) else {
            return Ok(Settled::Yes);
        };
        self.read_and_apply(&payment_id.to_string()).await?;
        let order = self.orders.get(order_id.as_uuid(), Freshness::Remembered).await?;
        Ok(if unsettled(&order.state).is_some() {
            Settled::NotYet
        } else {
            Settled::Yes
        })
    }

    /// Reads a payment's status, the processor's word included, and applies it.
    pub(crate) async fn read_and_apply(&self, payment_id: &str) -> Result<(), UseCaseError> {
        let payment = self
            .hyperswitch
            .sync_payment(payment_id)
            .await
            .map_err(UseCaseError::Provider)?;
        let Some(news) = payment.news() else { return Ok(()) };
        self.carry_out_all(vec![on_payment_read(&news)], &by_worker(Sweep::Reconciler.name()))
            .await
    }

    /// Asks for a refund that the provider does not have yet, and about one that it has.
    async fn reconcile_refund(&self, refund_id: RefundId) -> Result<(), UseCaseError> {
        let metadata = by_worker(Sweep::Reconciler.name());
        let refund = self.refunds.get(refund_id.as_uuid(), Freshness::Fresh).await?;
        let Some(facts) = refund.state.facts() else {
            return Ok(());
        };
        match facts.submission {
            RefundSubmission::NotYet => self.submit_refund(refund_id, &metadata).await,
            RefundSubmission::Submitted => {
                let read = self.hyperswitch.sync_refund(&refund_id.to_string()).await;
                let Some(news) = read.map_err(UseCaseError::Provider)?.news() else {
                    return Ok(());
                };
                self.carry_out_all(vec![on_refund_read(&news)], &metadata).await
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    Yes,
    NotYet,
}

/// The facts of an order that money may still come for.
fn unsettled(state: &OrderState) -> Option<&OrderFacts> {
    match state {
        OrderState::Absent | OrderState::Paid(_) => None,
        OrderState::AwaitingPayment(facts)
        | OrderState::Processing(facts)
        | OrderState::PaymentFailed(facts)
        | OrderState::Cancelled(facts)
        | OrderState::Expired(facts) => facts.refunds.is_empty().then_some(facts),
    }
}
