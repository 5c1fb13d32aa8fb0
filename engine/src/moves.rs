//! What moves along with an order, in the same append: the exclusive rights it holds, the licences it upgrades, and its use of a
//! promotion code.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use comptoir_domain::Decider;
use comptoir_domain::licence::{Licence, LicenceCommand};
use comptoir_domain::order::{Order, OrderEvent, OrderState, PlaceError};
use comptoir_domain::policy::{exclusive_moves, promo_moves, upgrade_moves};
use comptoir_domain::product::{Product, ProductCommand};
use comptoir_domain::promo::{Promo, PromoCommand, PromoError};
use comptoir_domain::seller::Seller;
use comptoir_domain::values::{LicenceId, ProductId, PromoId, SellerId};
use comptoir_ledger::{Append, Ledger, Loaded};
use tokio::sync::OwnedMutexGuard;

use crate::aggregates::{Aggregates, Freshness};
use crate::bases::LoadedBases;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::order_change::LoadedProducts;

/// The commands to other streams that an order's new events lead to.
pub(crate) struct Steps {
    products: BTreeMap<ProductId, Vec<ProductCommand>>,
    licences: BTreeMap<LicenceId, Vec<LicenceCommand>>,
    promos: BTreeMap<PromoId, Vec<PromoCommand>>,
}

/// What a decision relies on besides its own stream: streams that must not have moved by the time of the append.
#[derive(Default)]
pub(crate) struct Held {
    /// The products of the order's lines.
    pub(crate) products: LoadedProducts,
    /// The licences that it upgrades.
    pub(crate) bases: LoadedBases,
    /// The sellers who supply what is ordered: by what they say of themselves, it is taxed.
    pub(crate) sellers: LoadedSellers,
}

/// Sellers by id, as they were loaded.
pub(crate) type LoadedSellers = BTreeMap<SellerId, Arc<Loaded<Seller>>>;

impl Steps {
    pub(crate) fn of(before: &OrderState, events: &[OrderEvent], at: DateTime<Utc>) -> Self {
        let (mut products, mut licences, mut promos) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for step in exclusive_moves(before, events) {
            let of_product: &mut Vec<_> = products.entry(step.product_id).or_default();
            of_product.push(step.command);
        }
        for step in upgrade_moves(before, events) {
            let of_licence: &mut Vec<_> = licences.entry(step.licence_id).or_default();
            of_licence.push(step.command);
        }
        for step in promo_moves(before, events, at) {
            let of_promo: &mut Vec<_> = promos.entry(step.promo_id).or_default();
            of_promo.push(step.command);
        }
        Self {
            products,
            licences,
            promos,
        }
    }

    /// The promotion that is moved; an order has one at most.
    pub(crate) fn promotion(&self) -> Option<PromoId> {
        self.promos.keys().next().copied()
    }
}

impl Engine {
    /// This node's turn to move a promotion, whose stream all orders with its code write to: those that wait here do not
    /// run into each other there. Other nodes still may, which the append finds out.
    pub(crate) async fn turn_of(&self, promotion: Option<PromoId>) -> Option<OwnedMutexGuard<()>> {
        match promotion {
            Some(promo_id) => Some(self.promo_turns.wait(promo_id.as_uuid()).await),
            None => None,
        }
    }

