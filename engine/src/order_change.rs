//! Changing an order together with the products, the promotion and the licences that it touches or leads to: decided on all
//! of them, appended at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use comptoir_domain::order::{
    Availability, Order, OrderCommand, OrderEvent, OrderFacts, OrderState, PaymentStatus, availability,
};
use comptoir_domain::policy::licences_with;
use comptoir_domain::product::{Product, ProductState};
use comptoir_domain::values::{OrderId, ProductId};
use comptoir_ledger::{Append, AppendError, Loaded, Metadata, Position};
use futures::future::try_join_all;

use crate::aggregates::{Attempts, Freshness};
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;
use crate::moves::{Held, LoadedSellers, Steps};

/// Products by id, as they were loaded.
pub(crate) type LoadedProducts = BTreeMap<ProductId, Arc<Loaded<Product>>>;

/// What a command to an order led to.
#[derive(Debug, Clone)]
pub(crate) struct OrderChange {
    /// The order afterwards.
    pub(crate) order: Arc<Loaded<Order>>,
    /// What happened; nothing, if the command had had its effect already.
    pub(crate) events: Vec<OrderEvent>,
    /// Up to where the ledger must be read to see it.
    pub(crate) position: Position,
}

impl OrderChange {
    /// The answer to a request that led to it.
    pub(crate) fn answered<T>(&self, answer: T) -> Answered<T> {
        if self.events.is_empty() {
            Answered::unchanged(answer, self.position)
        } else {
            Answered::first(answer, self.position)
        }
    }
}

impl Engine {
    /// Carries out a command to an existing order. `recording` completes the append, such as by an idempotency key.
    pub(crate) async fn change_order(
        &self,
        order_id: OrderId,
        command: OrderCommand,
        metadata: &Metadata,
        recording: impl Fn(Append) -> Append,
    ) -> Result<OrderChange, UseCaseError> {
        let mut attempts = Attempts::new();
        let mut turn = None;
        loop {
            let order = self.orders.get(order_id.as_uuid(), attempts.freshness()).await?;
            let (command, held) = self.with_availability(&order, command.clone()).await?;
            let events = match order.decide(command) {
                Ok(events) if !events.is_empty() => events,
                _ if attempts.confirm() => continue,
                Ok(events) => {
                    return Ok(OrderChange {
                        order,
                        events,
                        position: self.ledger.horizon(),
                    });
                }
                Err(refused) => return Err(refused.into()),
            };
            let append = Append::new(metadata).write(&order, &events, self.ledger.ids());
            let append = self
                .add_licences(append, &licences_with(&order.state, &events))
                .await?;
            let steps = Steps::of(&order.state, &events, self.now());
            if turn.is_none() && steps.promotion().is_some() {
                attempts.be_patient();
                turn = self.turn_of(steps.promotion()).await;
            }
            let moved = match self.move_along(steps, held, attempts.freshness()).await? {
                Ok(moved) => moved,
                Err(_) if attempts.confirm() => continue,
                Err(refused) => return Err(refused),
            };
            match self
                .ledger
                .append(recording(moved.add_to(append, &self.ledger)))
                .await
            {
                Ok(appended) => {
                    moved.remember(self);
                    let order = self.orders.remember_after(order, &events);
                    return Ok(OrderChange {
                        order,
                        events,
                        position: appended.position,
                    });
                }
                Err(failed) => {
                    let forget = || {
                        self.orders.forget(order_id.as_uuid());
                        moved.forget(self);
                    };
                    self.retry_after(failed, &mut attempts, forget).await?;
                }
            }
        }
    }

    /// Loads products side by side.
    pub(crate) async fn load_products(
        &self,
        ids: impl IntoIterator<Item = ProductId>,
        freshness: Freshness,
    ) -> Result<LoadedProducts, UseCaseError> {
        let loads = ids.into_iter().map(async |id| {
            let product = self.products.get(id.as_uuid(), freshness).await?;
            Ok::<_, UseCaseError>((id, product))
        });
        Ok(try_join_all(loads).await?.into_iter().collect())
    }

