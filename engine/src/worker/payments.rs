//! Payments that the provider does not have yet: it was down when the order was placed, or this process was.

use comptoir_domain::values::OrderId;
use futures::{StreamExt, stream};

use super::sweep::{Sweep, SweepReport, ago};
use crate::context::by_worker;
use crate::engine::Engine;
use crate::error::UseCaseError;

impl Engine {
    /// Creates what is missing; what fails is tried again after a growing pause.
    pub(super) async fn sweep_payments(&self) -> Result<SweepReport, UseCaseError> {
        let now = self.now();
        let due = self
            .orders_without_payment(ago(now, self.config.workers.payment_retry_after))
            .await?;
        let due = due
            .into_iter()
            .filter(|order_id| self.payment_tries.is_due(*order_id, now))
            .collect();
        Ok(self
            .for_each_order(due, |engine, order_id| async move {
                engine.try_payment_again(order_id).await
            })
            .await)
    }

    async fn try_payment_again(&self, order_id: OrderId) -> Result<(), UseCaseError> {
        let created = self
            .create_missing_payment(order_id, &by_worker(Sweep::Payments.name()))
            .await;
        self.payment_tries.note(order_id, self.now(), &created);
        created
    }

    /// Does the same for many orders side by side, and counts.
    pub(super) async fn for_each_order<W>(
        &self,
        orders: Vec<OrderId>,
        work: impl Fn(Engine, OrderId) -> W,
    ) -> SweepReport
    where
        W: Future<Output = Result<(), UseCaseError>> + Send,
    {
        let mut under_way = Vec::with_capacity(orders.len());
        for order_id in orders {
            let work = work(self.clone(), order_id);
            under_way.push(async move { (order_id, work.await) });
        }
        let mut results = stream::iter(under_way).buffer_unordered(self.config.workers.concurrency);
        let mut report = SweepReport::default();
        while let Some((order_id, result)) = results.next().await {
            report.count(&result);
            if let Err(error) = result {
                tracing::warn!(%order_id, %error, "an order stays due");
            }
        }
        report
    }
}
