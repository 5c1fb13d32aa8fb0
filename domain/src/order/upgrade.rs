//! A bigger licence for the difference: what a line may be an upgrade of, and what is counted for it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::line::LineUpgrade;
use super::state::OrderFacts;
use crate::licence::{HeldLicence, LicenceStanding, Succession};
use crate::product::OfferSnapshot;
use crate::values::{LicenceId, LicenceKind, Money, OrderId, PersonId, PriceBasis, Quantity};

/// A licence that is to be upgraded, as its stream and the orders that paid for it say. The append must check the revisions
/// of all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpgradeBase {
    /// The licence.
    pub held: HeldLicence,
    /// Whether its order says nothing against it: the licence itself may not have heard of it yet.
    pub soundness: Soundness,
    /// What one unit of its offer cost when it was ordered, before any discount.
    pub unit_price: Money,
    /// What was paid for it and is still here; if it was an upgrade itself, with what was paid for the licence before.
    pub paid: PaidForLicence,
}

/// Whether the orders of a licence say anything against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soundness {
    /// They do not.
    Sound,
    /// It is, or is about to be, refunded, disputed, withdrawn from or lost.
    Contested,
}

/// What was paid for one licence and is still here: nothing of it refunded, on its way back, or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidForLicence {
    /// With the tax.
    pub gross: Money,
    /// Without it.
    pub net: Money,
}

impl PaidForLicence {
    /// What is counted for it where prices stand on this basis.
    pub const fn on(self, basis: PriceBasis) -> Money {
        match basis {
            PriceBasis::TaxIncluded => self.gross,
            PriceBasis::TaxExcluded => self.net,
        }
    }
}

/// What upgrades are priced by.
#[derive(Debug, Clone, Copy)]
pub struct UpgradeTerms<'a> {
    /// The licences that lines name, as far as they exist.
    pub bases: &'a BTreeMap<LicenceId, UpgradeBase>,
    /// Who buys.
    pub buyer_id: PersonId,
    /// Now.
    pub at: DateTime<Utc>,
}

/// Why a line cannot be the upgrade of a licence. The first that holds is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UpgradeRefusal {
    /// There is no such licence, or somebody else holds it.
    #[error("the licence does not exist")]
    Unknown,
    /// It was bought by somebody else and passed on.
    #[error("only who bought a licence can upgrade it")]
    BoughtByAnother,
    /// It is for another product.
    #[error("the licence is for another product")]
    OtherProduct,
    /// An upgrade is of one licence to one.
    #[error("an upgrade has the quantity 1")]
    NotSingle,
    /// An earlier line upgrades the same licence.
    #[error("line {first} upgrades the same licence")]
    Duplicate {
        /// The earlier line, counted from 0.
        first: usize,
    },
    /// It may not be used now.
    #[error("the licence is {}", .0.as_str())]
    NotLive(LicenceStanding),
    /// Another order is about to upgrade it.
    #[error("another order upgrades the licence")]
    BeingUpgraded,
    /// The money that was paid for it goes back, or is disputed.
    #[error("the payment of the licence is being refunded or disputed")]
    Contested,
    /// It was paid in another currency.
    #[error("the licence was paid in another currency")]
    OtherCurrency,
    /// The offer is not of a bigger kind; where one of the two is custom, not of a higher price.
    #[error("the offer is not of a bigger licence")]
    NotBigger,
    /// As much was paid for it as the offer costs, or more.
    #[error("as much was paid for the licence as the offer costs")]
    NotDearer,
}

impl UpgradeTerms<'_> {
    /// What is counted for a licence towards an offer, if the one is an upgrade of the other.
    pub(super) fn check(
        &self,
        order_id: OrderId,
        licence_id: LicenceId,
        offered: &OfferSnapshot,
        quantity: Quantity,
        basis: PriceBasis,
    ) -> Result<LineUpgrade, UpgradeRefusal> {
        let base = self.bases.get(&licence_id).ok_or(UpgradeRefusal::Unknown)?;
        let held = &base.held;
        if held.holder_id != self.buyer_id {
            return Err(UpgradeRefusal::Unknown);
        }
        if held.grant.buyer_id != self.buyer_id {
            return Err(UpgradeRefusal::BoughtByAnother);
        }
        if held.grant.product_id != offered.product_id {
            return Err(UpgradeRefusal::OtherProduct);
        }
        if quantity != Quantity::ONE {
            return Err(UpgradeRefusal::NotSingle);
        }
        match held.standing(self.at) {
            LicenceStanding::Live => {}
            standing @ (LicenceStanding::Suspended
            | LicenceStanding::Revoked
            | LicenceStanding::Superseded
            | LicenceStanding::Expired) => return Err(UpgradeRefusal::NotLive(standing)),
        }
        if held.succession.order_id().is_some_and(|other| other != order_id) {
            return Err(UpgradeRefusal::BeingUpgraded);
        }
        match base.soundness {
            Soundness::Sound => {}
            Soundness::Contested => return Err(UpgradeRefusal::Contested),
        }
        let (credit, price) = (base.paid.on(basis), offered.offer.price);
        if credit.currency != price.currency {
            return Err(UpgradeRefusal::OtherCurrency);
        }
        let is_bigger = match (rank(held.grant.kind), rank(offered.offer.kind)) {
            (Some(had), Some(wanted)) => wanted > had,
            (None, _) | (_, None) => price.amount > base.unit_price.amount,
        };
        if held.grant.offer_id == offered.offer_id || !is_bigger {
            return Err(UpgradeRefusal::NotBigger);
        }
        if credit.amount >= price.amount {
            return Err(UpgradeRefusal::NotDearer);
        }
        Ok(LineUpgrade { licence_id, credit })
    }
}

/// The place on the market's ladder; a custom licence has none.
const fn rank(kind: LicenceKind) -> Option<u8> {
    match kind {
        LicenceKind::Basic => Some(0),
        LicenceKind::Premium => Some(1),
        LicenceKind::Unlimited => Some(2),
        LicenceKind::Exclusive => Some(3),
        LicenceKind::Custom => None,
    }
}

impl OrderFacts {
    /// The licences that its lines upgrade, with the number of the line.
    pub fn upgrades(&self) -> impl Iterator<Item = (u32, LineUpgrade)> {
        let lines = (0_u32..).zip(&self.lines);
        lines.filter_map(|(number, line)| Some((number, line.upgrade?)))
    }

    /// Whether all that its upgrades rest on is still there: each licence reserved for this order, or free again and live;
    /// nothing said against it, and as much of its money still here as was counted for it.
    pub fn upgrades_stand(&self, bases: &BTreeMap<LicenceId, UpgradeBase>, now: DateTime<Utc>) -> bool {
        let stands = |line: &super::OrderLine| {
            let Some(upgrade) = line.upgrade else { return true };
            bases.get(&upgrade.licence_id).is_some_and(|base| {
                let held = &base.held;
                let is_to_be_had = match held.succession {
                    Succession::Open => held.standing(now) == LicenceStanding::Live,
                    Succession::Reserved { order_id } | Succession::Superseded { order_id, by: _ } => {
                        order_id == self.order_id
                    }
                };
                let credit = base.paid.on(line.tax.price_basis);
                is_to_be_had
                    && held.holder_id == self.buyer_id
                    && held.causes.is_empty()
                    && base.soundness == Soundness::Sound
                    && credit.amount >= upgrade.credit.amount
            })
        };
        self.lines.iter().all(stands)
    }
}
