//! A buyer places an order.
//!
//! The order is stored before the payment provider hears of it. What the provider then says, or that it says nothing, cannot
//! undo the order: its payment is simply pending, and a worker tries again.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::order::{LineRequest, Order, OrderCommand, PricedOrder};
use comptoir_domain::policy::licences_with;
use comptoir_domain::tax::{Location, LocationEvidence};
use comptoir_domain::values::{
    BillingDetails, Consent, ConsentKind, Currency, OrderId, PromoCode, Sealed, Sha256Hex, SubjectId,
};
use comptoir_ledger::{Append, Loaded, Position};
use serde::{Deserialize, Serialize};

use super::ask_payment::Checkout;
use super::price::{Basket, TaxedSale};
use crate::aggregates::{Attempts, Freshness};
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::{Answered, Occasion};
use crate::moves::{Held, Steps};

/// The context under which billing details are sealed.
pub const BILLING_CONTEXT: &str = "order.billing";

/// What a buyer asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// The lines.
    pub lines: Vec<LineRequest>,
    /// The currency that every price must be in.
    pub currency: Currency,
    /// Whom it is billed to. Sealed before it is stored.
    pub billing: BillingDetails,
    /// SHA-256 of the exact sentence by which the buyer asked for immediate delivery and gave up the right of withdrawal.
    pub consent_text_hash: Sha256Hex,
    /// What else speaks for where the buyer is, besides the billing address.
    pub evidence: Vec<LocationEvidence>,
    /// The code that the buyer has typed.
    pub promotion_code: Option<PromoCode>,
}

impl PlaceOrder {
    fn location(&self) -> Location {
        Location {
            country: self.billing.country,
            postal_code: Some(self.billing.postal_code.as_str().to_owned()),
            evidence: self.evidence.clone(),
        }
    }
}

/// The answer: an order was placed.
#[derive(Debug, Clone)]
pub struct OrderPlaced {
    /// The order as it stands now.
    pub order: Arc<Loaded<Order>>,
    /// What the buyer's browser needs to pay it.
    pub checkout: Checkout,
}

/// What is recorded for a repeat of the request: no personal data and no secret.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Recorded {
    order_id: OrderId,
}

impl Engine {
    /// Places an order, reserves what it takes exclusively, and asks the payment provider for its payment. A repeat under
    /// the same idempotency key gets the same order, and the payment as it then stands.
    #[tracing::instrument(name = "engine.order.place", skip_all)]
    pub async fn place_order(
        &self,
        request: &RequestContext,
        place: PlaceOrder,
    ) -> Result<Answered<OrderPlaced>, UseCaseError> {
        let placed = self
            .once(request, "place_order", self.append_order(request, place))
            .await?;
        let order_id = placed.answer.order_id;
        let freshness = match placed.occasion {
            Occasion::First => Freshness::Remembered,
            Occasion::Unchanged | Occasion::Repeat => Freshness::Fresh,
        };
        let order = self.orders.get(order_id.as_uuid(), freshness).await?;
        let (order, checkout, position) = self.checkout(order, &request.metadata()).await;
        let answer = OrderPlaced { order, checkout };
        let position = position.map_or(placed.position, |position| position.max(placed.position));
        Ok(Answered {
            answer,
            position,
            occasion: placed.occasion,
        })
    }

