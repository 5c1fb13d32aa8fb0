//! A seller offers a licence of a product at a price.

use comptoir_domain::product::ProductCommand;
use comptoir_domain::values::{LicenceKind, LicenceTerms, Money, OfferId, ProductId, TaxCategory, UseTerms};
use serde::{Deserialize, Serialize};

use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// The offer to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddOffer {
    /// What the licence allows.
    pub kind: LicenceKind,
    /// The price of one unit, tax included.
    pub price: Money,
    /// The wording.
    pub terms: LicenceTerms,
    /// How it is taxed.
    pub tax_category: TaxCategory,
    /// How the licence may be used.
    pub use_terms: UseTerms,
}

/// The answer: an offer was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferAdded {
    /// The product.
    pub product_id: ProductId,
    /// The new offer.
    pub offer_id: OfferId,
}

impl Engine {
    /// Adds an offer to a product.
    #[tracing::instrument(name = "engine.offer.add", skip_all, fields(%product_id))]
    pub async fn add_offer(
        &self,
        request: &RequestContext,
        product_id: ProductId,
        offer: AddOffer,
    ) -> Result<Answered<OfferAdded>, UseCaseError> {
        let offer_id = OfferId::from_uuid(self.ledger.ids().uuid_v7());
        let AddOffer {
            kind,
            price,
            terms,
            tax_category,
            use_terms,
        } = offer;
        let actor = request.actor.clone();
        let at = self.now();
        let command = ProductCommand::AddOffer {
            actor,
            offer_id,
            kind,
            price,
            terms,
            tax_category,
            use_terms,
            at,
        };
        let answer = OfferAdded { product_id, offer_id };
        let first = self.change_product_once(request, "add_offer", product_id, command, answer);
        self.once(request, "add_offer", first).await
    }
}
