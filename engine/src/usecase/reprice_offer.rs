//! A seller changes the price of an offer.

use comptoir_domain::product::ProductCommand;
use comptoir_domain::values::{Money, OfferId, ProductId};

use super::product::ProductChanged;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

impl Engine {
    /// Changes the price of an offer, for orders to come. Setting the price it has changes nothing.
    #[tracing::instrument(name = "engine.offer.reprice", skip_all, fields(%product_id, %offer_id))]
    pub async fn reprice_offer(
        &self,
        request: &RequestContext,
        product_id: ProductId,
        offer_id: OfferId,
        price: Money,
    ) -> Result<Answered<ProductChanged>, UseCaseError> {
        let actor = request.actor.clone();
        let command = ProductCommand::RepriceOffer {
            actor,
            offer_id,
            price,
            at: self.now(),
        };
        self.change_product(request, product_id, command).await
    }
}