    async fn append_order(
        &self,
        request: &RequestContext,
        place: PlaceOrder,
    ) -> Result<Answered<Recorded>, UseCaseError> {
        let order_id = OrderId::from_uuid(self.ledger.ids().uuid_v7());
        let recorded = Recorded { order_id };
        let answer =
            serde_json::to_string(&recorded).map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
        let at = self.now();
        let customer = self.customer(place.billing.vat_id.clone()).await?;
        let sale = TaxedSale {
            settings: self.config.checkout.tax,
            location: place.location(),
            customer,
        };
        let basket = Basket {
            buyer_id: request.actor.person_id,
            lines: &place.lines,
            currency: place.currency,
            promotion_code: place.promotion_code.as_ref(),
        };
        let (mut billing, mut turn) = (None, None);
        let mut attempts = Attempts::new();
        loop {
            let priced = self
                .price(order_id, basket, &sale, at, attempts.freshness())
                .await?;
            let held = priced.held;
            let priced = match priced.outcome {
                Ok(priced) => priced,
                Err(_) if attempts.confirm() => continue,
                Err(refused) => return Err(refused.into()),
            };
            // Only now: nothing is stored for a request that is refused, not even the buyer's key.
            let sealed = match billing.take() {
                Some(sealed) => sealed,
                None => self.seal_billing(request, &place.billing).await?,
            };
            billing = Some(sealed.clone());
            // All orders with a code write to its stream: one after the other, each on the state that the one before left.
            if turn.is_none()
                && let Some(promotion) = priced.promotion()
            {
                attempts.be_patient();
                turn = self.turn_of(Some(promotion.promo_id)).await;
                continue;
            }
            let command = self.placing(request, order_id, priced, sealed, place.consent_text_hash, at);
            let tried = self
                .try_to_place(request, order_id, command, held, &answer, &mut attempts)
                .await?;
            if let Some(position) = tried {
                return Ok(Answered::first(recorded, position));
            }
        }
    }

    async fn seal_billing(
        &self,
        request: &RequestContext,
        billing: &BillingDetails,
    ) -> Result<Sealed, UseCaseError> {
        let buyer = SubjectId::from(request.actor.person_id);
        Ok(self.vault.seal_json(buyer, BILLING_CONTEXT, billing).await?)
    }

    fn placing(
        &self,
        request: &RequestContext,
        order_id: OrderId,
        priced: PricedOrder,
        billing: Sealed,
        text_hash: Sha256Hex,
        at: DateTime<Utc>,
    ) -> OrderCommand {
        let expiry = TimeDelta::from_std(self.config.checkout.session_expiry).unwrap_or(TimeDelta::days(1));
        OrderCommand::Place(comptoir_domain::order::PlaceOrder {
            order_id,
            buyer_id: request.actor.person_id,
            priced,
            billing,
            consent: Consent {
                kind: ConsentKind::WithdrawalWaiver,
                text_hash,
                at,
            },
            refund_policy: self.config.refund_windows.policy(),
            expires_at: at + expiry,
            at,
        })
    }

    /// One attempt: its position, or none if something had moved and it is to be tried again.
    async fn try_to_place(
        &self,
        request: &RequestContext,
        order_id: OrderId,
        command: OrderCommand,
        held: Held,
        answer: &str,
        attempts: &mut Attempts,
    ) -> Result<Option<Position>, UseCaseError> {
        let order = Arc::new(Loaded::<Order>::new(order_id.as_uuid()));
        let events = order.decide(command)?;
        let steps = Steps::of(&order.state, &events, self.now());
        let moved = match self.move_along(steps, held, attempts.freshness()).await? {
            Ok(moved) => moved,
            Err(_) if attempts.confirm() => return Ok(None),
            Err(refused) => return Err(refused),
        };
        let append = Append::new(&request.metadata()).write(&order, &events, self.ledger.ids());
        let append = self
            .add_licences(append, &licences_with(&order.state, &events))
            .await?;
        let mut append = moved.add_to(append, &self.ledger);
        if let Some(idempotency) = request.recording("place_order", answer.to_owned()) {
            append = append.idempotent(idempotency);
        }
        match self.ledger.append(append).await {
            Ok(appended) => {
                moved.remember(self);
                self.orders.remember_after(order, &events);
                Ok(Some(appended.position))
            }
            Err(failed) => {
                self.retry_after(failed, attempts, || moved.forget(self)).await?;
                Ok(None)
            }
        }
    }
}
