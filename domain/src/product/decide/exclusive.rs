//! The exclusive right to a product: reserved, released, sold, and had again.

use chrono::{DateTime, Utc};

use super::Decision;
use crate::product::ProductError;
use crate::product::event::{ExclusiveReleaseReason, ExclusiveReleased, ExclusiveReserved, ExclusiveSold};
use crate::product::state::{ExclusiveRight, OfferStanding, ProductFacts, ProductState};
use crate::values::{LicenceKind, OfferId, OrderId};

pub(super) fn reserve(
    state: &ProductState,
    facts: &ProductFacts,
    offer_id: OfferId,
    order_id: OrderId,
    at: DateTime<Utc>,
) -> Decision {
    let offer = facts.offer(offer_id)?;
    match offer.kind {
        LicenceKind::Exclusive => {}
        LicenceKind::Basic | LicenceKind::Premium | LicenceKind::Unlimited | LicenceKind::Custom => {
            return Err(ProductError::NotExclusive);
        }
    }
    match facts.exclusive {
        ExclusiveRight::Reserved {
            order_id: owner,
            offer_id: kept,
        } if owner == order_id && kept == offer_id => Ok(vec![]),
        ExclusiveRight::Sold {
            order_id: owner,
            offer_id: kept,
        } if owner == order_id && kept == offer_id => Ok(vec![]),
        ExclusiveRight::Reserved { .. } => Err(ProductError::ExclusiveReserved),
        ExclusiveRight::Sold { .. } => Err(ProductError::ExclusiveSold),
        ExclusiveRight::Free => match (state, offer.standing) {
            (ProductState::Absent | ProductState::Draft(_) | ProductState::Withdrawn(_), _) => {
                Err(ProductError::NotOnSale)
            }
            (ProductState::Published(_), OfferStanding::Withdrawn) => Err(ProductError::OfferWithdrawn),
            (ProductState::Published(_), OfferStanding::Open) => Ok(vec![
                ExclusiveReserved {
                    offer_id,
                    order_id,
                    at,
                }
                .into(),
            ]),
        },
    }
}

/// An order gives back only what it has: a release that comes again, or after somebody else's reservation, is nothing. What was
/// paid for is only given back with its licence.
pub(super) fn release(
    facts: &ProductFacts,
    order_id: OrderId,
    reason: ExclusiveReleaseReason,
    at: DateTime<Utc>,
) -> Decision {
    let released = |offer_id| {
        let released = ExclusiveReleased {
            offer_id,
            order_id,
            reason,
            at,
        };
        Ok(vec![released.into()])
    };
    match (facts.exclusive, reason) {
        (
            ExclusiveRight::Reserved {
                order_id: owner,
                offer_id,
            },
            ExclusiveReleaseReason::NotPaid | ExclusiveReleaseReason::TakenBack,
        ) if owner == order_id => released(offer_id),
        (
            ExclusiveRight::Sold {
                order_id: owner,
                offer_id,
            },
            ExclusiveReleaseReason::TakenBack,
        ) if owner == order_id => released(offer_id),
        (ExclusiveRight::Sold { order_id: owner, .. }, ExclusiveReleaseReason::NotPaid)
            if owner == order_id =>
        {
            Err(ProductError::ExclusiveSold)
        }
        (ExclusiveRight::Free | ExclusiveRight::Reserved { .. } | ExclusiveRight::Sold { .. }, _) => {
            Ok(vec![])
        }
    }
}

pub(super) fn sell(
    facts: &ProductFacts,
    offer_id: OfferId,
    order_id: OrderId,
    at: DateTime<Utc>,
) -> Decision {
    match facts.exclusive {
        ExclusiveRight::Reserved {
            order_id: owner,
            offer_id: kept,
        } if owner == order_id && kept == offer_id => Ok(vec![
            ExclusiveSold {
                offer_id,
                order_id,
                at,
            }
            .into(),
        ]),
        ExclusiveRight::Sold {
            order_id: owner,
            offer_id: kept,
        } if owner == order_id && kept == offer_id => Ok(vec![]),
        ExclusiveRight::Sold { .. } => Err(ProductError::ExclusiveSold),
        ExclusiveRight::Free | ExclusiveRight::Reserved { .. } => Err(ProductError::ExclusiveNotReserved),
    }
}

/// Whatever the seller has done with product and offer since: the order had bought the right.
pub(super) fn retake(
    facts: &ProductFacts,
    offer_id: OfferId,
    order_id: OrderId,
    at: DateTime<Utc>,
) -> Decision {
    match facts.exclusive {
        ExclusiveRight::Free => {
            let sold = ExclusiveSold {
                offer_id,
                order_id,
                at,
            };
            Ok(vec![sold.into()])
        }
        ExclusiveRight::Reserved { .. } | ExclusiveRight::Sold { .. } => sell(facts, offer_id, order_id, at),
    }
}
