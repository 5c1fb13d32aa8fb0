//! Promotions: used no more often than their caps allow, and by the orders that say so.

use comptoir_domain::Decider as _;
use comptoir_domain::promo::{Promo, PromoEvent, PromoState, UseStanding};
use comptoir_domain::values::{OrderId, PersonId, PromoId};

use super::event::Place;
use super::order_view::Hold;
use super::{Books, Kind, check_place};
use crate::verify::finding::Findings;
use crate::verify::rule::Rule;

impl Books {
    pub(super) fn promo(&mut self, at: Place<'_>, event: &PromoEvent, findings: &mut Findings) {
        let (kind, order_id) = match event {
            PromoEvent::Created(created) => (Kind::Begins(created.promo_id.as_uuid()), None),
            PromoEvent::Reserved(reserved) => (Kind::Follows, Some(reserved.order_id)),
            PromoEvent::Released(released) => (Kind::Follows, Some(released.order_id)),
            PromoEvent::Redeemed(redeemed) => (Kind::Follows, Some(redeemed.order_id)),
            PromoEvent::Deactivated(_) => (Kind::Follows, None),
        };
        check_place(at, kind, findings);
        let state = self.promos.take(at.id).unwrap_or_default();
        let before = order_id.and_then(|order_id| used(&state, order_id));
        let state = Promo::evolve(state, event);
        if let Some(order_id) = order_id {
            let after = used(&state, order_id);
            let of = |(hold, _): (Hold, PersonId)| (PromoId::from_uuid(at.id), order_id, hold);
            self.promotion_uses
                .keeps(before.map(of), after.map(of), at.since());
            if let Some((_, buyer_id)) = after {
                check_caps(at, &state, buyer_id, findings);
            }
        }
        self.promos.put(at.id, state);
    }
}

fn used(state: &PromoState, order_id: OrderId) -> Option<(Hold, PersonId)> {
    let used = state.facts()?.uses.get(&order_id)?;
    let hold = match used.standing {
        UseStanding::Reserved => Hold::Reserved,
        UseStanding::Redeemed(_) => Hold::Redeemed,
    };
    Some((hold, used.buyer_id))
}

fn check_caps(at: Place<'_>, state: &PromoState, buyer_id: PersonId, findings: &mut Findings) {
    let Some(facts) = state.facts() else { return };
    let beyond = |count: u32, cap: Option<u32>| cap.filter(|cap| count > *cap);
    if let Some(cap) = beyond(facts.counted(), facts.terms.uses_max) {
        findings.at(Rule::PromotionCap, at.position, at.stream, || {
            format!("it is used {} times, of {cap} that it has", facts.counted())
        });
    }
    if let Some(cap) = beyond(facts.counted_of(buyer_id), facts.terms.uses_per_buyer_max) {
        findings.at(Rule::PromotionCap, at.position, at.stream, || {
            format!(
                "one buyer uses it {} times, of {cap} that each has",
                facts.counted_of(buyer_id)
            )
        });
    }
}
