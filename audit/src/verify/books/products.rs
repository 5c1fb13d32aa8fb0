//! Products: an exclusive right is sold once, and held by the order that says so.

use comptoir_domain::Decider as _;
use comptoir_domain::product::{ExclusiveRight, Product, ProductEvent, ProductState};
use comptoir_domain::values::{OrderId, ProductId};

use super::event::Place;
use super::order_view::Claim;
use super::{Books, Kind, check_place};
use crate::verify::finding::Findings;
use crate::verify::rule::Rule;

impl Books {
    pub(super) fn product(&mut self, at: Place<'_>, event: &ProductEvent, findings: &mut Findings) {
        let kind = if let ProductEvent::Created(created) = event {
            Kind::Begins(created.product_id.as_uuid())
        } else {
            Kind::Follows
        };
        check_place(at, kind, findings);
        let state = self.products.take(at.id).unwrap_or_default();
        let before = right(&state);
        if let Some(order_id) = wants_alone(event) {
            let owner = before.map(|(order_id, _)| order_id);
            if owner.is_some_and(|owner| owner != order_id) {
                findings.at(Rule::ExclusiveSale, at.position, at.stream, || {
                    format!("{order_id} gets what another order has alone")
                });
            }
        }
        let state = Product::evolve(state, event);
        let after = right(&state);
        if before != after {
            let product_id = ProductId::from_uuid(at.id);
            let of = |(order_id, claim)| (product_id, order_id, claim);
            self.exclusive_claims
                .keeps(before.map(of), after.map(of), at.since());
            match after {
                Some((order_id, _)) => drop(self.held_alone.insert(product_id, order_id)),
                None => drop(self.held_alone.remove(&product_id)),
            }
        }
        self.products.put(at.id, state);
    }
}

fn right(state: &ProductState) -> Option<(OrderId, Claim)> {
    match state.facts()?.exclusive {
        ExclusiveRight::Free => None,
        ExclusiveRight::Reserved {
            order_id,
            offer_id: _,
        } => Some((order_id, Claim::Reserved)),
        ExclusiveRight::Sold {
            order_id,
            offer_id: _,
        } => Some((order_id, Claim::Taken)),
    }
}

const fn wants_alone(event: &ProductEvent) -> Option<OrderId> {
    match event {
        ProductEvent::ExclusiveReserved(reserved) => Some(reserved.order_id),
        ProductEvent::ExclusiveSold(sold) => Some(sold.order_id),
        ProductEvent::Created(_)
        | ProductEvent::Described(_)
        | ProductEvent::OfferAdded(_)
        | ProductEvent::OfferRepriced(_)
        | ProductEvent::OfferWithdrawn(_)
        | ProductEvent::FileAttached(_)
        | ProductEvent::Published(_)
        | ProductEvent::Withdrawn(_)
        | ProductEvent::ExclusiveReleased(_) => None,
    }
}