    /// Decides the commands to other streams. `held` are those whose revision the decision relies on; what is not written to
    /// is checked in the append. The inner error is a refusal, which is only final on fresh states.
    pub(crate) async fn move_along(
        &self,
        steps: Steps,
        held: Held,
        freshness: Freshness,
    ) -> Result<Result<Moves, UseCaseError>, UseCaseError> {
        let Steps {
            mut products,
            mut licences,
            promos,
        } = steps;
        let Held {
            products: mut held,
            bases,
            sellers,
        } = held;
        let missing: Vec<_> = products
            .keys()
            .filter(|id| !held.contains_key(id))
            .copied()
            .collect();
        held.extend(self.load_products(missing, freshness).await?);
        let mut moves = Moves::default();
        for (id, product) in held {
            match decide_all(&product, products.remove(&id).unwrap_or_default()) {
                Ok(events) => moves.products.push(product, events),
                Err(refused) => return Ok(Err(refused.into())),
            }
        }
        let mut held = bases.licences;
        for id in licences.keys() {
            if !held.contains_key(id) {
                held.insert(*id, self.licences.get(id.as_uuid(), freshness).await?);
            }
        }
        for (id, licence) in held {
            match decide_all(&licence, licences.remove(&id).unwrap_or_default()) {
                Ok(events) => moves.licences.push(licence, events),
                Err(refused) => return Ok(Err(refused.into())),
            }
        }
        for order in bases.orders.into_values() {
            moves.orders.push(order, Vec::new());
        }
        for seller in sellers.into_values() {
            moves.sellers.push(seller, Vec::new());
        }
        for (id, commands) in promos {
            let promo = self.promos.get(id.as_uuid(), freshness).await?;
            match decide_all(&promo, commands) {
                Ok(events) => moves.promos.push(promo, events),
                Err(PromoError::Refused(refusal)) => return Ok(Err(PlaceError::Promotion(refusal).into())),
                Err(refused) => return Ok(Err(refused.into())),
            }
        }
        Ok(Ok(moves))
    }
}

/// What is appended to other streams, or only expected of them, because of an order.
#[derive(Default)]
pub(crate) struct Moves {
    pub(crate) products: StreamMoves<Product>,
    pub(crate) licences: StreamMoves<Licence>,
    orders: StreamMoves<Order>,
    sellers: StreamMoves<Seller>,
    promos: StreamMoves<Promo>,
}

impl Moves {
    pub(crate) fn add_to(&self, append: Append, ledger: &Ledger) -> Append {
        let append = self.products.add_to(append, ledger);
        let append = self.licences.add_to(append, ledger);
        let append = self.orders.add_to(append, ledger);
        let append = self.sellers.add_to(append, ledger);
        self.promos.add_to(append, ledger)
    }

    pub(crate) fn remember(self, engine: &Engine) {
        self.products.remember(&engine.products);
        self.licences.remember(&engine.licences);
        self.promos.remember(&engine.promos);
    }

    pub(crate) fn forget(&self, engine: &Engine) {
        self.products.forget(&engine.products);
        self.licences.forget(&engine.licences);
        self.orders.forget(&engine.orders);
        self.sellers.forget(&engine.sellers);
        self.promos.forget(&engine.promos);
    }
}

/// The same for the streams of one kind.
pub(crate) struct StreamMoves<D: Decider>(Vec<StreamMove<D>>);

/// The events for one stream; none, where only its revision is expected.
struct StreamMove<D: Decider> {
    loaded: Arc<Loaded<D>>,
    events: Vec<D::Event>,
}

impl<D: Decider> Default for StreamMoves<D> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<D: Decider + 'static> StreamMoves<D> {
    pub(crate) fn push(&mut self, loaded: Arc<Loaded<D>>, events: Vec<D::Event>) {
        self.0.push(StreamMove { loaded, events });
    }

    fn add_to(&self, append: Append, ledger: &Ledger) -> Append {
        self.0
            .iter()
            .fold(append, |append, StreamMove { loaded, events }| {
                if events.is_empty() {
                    append.check(loaded)
                } else {
                    append.write(loaded, events, ledger.ids())
                }
            })
    }

    fn remember(self, aggregates: &Aggregates<D>) {
        for StreamMove { loaded, events } in self.0 {
            if !events.is_empty() {
                aggregates.remember_after(loaded, &events);
            }
        }
    }

    fn forget(&self, aggregates: &Aggregates<D>) {
        self.0.iter().for_each(|moved| aggregates.forget(moved.loaded.id));
    }
}

/// Decides one command after the other, each on the state that the ones before lead to.
fn decide_all<D: Decider>(loaded: &Loaded<D>, commands: Vec<D::Command>) -> Result<Vec<D::Event>, D::Error> {
    let mut events = Vec::new();
    let mut state = None;
    let mut commands = commands.into_iter().peekable();
    while let Some(command) = commands.next() {
        let new = D::decide(state.as_ref().unwrap_or(&loaded.state), command)?;
        // States can be large: a copy is made only for a command that comes after.
        if commands.peek().is_some() {
            let before = state.take().unwrap_or_else(|| loaded.state.clone());
            state = Some(new.iter().fold(before, D::evolve));
        }
        events.extend(new);
    }
    Ok(events)
}
