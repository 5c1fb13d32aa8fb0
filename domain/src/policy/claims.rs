//! What only one licence can have, and what becomes of it when the licence is taken back, or comes back: the place of the licence
//! that it upgrades, and the exclusive right to a product.
//!
//! What is given back is free for others. Should the refund turn out to have failed, it is taken again if nobody has it; if
//! somebody has, their right stands, and this licence stays revoked for a reason of its own.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::exclusives::is_exclusive;
use super::upgrades::superseding;
use crate::licence::{Bearing, HeldLicence, LicenceCause, LicenceCommand, UpgradeReleaseReason, UpgradeStep};
use crate::order::OrderFacts;
use crate::product::{ExclusiveReleaseReason, ProductCommand};
use crate::values::{LicenceId, ProductId};

/// What the licence of an order line tells the streams of what it has. To be decided on their loaded states and appended
/// together with the licence's own events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// To the licence that it upgrades. If that refuses, [`LicenceCause::Base`] revokes this one.
    pub base: Option<(LicenceId, LicenceCommand)>,
    /// To the product that it is an exclusive licence of. If that refuses, [`LicenceCause::Resold`] revokes this one.
    pub exclusive: Option<(ProductId, ProductCommand)>,
}

/// The claims of a line, counted from 0, where its own order says these causes. They are given up if one of them revokes;
/// as long as it is not known how something ends, they are kept.
pub fn claims(
    order: &OrderFacts,
    number: u32,
    causes: &BTreeMap<LicenceCause, Bearing>,
    at: DateTime<Utc>,
) -> Claims {
    let line = usize::try_from(number)
        .ok()
        .and_then(|index| order.lines.get(index));
    let Some(line) = line else {
        return Claims::default();
    };
    let (order_id, offer_id) = (order.order_id, line.offer_id);
    let is_revoked = causes.values().any(|bearing| *bearing == Bearing::Revokes);
    let base = line.upgrade.map(|upgrade| {
        let step = if is_revoked {
            UpgradeStep::Release(UpgradeReleaseReason::TakenBack)
        } else {
            superseding(order, number)
        };
        (upgrade.licence_id, step.of_order(order_id, at))
    });
    let exclusive = is_exclusive(line).then(|| {
        let reason = ExclusiveReleaseReason::TakenBack;
        let command = if is_revoked {
            ProductCommand::ReleaseExclusive { order_id, reason, at }
        } else {
            ProductCommand::RetakeExclusive {
                offer_id,
                order_id,
                at,
            }
        };
        (line.product_id, command)
    });
    Claims { base, exclusive }
}

/// What stands against a licence because of the one that it upgrades, which has taken its step. While that one is given back
/// it is no concern of this one.
pub fn from_base(base: &HeldLicence, upgraded_by: LicenceId) -> Option<(LicenceCause, Bearing)> {
    if base.succession.superseded_by() != Some(upgraded_by) {
        return None;
    }
    let licence_id = base.grant.licence_id;
    Some((LicenceCause::Base { licence_id }, base.bearing()?))
}
