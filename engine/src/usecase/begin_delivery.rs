//! A buyer gets at what they bought.

use comptoir_domain::order::{DeliveryAccess, OrderCommand};
use comptoir_domain::values::OrderId;
use comptoir_ledger::{Metadata, Position};

use crate::engine::Engine;
use crate::error::UseCaseError;

impl Engine {
    /// Notes that the buyer gets at a line of an order, once: with the consent of the order, the right of withdrawal from
    /// the line ends by it. To be noted before the buyer does.
    #[tracing::instrument(name = "engine.order.begin_delivery", skip_all, fields(%order_id, line))]
    pub async fn begin_delivery(
        &self,
        order_id: OrderId,
        line: u32,
        access: DeliveryAccess,
        metadata: &Metadata,
    ) -> Result<Position, UseCaseError> {
        let command = OrderCommand::BeginDelivery {
            line,
            access,
            at: self.now(),
        };
        let change = self
            .change_order(order_id, command, metadata, |append| append)
            .await?;
        Ok(change.position)
    }
}
