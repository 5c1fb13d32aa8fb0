//! Streams that say nothing about money: folded, so that it shows whether they can be.

use comptoir_domain::Decider as _;
use comptoir_domain::access::{Access, AccessState};
use comptoir_domain::person::{Person, PersonEvent, PersonState};
use comptoir_domain::projection::{Projection, ProjectionState};
use comptoir_domain::review::{Review, ReviewEvent, ReviewState};
use comptoir_domain::seller::{Seller, SellerEvent, SellerState};

use super::event::Place;
use super::{Kind, check_place};
use crate::verify::finding::Findings;
use crate::verify::known::Known;
use crate::verify::states::States;

/// Their states.
#[derive(Debug)]
pub(super) struct Others {
    pub(super) reviews: States<ReviewState>,
    pub(super) sellers: States<SellerState>,
    pub(super) persons: States<PersonState>,
    pub(super) accesses: States<AccessState>,
    pub(super) projections: States<ProjectionState>,
}

impl Others {
    pub(super) fn new(states: usize) -> Self {
        Self {
            reviews: States::new(states),
            sellers: States::new(states),
            persons: States::new(states),
            accesses: States::new(states),
            projections: States::new(states),
        }
    }

    pub(super) fn make_room(&mut self) {
        self.reviews.make_room();
        self.sellers.make_room();
        self.persons.make_room();
        self.accesses.make_room();
        self.projections.make_room();
    }

    pub(super) fn take(&mut self, at: Place<'_>, known: &Known, findings: &mut Findings) {
        match known {
            Known::Review(event) => {
                let kind = if let ReviewEvent::Posted(posted) = event.as_ref() {
                    Kind::Begins(posted.review_id.as_uuid())
                } else {
                    Kind::Follows
                };
                check_place(at, kind, findings);
                let state = self.reviews.take(at.id).unwrap_or_default();
                self.reviews.put(at.id, Review::evolve(state, event));
            }
            Known::Seller(event) => {
                // Who has been identified can be again.
                let kind = match event.as_ref() {
                    SellerEvent::Identified(identified) if at.revision < 1 => {
                        Kind::Begins(identified.seller_id.as_uuid())
                    }
                    SellerEvent::Identified(_)
                    | SellerEvent::MandateAccepted(_)
                    | SellerEvent::MandateWithdrawn(_) => Kind::Follows,
                };
                check_place(at, kind, findings);
                let state = self.sellers.take(at.id).unwrap_or_default();
                self.sellers.put(at.id, Seller::evolve(state, event));
            }
            // Neither begins with an event of its own: whoever looks or decides first is the first.
            Known::Access(event) => {
                let state = self.accesses.take(at.id).unwrap_or_default();
                self.accesses.put(at.id, Access::evolve(state, event));
            }
            Known::Projection(event) => {
                let state = self.projections.take(at.id).unwrap_or_default();
                self.projections.put(at.id, Projection::evolve(state, event));
            }
            Known::Person(event) => {
                let PersonEvent::Erased(erased) = event.as_ref();
                check_place(at, Kind::Begins(erased.person_id.as_uuid()), findings);
                let state = self.persons.take(at.id).unwrap_or_default();
                self.persons.put(at.id, Person::evolve(state, event));
            }
            Known::Order(_)
            | Known::Webhook(_)
            | Known::Licence(_)
            | Known::Refund(_)
            | Known::Document(_)
            | Known::Invoicing(_)
            | Known::Product(_)
            | Known::Promo(_) => {}
        }
    }
}