    /// Money for a closed order asks whether all of it can still be had, and money for any that is not paid whether what it
    /// upgrades is still there. What says so must then be held.
    async fn with_availability(
        &self,
        order: &Loaded<Order>,
        command: OrderCommand,
    ) -> Result<(OrderCommand, Held), UseCaseError> {
        let (report, at) = match command {
            OrderCommand::RecordPaymentStatus {
                report,
                at,
                availability: _,
            } => (report, at),
            other @ (OrderCommand::Place(_)
            | OrderCommand::RecordPaymentInitiated { .. }
            | OrderCommand::Cancel { .. }
            | OrderCommand::Expire { .. }
            | OrderCommand::OpenRefund(_)
            | OrderCommand::RecordDispute { .. }
            | OrderCommand::BeginDelivery { .. }
            | OrderCommand::DeclareWithdrawal { .. }
            | OrderCommand::ConfirmWithdrawal { .. }
            | OrderCommand::SettleRefund { .. }
            | OrderCommand::FlagRefund { .. }
            | OrderCommand::DeclineRefund { .. }) => return Ok((other, Held::default())),
        };
        let told = |availability| OrderCommand::RecordPaymentStatus {
            report: report.clone(),
            availability,
            at,
        };
        let unpaid = unpaid(&order.state).filter(|_| report.status == PaymentStatus::Succeeded);
        let Some((facts, closed)) = unpaid else {
            return Ok((told(Availability::Gone), Held::default()));
        };
        let upgraded = facts.upgrades().map(|(_, upgrade)| upgrade.licence_id);
        let bases = self.load_bases(upgraded.collect(), Freshness::Fresh).await?;
        let ids = facts.lines.iter().filter(|_| closed == Closed::Yes);
        let ids = ids.map(|line| line.product_id);
        let products = self.load_products(ids, Freshness::Fresh).await?;
        let availability = match closed {
            _ if !facts.upgrades_stand(&bases.bases, at) => Availability::BaseGone,
            Closed::Yes => availability(facts, &states(&products)),
            Closed::No => Availability::StillToBeHad,
        };
        let sellers = LoadedSellers::new();
        Ok((
            told(availability),
            Held {
                products,
                bases,
                sellers,
            },
        ))
    }

    /// What to do after a refused append: another attempt if something had moved, the error otherwise. Whatever is remembered
    /// of the streams is dropped, since it is in doubt.
    pub(crate) async fn retry_after(
        &self,
        failed: AppendError,
        attempts: &mut Attempts,
        forget: impl FnOnce(),
    ) -> Result<(), UseCaseError> {
        match &failed {
            AppendError::WrongExpectedRevision { .. } => {
                if attempts.again(&self.ledger).await {
                    Ok(())
                } else {
                    Err(UseCaseError::Contended)
                }
            }
            AppendError::DuplicateEventId
            | AppendError::IdempotencyKeyUsed
            | AppendError::Invalid(_)
            | AppendError::Overloaded
            | AppendError::Unavailable { .. }
            | AppendError::OutcomeUnknown => {
                forget();
                Err(failed.into())
            }
        }
    }
}

/// The states alone, as the rules want them.
pub(crate) fn states(products: &LoadedProducts) -> BTreeMap<ProductId, ProductState> {
    products
        .iter()
        .map(|(id, product)| (*id, product.state.clone()))
        .collect()
}

/// Whether an order that is not paid is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closed {
    Yes,
    No,
}

fn unpaid(state: &OrderState) -> Option<(&OrderFacts, Closed)> {
    match state {
        OrderState::Cancelled(facts) | OrderState::Expired(facts) => Some((facts, Closed::Yes)),
        OrderState::AwaitingPayment(facts)
        | OrderState::Processing(facts)
        | OrderState::PaymentFailed(facts) => Some((facts, Closed::No)),
        OrderState::Absent | OrderState::Paid(_) => None,
    }
}
