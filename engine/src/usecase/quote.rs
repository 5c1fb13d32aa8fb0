//! A buyer wants to know what a basket costs.

use comptoir_domain::order::{LineRequest, PlaceError, PricedOrder};
use comptoir_domain::promo::PromoRefusal;
use comptoir_domain::tax::{EvidenceRule, EvidenceStanding, Location, TaxSettings, VatId};
use comptoir_domain::values::{Currency, OrderId, PromoCode};
use uuid::Uuid;

use super::price::{Basket, TaxedSale};
use crate::aggregates::Freshness;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// What a buyer wants to know the price of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceQuote {
    /// The lines.
    pub lines: Vec<LineRequest>,
    /// The currency that every price must be in.
    pub currency: Currency,
    /// Where the buyer is.
    pub location: Location,
    /// The VAT id, if a business buys.
    pub vat_id: Option<VatId>,
    /// The code that the buyer has typed.
    pub promotion_code: Option<PromoCode>,
}

/// What a basket costs at this moment. Nothing is stored, and nothing is held.
#[derive(Debug, Clone)]
pub struct Quote {
    /// The price with all its parts; without the code, if that is refused.
    pub priced: PricedOrder,
    /// Why the code does not hold.
    pub refusal: Option<(PromoCode, PromoRefusal)>,
    /// What is still to be known of where the buyer is.
    pub evidence: EvidenceNeed,
}

/// What is still to be known of where the buyer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceNeed {
    /// Nothing: two items agree.
    Nothing,
    /// A second item that agrees would make it certain; an order is accepted without it.
    Wanted,
    /// An order is refused without it.
    Required,
}

impl Engine {
    /// Prices a basket as an order of it would be, and stores nothing.
    #[tracing::instrument(name = "engine.quote.price", skip_all)]
    pub async fn quote(&self, request: &RequestContext, quote: PriceQuote) -> Result<Quote, UseCaseError> {
        let at = self.now();
        let customer = self.customer(quote.vat_id).await?;
        // What an order would be refused for is said beside the price.
        let settings = TaxSettings {
            evidence: EvidenceRule::TakeWhatThereIs,
            ..self.config.checkout.tax
        };
        let sale = TaxedSale {
            settings,
            location: quote.location,
            customer,
        };
        let mut basket = Basket {
            buyer_id: request.actor.person_id,
            lines: &quote.lines,
            currency: quote.currency,
            promotion_code: quote.promotion_code.as_ref(),
        };
        let (mut refusal, mut freshness) = (None, Freshness::Remembered);
        loop {
            // No order has this id, so that whatever an order has alone is not for it.
            let nobody = OrderId::from_uuid(Uuid::nil());
            let priced = self.price(nobody, basket, &sale, at, freshness).await?;
            match (priced.outcome, freshness) {
                (Ok(priced), _) => {
                    let evidence = self.evidence_need(priced.tax().place.standing);
                    return Ok(Quote {
                        priced,
                        refusal,
                        evidence,
                    });
                }
                (Err(_), Freshness::Remembered) => freshness = Freshness::Fresh,
                (Err(PlaceError::Promotion(refused)), Freshness::Fresh) => {
                    refusal = quote.promotion_code.clone().map(|code| (code, refused));
                    basket.promotion_code = None;
                }
                (Err(refused), Freshness::Fresh) => return Err(refused.into()),
            }
        }
    }

    fn evidence_need(&self, standing: EvidenceStanding) -> EvidenceNeed {
        match (standing, self.config.checkout.tax.evidence) {
            (EvidenceStanding::TwoAgree, _) => EvidenceNeed::Nothing,
            (
                EvidenceStanding::BillingOnly
                | EvidenceStanding::Contradictory
                | EvidenceStanding::NotRecorded,
                EvidenceRule::TakeWhatThereIs,
            ) => EvidenceNeed::Wanted,
            (
                EvidenceStanding::BillingOnly
                | EvidenceStanding::Contradictory
                | EvidenceStanding::NotRecorded,
                EvidenceRule::TwoThatAgree,
            ) => EvidenceNeed::Required,
        }
    }
}
