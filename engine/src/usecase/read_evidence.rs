//! What can be shown to a bank in a dispute, from the ledger itself.

use std::sync::Arc;

use comptoir_domain::licence::Licence;
use comptoir_domain::order::{Order, RefundWindows};
use comptoir_domain::values::{LicenceId, OrderId};
use comptoir_ledger::Loaded;
use futures::future::try_join_all;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// The order and its licences as they stand, and how refunds are granted.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The order.
    pub order: Arc<Loaded<Order>>,
    /// Its licences that were issued, by line and unit.
    pub licences: Vec<Arc<Loaded<Licence>>>,
    /// The refund policy.
    pub refund_windows: RefundWindows,
}

impl Engine {
    /// Gathers what the ledger knows of an order; none, if there is no such order.
    #[tracing::instrument(name = "engine.order.read_evidence", skip_all, fields(%order_id))]
    pub async fn evidence(&self, order_id: OrderId) -> Result<Option<Evidence>, UseCaseError> {
        let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
        let Some(facts) = order.state.facts() else {
            return Ok(None);
        };
        let units = (0_u32..)
            .zip(&facts.lines)
            .flat_map(|(line, sold)| (0..sold.quantity.get()).map(move |unit| (line, unit)));
        let loads = units.map(|(line, unit)| {
            let id = LicenceId::of_unit(order_id, line, unit).as_uuid();
            self.licences.get(id, Freshness::Fresh)
        });
        let licences = try_join_all(loads).await?;
        Ok(Some(Evidence {
            licences: licences.into_iter().filter(|licence| licence.exists()).collect(),
            refund_windows: self.config.refund_windows,
            order,
        }))
    }
}
