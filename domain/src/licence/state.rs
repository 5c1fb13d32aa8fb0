//! What the decisions about a licence need to know.

use serde::{Deserialize, Serialize};

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
    /// The buyer holds it.
    Issued(LicenceGrant),
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
pub(super) fn evolve(_: LicenceState, event: &LicenceEvent) -> LicenceState {
    match event {
        LicenceEvent::Issued(issued) => LicenceState::Issued(issued.grant.clone()),
    }
}
