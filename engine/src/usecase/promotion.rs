//! An admin or a seller makes a promotion code, or ends it.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use comptoir_domain::promo::{Benefit, CreatePromo, PromoCommand, PromoError, PromoScope, PromoTerms};
use comptoir_domain::values::{Money, PersonId, ProductId, PromoCode, PromoId};
use comptoir_ledger::Append;
use serde::{Deserialize, Serialize};

use crate::aggregates::{Attempts, Freshness};
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// The promotion to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePromotion {
    /// What buyers type.
    pub code: PromoCode,
    /// What it takes off.
    pub benefit: Benefit,
    /// From when on it holds; none for at once.
    pub starts_at: Option<DateTime<Utc>>,
    /// From when on it no longer does; none for never.
    pub ends_at: Option<DateTime<Utc>>,
    /// How many orders may use it; none for any number.
    pub uses_max: Option<NonZeroU32>,
    /// How many orders of one buyer may; none for any number.
    pub uses_per_buyer_max: Option<NonZeroU32>,
    /// What the lines that it is for must come to.
    pub minimum: Option<Money>,
    /// Which lines it is for.
    pub scope: PromoScope,
}

/// The answer to a change of a promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionChanged {
    /// The promotion.
    pub promo_id: PromoId,
}

impl Engine {
    /// Starts a promotion, whose id follows from its code. Sellers may name their own products, or themselves.
    #[tracing::instrument(name = "engine.promotion.create", skip_all)]
    pub async fn create_promotion(
        &self,
        request: &RequestContext,
        create: CreatePromotion,
    ) -> Result<Answered<PromotionChanged>, UseCaseError> {
        let promo_id = PromoId::of_code(&create.code);
        let first = async {
            self.refuse_erased(request.actor.person_id).await?;
            let product_sellers = self.sellers_of(create.scope.products()).await?;
            let at = self.now();
            let terms = PromoTerms {
                benefit: create.benefit,
                starts_at: create.starts_at.unwrap_or(at),
                ends_at: create.ends_at,
                uses_max: create.uses_max.map(NonZeroU32::get),
                uses_per_buyer_max: create.uses_per_buyer_max.map(NonZeroU32::get),
                minimum: create.minimum,
                scope: create.scope,
            };
            let command = PromoCommand::Create(CreatePromo {
                code: create.code,
                terms,
                product_sellers,
                actor: request.actor.clone(),
                at,
            });
            self.change_promotion_once(request, "create_promotion", promo_id, command)
                .await
        };
        self.once(request, "create_promotion", first).await
    }

    /// Ends a promotion; orders that have it keep it. Ending it again changes nothing.
    #[tracing::instrument(name = "engine.promotion.deactivate", skip_all, fields(%promo_id))]
    pub async fn deactivate_promotion(
        &self,
        request: &RequestContext,
        promo_id: PromoId,
    ) -> Result<Answered<PromotionChanged>, UseCaseError> {
        let command = PromoCommand::Deactivate {
            actor: request.actor.clone(),
            at: self.now(),
        };
        let first = async {
            let changed = self
                .change_promotion_once(request, "deactivate_promotion", promo_id, command)
                .await;
            if let Err(UseCaseError::Promo(PromoError::NotYours)) = changed {
                // Somebody else's does not exist.
                return Err(PromoError::NotFound.into());
            }
            changed
        };
        self.once(request, "deactivate_promotion", first).await
    }

    /// Whose products these are, as far as they exist. A product never changes its seller, so that a remembered one will
    /// do; one that seems not to be there is looked for.
    async fn sellers_of(
        &self,
        products: impl Iterator<Item = ProductId>,
    ) -> Result<BTreeMap<ProductId, PersonId>, UseCaseError> {
        let products = self.load_products(products, Freshness::Remembered).await?;
        let mut sellers = BTreeMap::new();
        for (id, product) in products {
            if let Some(facts) = product.state.facts() {
                sellers.insert(id, facts.seller_id);
            }
        }
        Ok(sellers)
    }

    async fn change_promotion_once(
        &self,
        request: &RequestContext,
        operation: &'static str,
        promo_id: PromoId,
        command: PromoCommand,
    ) -> Result<Answered<PromotionChanged>, UseCaseError> {
        let answer = PromotionChanged { promo_id };
        let recorded =
            serde_json::to_string(&answer).map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
        let _turn = self.turn_of(Some(promo_id)).await;
        let mut attempts = Attempts::new();
        attempts.be_patient();
        loop {
            let promo = self.promos.get(promo_id.as_uuid(), attempts.freshness()).await?;
            let events = match promo.decide(command.clone()) {
                Ok(events) if !events.is_empty() => events,
                _ if attempts.confirm() => continue,
                // Who makes a code that is there already has not made it: only a repeat under its key gets it again.
                Ok(_) if matches!(command, PromoCommand::Create(_)) => {
                    return Err(PromoError::AlreadyExists.into());
                }
                Ok(_) => return Ok(Answered::unchanged(answer, self.ledger.horizon())),
                Err(refused) => return Err(refused.into()),
            };
            let mut append = Append::new(&request.metadata()).write(&promo, &events, self.ledger.ids());
            if let Some(idempotency) = request.recording(operation, recorded.clone()) {
                append = append.idempotent(idempotency);
            }
            match self.ledger.append(append).await {
                Ok(appended) => {
                    self.promos.remember_after(promo, &events);
                    return Ok(Answered::first(answer, appended.position));
                }
                Err(failed) => {
                    self.retry_after(failed, &mut attempts, || self.promos.forget(promo_id.as_uuid()))
                        .await?;
                }
            }
        }
    }
}
