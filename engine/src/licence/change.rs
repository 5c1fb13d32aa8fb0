//! Changing one licence: decided on its stream, appended to it, and tried again if it moved. A first access is appended
//! together with the delivery of the order's line, so that neither stands without the other.

use std::sync::Arc;

use comptoir_domain::licence::{Licence, LicenceCommand, LicenceError, LicenceEvent};
use comptoir_domain::order::{Order, OrderCommand, OrderEvent};
use comptoir_domain::policy::delivery_with;
use comptoir_domain::values::LicenceId;
use comptoir_ledger::{Append, Loaded, Metadata, Position};

use crate::aggregates::{Attempts, Freshness};
use crate::engine::Engine;
use crate::error::UseCaseError;

/// What a command to a licence led to.
#[derive(Debug, Clone)]
pub(crate) struct LicenceChange {
    /// The licence afterwards.
    pub(crate) licence: Arc<Loaded<Licence>>,
    /// Up to where the ledger must be read to see it.
    pub(crate) position: Position,
}

/// An order whose delivery begins, and its events.
type Delivery = (Arc<Loaded<Order>>, Vec<OrderEvent>);

impl Engine {
    /// The licence as the ledger has it now.
    pub(crate) async fn fresh_licence(
        &self,
        licence_id: LicenceId,
    ) -> Result<Arc<Loaded<Licence>>, UseCaseError> {
        let loaded = self.licences.get(licence_id.as_uuid(), Freshness::Fresh).await?;
        if loaded.exists() {
            Ok(loaded)
        } else {
            Err(LicenceError::NotFound.into())
        }
    }

    /// Carries out a command to a licence. `recording` completes the append, such as by an idempotency key.
    pub(crate) async fn change_licence(
        &self,
        licence_id: LicenceId,
        command: LicenceCommand,
        metadata: &Metadata,
        recording: impl Fn(Append) -> Append,
    ) -> Result<LicenceChange, UseCaseError> {
        let id = licence_id.as_uuid();
        let _turn = self.licence_turns.wait(id).await;
        let mut attempts = Attempts::new();
        loop {
            let licence = self.licences.get(id, attempts.freshness()).await?;
            let events = match licence.decide(command.clone()) {
                Ok(events) if !events.is_empty() => events,
                _ if attempts.confirm() => continue,
                Ok(_) => {
                    let position = self.ledger.horizon();
                    return Ok(LicenceChange { licence, position });
                }
                Err(refused) => return Err(refused.into()),
            };
            let delivery = match self.delivery_of(&licence, &events, attempts.freshness()).await {
                Ok(delivery) => delivery,
                Err(UseCaseError::Order(_)) if attempts.confirm() => continue,
                Err(refused) => return Err(refused),
            };
            let append = Append::new(metadata).write(&licence, &events, self.ledger.ids());
            let append = match &delivery {
                Some((order, began)) => append.write(order, began, self.ledger.ids()),
                None => append,
            };
            match self.ledger.append(recording(append)).await {
                Ok(appended) => {
                    if let Some((order, began)) = delivery {
                        self.orders.remember_after(order, &began);
                    }
                    return Ok(LicenceChange {
                        licence: self.licences.remember_after(licence, &events),
                        position: appended.position,
                    });
                }
                Err(failed) => {
                    let forget = || {
                        self.licences.forget(id);
                        if let Some((order, _)) = &delivery {
                            self.orders.forget(order.id);
                        }
                    };
                    self.retry_after(failed, &mut attempts, forget).await?;
                }
            }
        }
    }

    /// What the order notes because of the events of a licence; none, if it has noted it before.
    async fn delivery_of(
        &self,
        licence: &Loaded<Licence>,
        events: &[LicenceEvent],
        freshness: Freshness,
    ) -> Result<Option<Delivery>, UseCaseError> {
        let Some(held) = licence.state.held() else {
            return Ok(None);
        };
        let Some(access) = delivery_with(held.holder_id, events) else {
            return Ok(None);
        };
        let id = held.grant.order_id.as_uuid();
        let order = self.orders.get(id, freshness).await?;
        let began = order.decide(OrderCommand::BeginDelivery {
            line: held.grant.line,
            access,
            at: self.now(),
        })?;
        Ok((!began.is_empty()).then_some((order, began)))
    }
}
