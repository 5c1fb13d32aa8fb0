//! The orders and promotions of the ledger, folded. Memory grows with the number of orders, not with that of events.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use comptoir_domain::order::{Order, OrderEvent, OrderState};
use comptoir_domain::promo::{PromoEvent, PromoTerms};
use comptoir_domain::values::{PersonId, PromoCode, PromoId, RefundId};
use comptoir_domain::{Decider as _, DomainEvent};
use comptoir_ledger::{Filter, Ledger, LedgerError, Position, RecordedEvent};
use uuid::Uuid;

/// Who asked for a refund, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    pub(super) by: Option<PersonId>,
    pub(super) at: DateTime<Utc>,
}

/// An order as it stands.
#[derive(Debug, Default)]
pub(super) struct PastOrder {
    pub(super) state: OrderState,
    pub(super) openings: HashMap<RefundId, Opening>,
}

/// What the rules are applied to.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// In the order in which they were placed.
    pub(super) orders: Vec<PastOrder>,
    pub(super) promotions: HashMap<PromoId, (PromoCode, PromoTerms)>,
}

impl Past {
    pub(super) async fn read(
        ledger: &Ledger,
        through: Position,
        mut progress: impl FnMut(Position),
    ) -> Result<Self, LedgerError> {
        let types = OrderEvent::WIRE
            .iter()
            .chain(PromoEvent::WIRE)
            .map(|(name, _)| *name);
        let mut bulk = ledger.read_bulk(Position::START, through, &Filter::types(types));
        let (mut past, mut places) = (Self::default(), HashMap::new());
        while let Some(events) = bulk.next().await? {
            for event in &events {
                past.note(event, &mut places)?;
            }
            if let Some(last) = events.last() {
                progress(last.position);
            }
        }
        Ok(past)
    }

    fn note(&mut self, event: &RecordedEvent, places: &mut HashMap<Uuid, usize>) -> Result<(), LedgerError> {
        match event.category() {
            "order" => {
                let news: OrderEvent = decode(event)?;
                let Some(id) = event.aggregate_id() else {
                    return Ok(());
                };
                let place = *places.entry(id).or_insert_with(|| {
                    self.orders.push(PastOrder::default());
                    self.orders.len() - 1
                });
                self.orders[place].note(&news);
            }
            "promo" => {
                if let PromoEvent::Created(created) = decode(event)? {
                    self.promotions
                        .insert(created.promo_id, (created.code, created.terms));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl PastOrder {
    fn note(&mut self, news: &OrderEvent) {
        if let OrderEvent::RefundOpened(opened) = news {
            let opening = Opening {
                by: opened.requested_by,
                at: opened.at,
            };
            self.openings.insert(opened.refund_id, opening);
        }
        self.state = Order::evolve(std::mem::take(&mut self.state), news);
    }
}

fn decode<E: DomainEvent>(event: &RecordedEvent) -> Result<E, LedgerError> {
    event.decode().map_err(|source| LedgerError::Decode {
        position: event.position,
        source,
    })
}
