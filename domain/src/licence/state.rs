//! What the decisions about a licence need to know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cause::{Bearing, LicenceCause};
use super::event::LicenceEvent;
use crate::values::{
    LicenceId, LicenceKind, OfferId, OrderId, PersonId, ProductId, TermsHash, TermsVersion, Title,
};

/// Where a licence stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LicenceState {
    /// Not there.
    #[default]
    Absent,
    /// The buyer holds it; whether it is live is another matter.
    Issued(Box<HeldLicence>),
}

/// What is known of a licence once it is issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLicence {
    /// Who got what.
    pub grant: LicenceGrant,
    /// Why it is not live, if it is not.
    pub causes: BTreeMap<LicenceCause, Bearing>,
}

impl HeldLicence {
    /// What the causes together do: none, if the licence is live as far as they go.
    pub fn bearing(&self) -> Option<Bearing> {
        self.causes.values().max().copied()
    }
}

impl LicenceState {
    /// What is known, if the licence was issued.
    pub fn held(&self) -> Option<&HeldLicence> {
        match self {
            Self::Absent => None,
            Self::Issued(held) => Some(held),
        }
    }
}

/// Who gets what: a copy of the order line, for one unit of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceGrant {
    /// The licence, derived from order, line and unit.
    pub licence_id: LicenceId,
    /// The order it was bought with.
    pub order_id: OrderId,
    /// The line of the order, counted from 0.
    pub line: u32,
    /// The unit of the line, counted from 0.
    pub unit: u32,
    /// Who bought it.
    pub buyer_id: PersonId,
    /// Who sold it.
    pub seller_id: PersonId,
    /// The product.
    pub product_id: ProductId,
    /// The offer.
    pub offer_id: OfferId,
    /// The product's title when it was ordered.
    pub title: Title,
    /// What it allows.
    pub kind: LicenceKind,
    /// The seller's name of the wording.
    pub terms_version: TermsVersion,
    /// SHA-256 of the wording.
    pub terms_hash: TermsHash,
}

/// The state after an event.
pub(super) fn evolve(state: LicenceState, event: &LicenceEvent) -> LicenceState {
    match (state, event) {
        (LicenceState::Absent, LicenceEvent::Issued(issued)) => LicenceState::Issued(Box::new(HeldLicence {
            grant: issued.grant.clone(),
            causes: BTreeMap::new(),
        })),
        (
            LicenceState::Absent,
            LicenceEvent::Suspended(_) | LicenceEvent::Revoked(_) | LicenceEvent::Reinstated(_),
        ) => LicenceState::Absent,
        (LicenceState::Issued(mut held), event) => {
            held.change(event);
            LicenceState::Issued(held)
        }
    }
}

impl HeldLicence {
    fn change(&mut self, event: &LicenceEvent) {
        match event {
            LicenceEvent::Issued(_) => {}
            LicenceEvent::Suspended(suspended) => {
                self.causes.insert(suspended.cause, Bearing::Suspends);
            }
            LicenceEvent::Revoked(revoked) => {
                self.causes.insert(revoked.cause, Bearing::Revokes);
            }
            LicenceEvent::Reinstated(reinstated) => {
                self.causes.remove(&reinstated.cause);
            }
        }
    }
}
