//! What a basket costs: the same for a quote and for an order.

use std::collections::btree_map::Entry;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use comptoir_domain::order::{
    Invoices, LineRequest, PlaceError, PricedOrder, PricingTerms, PromotionTerms, UpgradeTerms, price_lines,
};
use comptoir_domain::promo::Promo;
use comptoir_domain::tax::{Customer, Location, SupplierTaxes, TaxRefusal, TaxSettings, VatId, VatIdCheck};
use comptoir_domain::values::{Currency, OrderId, PersonId, PromoCode, PromoId, SellerId, SupplierOfRecord};
use comptoir_ledger::Loaded;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::gateway::vies::ViesAnswer;
use crate::moves::{Held, LoadedSellers};
use crate::order_change::{LoadedProducts, states};

/// Where and to whom something is sold, in the sense of tax law.
#[derive(Debug, Clone)]
pub(super) struct TaxedSale {
    /// How the platform is taxed.
    pub(super) settings: TaxSettings,
    /// What is known of where the buyer is.
    pub(super) location: Location,
    /// Who buys.
    pub(super) customer: Customer,
}

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
    /// The products, the licences that are upgraded, and the sellers who supply, whose revisions the append checks.
    pub(super) held: Held,
}

impl Engine {
    /// Prices a basket on the products and the promotion as they stand.
    pub(super) async fn price(
        &self,
        order_id: OrderId,
        basket: Basket<'_>,
        sale: &TaxedSale,
        at: DateTime<Utc>,
        freshness: Freshness,
    ) -> Result<Priced, UseCaseError> {
        let products = basket.lines.iter().map(|line| line.product_id);
        let products = self.load_products(products, freshness).await?;
        let upgraded = basket.lines.iter().filter_map(|line| line.upgrade_of);
        let bases = self.load_bases(upgraded.collect(), freshness).await?;
        let promo = self.promotion(basket.promotion_code, freshness).await?;
        let sellers = self.load_suppliers(sale.settings, &products, freshness).await?;
        let promotion = promo.as_ref().map(|promo| PromotionTerms {
            state: &promo.state,
            buyer_id: basket.buyer_id,
            at,
        });
        let invoices = match self.config.invoicing {
            Some(_) => Invoices::Issued,
            None => Invoices::NotIssued,
        };
        let price_with = |tax: SupplierTaxes| {
            let terms = PricingTerms {
                currency: basket.currency,
                tax: &tax,
                invoices,
                promotion,
                upgrades: Some(UpgradeTerms {
                    bases: &bases.bases,
                    buyer_id: basket.buyer_id,
                    at,
                }),
            };
            price_lines(order_id, basket.lines, &states(&products), terms)
        };
        let tax = self.taxes(sale, &sellers, at).map_err(PlaceError::Tax);
        let outcome = tax.and_then(price_with);
        let held = Held {
            products,
            bases,
            sellers,
        };
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

    /// What the sellers of these products have said of themselves, where they supply.
    async fn load_suppliers(
        &self,
        settings: TaxSettings,
        products: &LoadedProducts,
        freshness: Freshness,
    ) -> Result<LoadedSellers, UseCaseError> {
        match settings.supplier_of_record {
            SupplierOfRecord::Platform => return Ok(LoadedSellers::new()),
            SupplierOfRecord::Seller => {}
        }
        let mut sellers = LoadedSellers::new();
        for product in products.values() {
            let Some(facts) = product.state.facts() else {
                continue;
            };
            let seller_id = SellerId::from(facts.seller_id);
            if let Entry::Vacant(unknown) = sellers.entry(seller_id) {
                unknown.insert(self.sellers.get(seller_id.as_uuid(), freshness).await?);
            }
        }
        Ok(sellers)
    }

    /// The rules of VAT that apply to a sale: one for each supplier.
    fn taxes(
        &self,
        sale: &TaxedSale,
        sellers: &LoadedSellers,
        at: DateTime<Utc>,
    ) -> Result<SupplierTaxes, TaxRefusal> {
        let known = sellers.iter().filter_map(|(seller_id, seller)| {
            let facts = seller.state.facts()?;
            Some((PersonId::from(*seller_id), facts.tax()))
        });
        let day = at.with_timezone(&self.config.checkout.time_zone).date_naive();
        SupplierTaxes::assess(
            sale.settings,
            &known.collect(),
            &sale.location,
            &sale.customer,
            day,
        )
    }
}
