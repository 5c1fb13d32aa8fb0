//! Licences follow what their order says about them.
//!
//! What was decided is appended only if the order has not moved on since: so a licence never follows an order that is past,
//! whatever runs at the same time, and the last of several events that are worked on leaves it as it must be.

use std::sync::Arc;

use comptoir_domain::licence::{Licence, LicenceCommand, LicenceEvent};
use comptoir_domain::order::Order;
use comptoir_domain::policy::licence_causes;
use comptoir_domain::values::{LicenceId, OrderId};
use comptoir_ledger::{Append, Loaded, Metadata};

use crate::aggregates::{Attempts, Freshness};
use crate::engine::Engine;
use crate::error::UseCaseError;

/// How many licences are changed in one append.
const LICENCES_PER_APPEND: usize = 100;

/// Licences with what is to happen to them.
type Changes = Vec<(Arc<Loaded<Licence>>, Vec<LicenceEvent>)>;

impl Engine {
    /// Suspends, revokes and reinstates the licences of an order, as its state says.
    pub(super) async fn align_licences(
        &self,
        order_id: OrderId,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        let mut attempts = Attempts::new();
        loop {
            let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
            let changes = self.licence_changes(&order).await?;
            match self
                .append_changes(&order, changes, metadata, &mut attempts)
                .await?
            {
                Aligned::Yes => return Ok(()),
                Aligned::SomethingMoved => {}
            }
        }
    }

    async fn licence_changes(&self, order: &Loaded<Order>) -> Result<Changes, UseCaseError> {
        let Some(facts) = order.state.facts() else {
            return Ok(Vec::new());
        };
        let mut changes = Vec::new();
        let lines = (0_u32..).zip(&facts.lines).zip(licence_causes(facts));
        for ((number, line), causes) in lines {
            for unit in 0..line.quantity.get() {
                let id = LicenceId::of_unit(facts.order_id, number, unit).as_uuid();
                let licence = self.licences.get(id, Freshness::Fresh).await?;
                // One that is not issued yet follows when it is.
                if !licence.exists() {
                    continue;
                }
                let command = LicenceCommand::Align {
                    causes: causes.clone(),
                    at: self.now(),
                };
                let events = licence
                    .decide(command)
                    .map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
                if !events.is_empty() {
                    changes.push((licence, events));
                }
            }
        }
        Ok(changes)
    }

    async fn append_changes(
        &self,
        order: &Loaded<Order>,
        changes: Changes,
        metadata: &Metadata,
        attempts: &mut Attempts,
    ) -> Result<Aligned, UseCaseError> {
        for together in changes.chunks(LICENCES_PER_APPEND) {
            let append = together
                .iter()
                .fold(Append::new(metadata).check(order), |append, (licence, events)| {
                    append.write(licence, events, self.ledger.ids())
                });
            match self.ledger.append(append).await {
                Ok(_) => {
                    for (licence, events) in together {
                        self.licences.remember_after(Arc::clone(licence), events);
                    }
                }
                Err(failed) => {
                    let forget = || {
                        for (licence, _) in together {
                            self.licences.forget(licence.id);
                        }
                    };
                    self.retry_after(failed, attempts, forget).await?;
                    return Ok(Aligned::SomethingMoved);
                }
            }
        }
        Ok(Aligned::Yes)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aligned {
    Yes,
    SomethingMoved,
}
