//! An order as its stream says.

use std::sync::Arc;

use comptoir_domain::order::Order;
use comptoir_domain::values::OrderId;
use comptoir_ledger::Loaded;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;

impl Engine {
    /// An order as its stream says now, whatever the read models have seen.
    pub async fn order(&self, order_id: OrderId) -> Result<Arc<Loaded<Order>>, UseCaseError> {
        Ok(self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?)
    }
}
