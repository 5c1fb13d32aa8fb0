//! Licences: each follows from a paid unit, and stands as its order says.

use std::collections::BTreeMap;

use comptoir_domain::Decider as _;
use comptoir_domain::licence::{
    Bearing, HeldLicence, Licence, LicenceCause, LicenceEvent, LicenceIssued, LicenceState, Succession,
};
use comptoir_domain::values::{LicenceId, LicenceKind};

use super::event::Place;
use super::order_view::Claim;
use super::{Books, Kind, check_place};
use crate::verify::finding::Findings;
use crate::verify::rule::Rule;

/// What a licence says, in a state, that other streams say too.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Says {
    /// Causes that its own order must name.
    causes: BTreeMap<LicenceCause, Bearing>,
    /// What stands against the bigger licence that has taken its place.
    against_bigger: Option<(LicenceId, Bearing)>,
    succession: Succession,
}

impl Says {
    fn of(state: &LicenceState) -> Self {
        let held = state.held();
        Self {
            causes: held.map(|held| held.causes.clone()).unwrap_or_default(),
            against_bigger: held.and_then(|held| Some((held.succession.superseded_by()?, held.bearing()?))),
            succession: held.map_or(Succession::Open, |held| held.succession),
        }
    }
}

impl Books {
    pub(super) fn licence(&mut self, at: Place<'_>, event: &LicenceEvent, findings: &mut Findings) {
        let state = self.licences.take(at.id).unwrap_or_default();
        if let LicenceEvent::Issued(issued) = event {
            check_place(at, Kind::Begins(issued.grant.licence_id.as_uuid()), findings);
            self.settle_licence(at, issued, findings);
        } else {
            check_place(at, Kind::Follows, findings);
        }
        if !says_more(event) {
            self.licences.put(at.id, Licence::evolve(state, event));
            return;
        }
        let before = Says::of(&state);
        let state = Licence::evolve(state, event);
        let after = Says::of(&state);
        let licence_id = LicenceId::from_uuid(at.id);
        let of = |(cause, bearing): (&LicenceCause, &Bearing)| (licence_id, *cause, *bearing);
        let own = |(cause, _): &(&LicenceCause, &Bearing)| !matches!(cause, LicenceCause::Resold);
        self.licence_causes.keeps(
            before.causes.iter().filter(own).map(of),
            after.causes.iter().filter(own).map(of),
            at.since(),
        );
        let base = |(bigger, bearing)| (bigger, LicenceCause::Base { licence_id }, bearing);
        self.licence_causes.promises(
            before.against_bigger.map(base),
            after.against_bigger.map(base),
            at.since(),
        );
        let claim = |succession: Succession| match succession {
            Succession::Open => None,
            Succession::Reserved { order_id } => Some((licence_id, order_id, Claim::Reserved)),
            Succession::Superseded { order_id, by: _ } => Some((licence_id, order_id, Claim::Taken)),
        };
        self.upgrade_claims
            .keeps(claim(before.succession), claim(after.succession), at.since());
        if let Some(held) = state.held() {
            self.note_what_it_lost(held, &before.causes, &after.causes);
        }
        if let LicenceEvent::Superseded(superseded) = event {
            let taken = before
                .succession
                .order_id()
                .is_some_and(|order_id| order_id != superseded.order_id);
            if taken {
                findings.at(Rule::UpgradeClaim, at.position, at.stream, || {
                    "gives way to an order while another one has it".to_owned()
                });
            }
        }
        self.licences.put(at.id, state);
    }

    fn settle_licence(&mut self, at: Place<'_>, issued: &LicenceIssued, findings: &mut Findings) {
        let what = match self.licences_due.remove(&issued.grant.licence_id) {
            Some((grant, _)) if *grant == issued.grant => return,
            Some(_) => "the licence says something else than the order that it was paid with",
            None => "no order has paid for the licence",
        };
        findings.at(Rule::LicencePaid, at.position, at.stream, || what.to_owned());
    }

    /// What another one has by now, an order claims in vain.
    fn note_what_it_lost(
        &mut self,
        held: &HeldLicence,
        before: &BTreeMap<LicenceCause, Bearing>,
        after: &BTreeMap<LicenceCause, Bearing>,
    ) {
        let grant = &held.grant;
        let key = (grant.product_id, grant.order_id);
        if grant.kind == LicenceKind::Exclusive && after.contains_key(&LicenceCause::Resold) {
            self.resold.insert(key, grant.licence_id);
        } else if before.contains_key(&LicenceCause::Resold) {
            self.resold.remove(&key);
        }
        if let Some(licence_id) = grant.upgrade_of {
            if after.contains_key(&LicenceCause::Base { licence_id }) {
                self.base_lost
                    .insert(grant.licence_id, (licence_id, grant.order_id));
            } else {
                self.base_lost.remove(&grant.licence_id);
            }
        }
    }
}

/// Whether an event can change what a licence says to other streams.
const fn says_more(event: &LicenceEvent) -> bool {
    match event {
        LicenceEvent::UpgradeReserved(_)
        | LicenceEvent::UpgradeReleased(_)
        | LicenceEvent::Superseded(_)
        | LicenceEvent::Suspended(_)
        | LicenceEvent::Revoked(_)
        | LicenceEvent::Reinstated(_) => true,
        LicenceEvent::Issued(_)
        | LicenceEvent::Activated(_)
        | LicenceEvent::Deactivated(_)
        | LicenceEvent::KeyRotated(_)
        | LicenceEvent::Transferred(_)
        | LicenceEvent::FileAccessed(_)
        | LicenceEvent::OfflineFileIssued(_) => false,
    }
}
