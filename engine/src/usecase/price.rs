//! What a basket costs: the same for a quote and for an order.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use comptoir_domain::order::{
    LineRequest, PlaceError, PricedOrder, PricingTerms, PromotionTerms, UpgradeTerms, price_lines,
};
use comptoir_domain::promo::Promo;
use comptoir_domain::tax::{Customer, Location, TaxTerms, VatId, VatIdCheck};
use comptoir_domain::values::{Currency, OrderId, PersonId, PromoCode, PromoId};
use comptoir_ledger::Loaded;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::gateway::vies::ViesAnswer;
use crate::moves::Held;
use crate::order_change::states;

/// What a buyer wants to know the price of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Basket<'a> {
    /// Who buys.
    pub(super) buyer_id: PersonId,
    /// The lines.
    pub(super) lines: &'a [LineRequest],
    /// The currency that every price must be in.
    pub(super) currency: Currency,
    /// The code that the buyer has typed.
    pub(super) promotion_code: Option<&'a PromoCode>,
}

/// What a price was made of.
pub(super) struct Priced {
    /// The price, or why there is none. A refusal is only final on fresh states.
    pub(super) outcome: Result<PricedOrder, PlaceError>,
    /// The products, and the licences that are upgraded, whose revisions the append checks.
    pub(super) held: Held,
}

impl Engine {
    /// Prices a basket on the products and the promotion as they stand.
    pub(super) async fn price(
        &self,
        order_id: OrderId,
        basket: Basket<'_>,
        tax: &TaxTerms,
        at: DateTime<Utc>,
        freshness: Freshness,
    ) -> Result<Priced, UseCaseError> {
        let products = basket.lines.iter().map(|line| line.product_id);
        let products = self.load_products(products, freshness).await?;
        let upgraded = basket.lines.iter().filter_map(|line| line.upgrade_of);
        let bases = self.load_bases(upgraded.collect(), freshness).await?;
        let promo = self.promotion(basket.promotion_code, freshness).await?;
        let promotion = promo.as_ref().map(|promo| PromotionTerms {
            state: &promo.state,
            buyer_id: basket.buyer_id,
            at,
        });
        let terms = PricingTerms {
            currency: basket.currency,
            tax,
            promotion,
            upgrades: Some(UpgradeTerms {
                bases: &bases.bases,
                buyer_id: basket.buyer_id,
                at,
            }),
        };
        let outcome = price_lines(order_id, basket.lines, &states(&products), terms);
        let held = Held { products, bases };
        Ok(Priced { outcome, held })
    }

    async fn promotion(
        &self,
        code: Option<&PromoCode>,
        freshness: Freshness,
    ) -> Result<Option<Arc<Loaded<Promo>>>, UseCaseError> {
        let Some(code) = code else { return Ok(None) };
        let id = PromoId::of_code(code).as_uuid();
        Ok(Some(self.promos.get(id, freshness).await?))
    }

    /// Who buys, in the sense of tax law: a VAT id is looked up in VIES, where that is switched on.
    pub(super) async fn customer(&self, vat_id: Option<VatId>) -> Result<Customer, UseCaseError> {
        let Some(vat_id) = vat_id else {
            return Ok(Customer::Consumer);
        };
        let Some(vies) = &self.vies else {
            let check = VatIdCheck::Form;
            return Ok(Customer::Business { vat_id, check });
        };
        let answer = vies.ask(&vat_id).await;
        let at = self.now();
        let check = match answer {
            ViesAnswer::Registered { consultation } => VatIdCheck::Vies { at, consultation },
            ViesAnswer::Unavailable => VatIdCheck::ViesUnavailable { at },
            ViesAnswer::NotRegistered => return Err(UseCaseError::VatIdNotRegistered),
        };
        Ok(Customer::Business { vat_id, check })
    }

    /// The rule of VAT that applies to a buyer there.
    pub(super) fn tax_terms(
        &self,
        location: &Location,
        customer: &Customer,
        at: DateTime<Utc>,
    ) -> Result<TaxTerms, UseCaseError> {
        let settings = self.config.checkout.tax;
        let terms = comptoir_domain::tax::assess(settings, location, customer, at);
        Ok(terms.map_err(PlaceError::Tax)?)
    }
}
