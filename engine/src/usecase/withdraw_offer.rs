//! A seller takes an offer back.

use comptoir_domain::product::ProductCommand;
use comptoir_domain::values::{OfferId, ProductId};

use super::product::ProductChanged;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

impl Engine {
    /// Takes an offer back, for orders to come. Withdrawing it again changes nothing.
    #[tracing::instrument(name = "engine.offer.withdraw", skip_all, fields(%product_id, %offer_id))]
    pub async fn withdraw_offer(
        &self,
        request: &RequestContext,
        product_id: ProductId,
        offer_id: OfferId,
    ) -> Result<Answered<ProductChanged>, UseCaseError> {
        let command = ProductCommand::WithdrawOffer {
            actor: request.actor.clone(),
            offer_id,
            at: self.now(),
        };
        let answer = ProductChanged { product_id };
        let first = self.change_product_once(request, "withdraw_offer", product_id, command, answer);
        self.once(request, "withdraw_offer", first).await
    }
}
