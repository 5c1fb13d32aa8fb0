//! A seller takes a product off sale.

use comptoir_domain::product::ProductCommand;
use comptoir_domain::values::ProductId;

use super::product::ProductChanged;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

impl Engine {
    /// Takes a product off sale; orders already placed keep their right. Withdrawing it again changes nothing.
    #[tracing::instrument(name = "engine.product.withdraw", skip_all, fields(%product_id))]
    pub async fn withdraw_product(
        &self,
        request: &RequestContext,
        product_id: ProductId,
    ) -> Result<Answered<ProductChanged>, UseCaseError> {
        let command = ProductCommand::Withdraw {
            actor: request.actor.clone(),
            at: self.now(),
        };
        let answer = ProductChanged { product_id };
        let first = self.change_product_once(request, "withdraw_product", product_id, command, answer);
        self.once(request, "withdraw_product", first).await
    }
}
