//! Licences follow what their order says about them.
//!
//! What was decided is appended only if the order has not moved on since: so a licence never follows an order that is past,
//! whatever runs at the same time, and the last of several events that are worked on leaves it as it must be. What a licence
//! has that no other may have goes, or comes back, in the same append with it; and a bigger licence that has taken the place of
//! this one is aligned after it.

use std::sync::Arc;

use comptoir_domain::Decider;
use comptoir_domain::licence::{Bearing, Licence, LicenceCause, LicenceCommand};
use comptoir_domain::order::{Order, OrderFacts};
use comptoir_domain::policy::{Claims, claims, from_base, licence_causes};
use comptoir_domain::product::Product;
use comptoir_domain::values::{LicenceId, OrderId};
use comptoir_ledger::{Append, Loaded, Metadata};

use crate::aggregates::{Attempts, Freshness};
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::moves::Moves;

/// How many licences are changed in one append.
const LICENCES_PER_APPEND: usize = 100;

/// A stream, with what is to be appended to it.
type Change<D> = (Arc<Loaded<D>>, Vec<<D as Decider>::Event>);

/// A licence, with what is to happen to it and to what it has.
struct LicenceChange {
    licence: Change<Licence>,
    base: Option<Change<Licence>>,
    product: Option<Change<Product>>,
}

/// What the licences of an order come to.
#[derive(Default)]
struct Alignment {
    changes: Vec<LicenceChange>,
    /// The orders of bigger licences that have taken the place of some of them.
    upgraded_by: Vec<OrderId>,
}

impl Engine {
    /// Suspends, revokes and reinstates the licences of an order, as its state says, and those that rest on them.
    pub(super) async fn align_licences(
        &self,
        order_id: OrderId,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        let mut orders = vec![order_id];
        while let Some(order_id) = orders.pop() {
            orders.extend(self.align_licences_of(order_id, metadata).await?);
        }
        Ok(())
    }

    /// The orders of licences that rest on those of this one.
    async fn align_licences_of(
        &self,
        order_id: OrderId,
        metadata: &Metadata,
    ) -> Result<Vec<OrderId>, UseCaseError> {
        let mut attempts = Attempts::new();
        loop {
            let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
            let Alignment { changes, upgraded_by } = self.alignment(&order).await?;
            match self
                .append_changes(&order, changes, metadata, &mut attempts)
                .await?
            {
                Aligned::Yes => return Ok(upgraded_by),
                Aligned::SomethingMoved => {}
            }
        }
    }

    async fn alignment(&self, order: &Loaded<Order>) -> Result<Alignment, UseCaseError> {
        let mut alignment = Alignment::default();
        let Some(facts) = order.state.facts() else {
            return Ok(alignment);
        };
        let lines = (0_u32..).zip(&facts.lines).zip(licence_causes(facts));
        for ((number, line), causes) in lines {
            for unit in 0..line.quantity.get() {
                let licence_id = LicenceId::of_unit(facts.order_id, number, unit);
                let licence = self.licences.get(licence_id.as_uuid(), Freshness::Fresh).await?;
                // One that is not issued yet follows when it is.
                let Some(held) = licence.state.held() else {
                    continue;
                };
                if held.succession.superseded_by().is_some() {
                    alignment.upgraded_by.extend(held.succession.order_id());
                }
                let mut causes = causes.clone();
                let (base, product) = self.claimed(facts, number, licence_id, &mut causes).await?;
                let at = self.now();
                let events = licence
                    .decide(LicenceCommand::Align { causes, at })
                    .map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
                let has_news = !events.is_empty()
                    || base.as_ref().is_some_and(|(_, events)| !events.is_empty())
                    || product.as_ref().is_some_and(|(_, events)| !events.is_empty());
                if has_news {
                    alignment.changes.push(LicenceChange {
                        licence: (licence, events),
                        base,
                        product,
                    });
                }
            }
        }
        Ok(alignment)
    }

    /// What becomes of what the licence of a line has alone; what stands against it because of that is added to the causes.
    async fn claimed(
        &self,
        order: &OrderFacts,
        line: u32,
        licence_id: LicenceId,
        causes: &mut std::collections::BTreeMap<LicenceCause, Bearing>,
    ) -> Result<(Option<Change<Licence>>, Option<Change<Product>>), UseCaseError> {
        let Claims { base, exclusive } = claims(order, line, causes, self.now());
        let base = match base {
            None => None,
            Some((base_id, command)) => {
                let base = self.licences.get(base_id.as_uuid(), Freshness::Fresh).await?;
                let decided = base.decide(command);
                if decided.is_err() {
                    let cause = LicenceCause::Base { licence_id: base_id };
                    report_conflict(licence_id, cause);
                    causes.insert(cause, Bearing::Revokes);
                }
                let events = decided.unwrap_or_default();
                let after = events.iter().fold(base.state.clone(), Licence::evolve);
                causes.extend(after.held().and_then(|base| from_base(base, licence_id)));
                Some((base, events))
            }
        };
        let product = match exclusive {
            None => None,
            Some((product_id, command)) => {
                let product = self.products.get(product_id.as_uuid(), Freshness::Fresh).await?;
                let decided = product.decide(command);
                if decided.is_err() {
                    report_conflict(licence_id, LicenceCause::Resold);
                    causes.insert(LicenceCause::Resold, Bearing::Revokes);
                }
                Some((product, decided.unwrap_or_default()))
            }
        };
        Ok((base, product))
    }

    async fn append_changes(
        &self,
        order: &Loaded<Order>,
        changes: Vec<LicenceChange>,
        metadata: &Metadata,
        attempts: &mut Attempts,
    ) -> Result<Aligned, UseCaseError> {
        let mut changes = changes.into_iter().peekable();
        while changes.peek().is_some() {
            let mut moves = Moves::default();
            for change in changes.by_ref().take(LICENCES_PER_APPEND) {
                let LicenceChange {
                    licence,
                    base,
                    product,
                } = change;
                for (licence, events) in std::iter::once(licence).chain(base) {
                    moves.licences.push(licence, events);
                }
                if let Some((product, events)) = product {
                    moves.products.push(product, events);
                }
            }
            let append = moves.add_to(Append::new(metadata).check(order), &self.ledger);
            match self.ledger.append(append).await {
                Ok(_) => moves.remember(self),
                Err(failed) => {
                    self.retry_after(failed, attempts, || moves.forget(self)).await?;
                    return Ok(Aligned::SomethingMoved);
                }
            }
        }
        Ok(Aligned::Yes)
    }
}

/// A refund was undone, and somebody else has by now what had been given back: a person must decide what becomes of the money.
fn report_conflict(licence_id: LicenceId, cause: LicenceCause) {
    let kind = cause.kind();
    tracing::error!(%licence_id, kind, "a licence stays revoked whose money is here again: refund it, or settle it by hand");
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aligned {
    Yes,
    SomethingMoved,
}
