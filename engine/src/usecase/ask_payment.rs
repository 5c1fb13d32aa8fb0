//! A buyer asks once more for what the browser needs to pay an order.

use std::sync::Arc;

use comptoir_domain::order::{Order, OrderError, OrderState};
use comptoir_domain::values::{OrderId, PaymentId, Role};
use comptoir_ledger::{Loaded, Metadata, Position};

use super::place_order::OrderPlaced;
use crate::aggregates::Freshness;
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;
use crate::payment::{PaymentFound, open};
use crate::secret::Secret;

/// What the buyer's browser needs to pay an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checkout {
    /// The payment can be confirmed.
    Ready {
        /// The payment.
        payment_id: PaymentId,
        /// What lets this one browser confirm it. Never stored.
        client_secret: Secret,
        /// Hyperswitch's publishable key.
        publishable_key: String,
    },
    /// The payment provider has not answered yet; a worker tries again, and so may the buyer.
    Pending {
        /// The payment, once it exists.
        payment_id: PaymentId,
    },
    /// There is nothing to pay, or not any more.
    Closed,
}

impl Engine {
    /// Asks the payment provider for the payment of an open order, and makes it if it is not there.
    #[tracing::instrument(name = "engine.payment.ask", skip_all, fields(%order_id))]
    pub async fn ask_payment(
        &self,
        request: &RequestContext,
        order_id: OrderId,
    ) -> Result<Answered<OrderPlaced>, UseCaseError> {
        let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
        let facts = payable_by(&order.state, request)?.clone();
        let found = self
            .find_or_create_payment(order, &facts, &request.metadata())
            .await?;
        let position = found.position.unwrap_or_else(|| self.ledger.horizon());
        let checkout = self.checkout_of(&found, facts.payment_id);
        Ok(Answered::first(
            OrderPlaced {
                order: found.order,
                checkout,
            },
            position,
        ))
    }

    /// The same for an order that was just placed: here a provider that is down or slow only means a pending payment.
    pub(super) async fn checkout(
        &self,
        order: Arc<Loaded<Order>>,
        metadata: &Metadata,
    ) -> (Arc<Loaded<Order>>, Checkout, Option<Position>) {
        let Some(facts) = open(&order.state).cloned() else {
            return (order, Checkout::Closed, None);
        };
        let payment_id = facts.payment_id;
        let asking = self.find_or_create_payment(Arc::clone(&order), &facts, metadata);
        match tokio::time::timeout(self.config.checkout.payment_patience, asking).await {
            Ok(Ok(found)) => {
                let checkout = self.checkout_of(&found, payment_id);
                (found.order, checkout, found.position)
            }
            Ok(Err(error)) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(%payment_id, %error, cause, "the payment is left to the worker");
                (order, Checkout::Pending { payment_id }, None)
            }
            Err(_) => {
                tracing::warn!(%payment_id, "the payment provider is slow; the payment is left to the worker");
                (order, Checkout::Pending { payment_id }, None)
            }
        }
    }

    fn checkout_of(&self, found: &PaymentFound, payment_id: PaymentId) -> Checkout {
        match (&found.payment.client_secret, open(&found.order.state)) {
            (_, None) => Checkout::Closed,
            (None, Some(_)) => Checkout::Pending { payment_id },
            (Some(client_secret), Some(_)) => Checkout::Ready {
                payment_id,
                client_secret: client_secret.clone(),
                publishable_key: self.hyperswitch.config().publishable_key.clone(),
            },
        }
    }
}

fn payable_by<'a>(
    state: &'a OrderState,
    request: &RequestContext,
) -> Result<&'a comptoir_domain::order::OrderFacts, UseCaseError> {
    let facts = state.facts().ok_or(OrderError::NotFound)?;
    if !request.actor.may_act_for(facts.buyer_id, Role::Buyer) {
        return Err(OrderError::NotYours.into());
    }
    match state {
        OrderState::Absent => Err(OrderError::NotFound.into()),
        OrderState::AwaitingPayment(facts)
        | OrderState::Processing(facts)
        | OrderState::PaymentFailed(facts) => Ok(facts),
        OrderState::Paid(_) => Err(OrderError::AlreadyPaid.into()),
        OrderState::Cancelled(_) => Err(OrderError::AlreadyCancelled.into()),
        OrderState::Expired(_) => Err(OrderError::AlreadyExpired.into()),
    }
}
