//! A seller puts a product on sale.

use comptoir_domain::product::ProductCommand;
use comptoir_domain::values::ProductId;

use super::product::ProductChanged;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

impl Engine {
    /// Puts a product on sale. Publishing it again changes nothing.
    #[tracing::instrument(name = "engine.product.publish", skip_all, fields(%product_id))]
    pub async fn publish_product(
        &self,
        request: &RequestContext,
        product_id: ProductId,
    ) -> Result<Answered<ProductChanged>, UseCaseError> {
        let command = ProductCommand::Publish {
            actor: request.actor.clone(),
            at: self.now(),
        };
        let answer = ProductChanged { product_id };
        let first = self.change_product_once(request, "publish_product", product_id, command, answer);
        self.once(request, "publish_product", first).await
    }
}
