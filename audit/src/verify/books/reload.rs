//! States that memory did not hold any more are made anew from their streams, for a whole batch at once.

use std::collections::HashSet;

use comptoir_domain::Decider;
use comptoir_domain::access::Access;
use comptoir_domain::document::Document;
use comptoir_domain::licence::Licence;
use comptoir_domain::order::Order;
use comptoir_domain::person::Person;
use comptoir_domain::product::Product;
use comptoir_domain::projection::Projection;
use comptoir_domain::promo::Promo;
use comptoir_domain::review::Review;
use comptoir_domain::seller::Seller;
use comptoir_ledger::RecordedEvent;
use uuid::Uuid;

use super::Books;
use super::payments::Word;
use crate::verify::checked::{Checked, Origin};
use crate::verify::known::Known;
use crate::verify::states::States;

/// What a batch of events needs, and memory does not hold.
#[derive(Debug, Default)]
pub(in crate::verify) struct Missing {
    pub(in crate::verify) streams: Vec<String>,
    /// Webhooks by their event ids.
    pub(in crate::verify) words: Vec<Uuid>,
}

impl Books {
    /// Forgets what has not moved for a while, before a batch.
    pub(in crate::verify) fn make_room(&mut self) {
        self.orders.make_room();
        self.licences.make_room();
        self.refunds.make_room();
        self.documents.make_room();
        self.products.make_room();
        self.promos.make_room();
        self.series.make_room();
        self.others.make_room();
        self.words.make_room();
    }

    /// What has to be loaded before a batch can be taken in.
    pub(in crate::verify) fn missing(&self, batch: &[Checked]) -> Missing {
        let mut missing = Missing::default();
        let (mut seen, mut heard) = (HashSet::new(), HashSet::new());
        for event in batch {
            let (Ok(known), Some(id)) = (&event.content, event.id) else {
                continue;
            };
            if matches!(known, Known::Webhook(_)) {
                heard.insert(event.event_id);
            } else if seen.insert(event.stream_hash) && event.revision > 0 && !self.holds(known, id) {
                missing.streams.push(event.stream.clone());
            }
            if let Origin::Event(event_id) = event.origin
                && !self.words.holds(event_id)
                && heard.insert(event_id)
            {
                missing.words.push(event_id);
            }
        }
        missing
    }

    fn holds(&self, known: &Known, id: Uuid) -> bool {
        match known {
            Known::Order(_) => self.orders.holds(id),
            Known::Webhook(_) => true,
            Known::Licence(_) => self.licences.holds(id),
            Known::Refund(_) => self.refunds.holds(id),
            Known::Document(_) => self.documents.holds(id),
            Known::Invoicing(_) => self.series.holds(id),
            Known::Product(_) => self.products.holds(id),
            Known::Promo(_) => self.promos.holds(id),
            Known::Review(_) => self.others.reviews.holds(id),
            Known::Seller(_) => self.others.sellers.holds(id),
            Known::Person(_) => self.others.persons.holds(id),
            Known::Access(_) => self.others.accesses.holds(id),
            Known::Projection(_) => self.others.projections.holds(id),
        }
    }

    /// Folds what was loaded. Whatever is wrong with these events was found when they were read in their place.
    pub(in crate::verify) fn load(&mut self, events: &[RecordedEvent]) {
        for event in events {
            let (Ok(known), Some(id)) = (Known::read(event), event.aggregate_id()) else {
                continue;
            };
            match &known {
                Known::Order(event) => fold::<Order>(&mut self.orders, id, event),
                // What it said is loaded by itself.
                Known::Webhook(_) => {}
                Known::Licence(event) => fold::<Licence>(&mut self.licences, id, event),
                Known::Refund(event) => {
                    let book = self.refunds.take(id).unwrap_or_default();
                    self.refunds.put(id, book.after(event));
                }
                Known::Document(event) => fold::<Document>(&mut self.documents, id, event),
                Known::Invoicing(event) => {
                    let series = self.series.take(id).unwrap_or_default();
                    self.series.put(id, series.after(event));
                }
                Known::Product(event) => fold::<Product>(&mut self.products, id, event),
                Known::Promo(event) => fold::<Promo>(&mut self.promos, id, event),
                Known::Review(event) => fold::<Review>(&mut self.others.reviews, id, event),
                Known::Seller(event) => fold::<Seller>(&mut self.others.sellers, id, event),
                Known::Person(event) => fold::<Person>(&mut self.others.persons, id, event),
                Known::Access(event) => fold::<Access>(&mut self.others.accesses, id, event),
                Known::Projection(event) => fold::<Projection>(&mut self.others.projections, id, event),
            }
        }
    }
}

impl Books {
    /// Remembers what webhooks said that were loaded.
    pub(in crate::verify) fn load_words(&mut self, events: &[RecordedEvent]) {
        for event in events {
            if let Ok(Known::Webhook(received)) = Known::read(event) {
                self.words.put(event.event_id, Word::of(&received));
            }
        }
    }
}

fn fold<D: Decider>(states: &mut States<D::State>, id: Uuid, event: &D::Event) {
    let state = states.take(id).unwrap_or_default();
    states.put(id, D::evolve(state, event));
}
