//! When what a licence is for counts as delivered.

use crate::licence::LicenceEvent;
use crate::order::DeliveryAccess;
use crate::values::PersonId;

/// How the events of a licence deliver what was bought to its holder, if they do. Where they stand, so does that the delivery
/// of the order's line has begun: with the consent of the order, the right of withdrawal ends by it (Directive 2011/83/EU,
/// article 16 (m)). A signed file ends it too, since a program works by it whatever becomes of the licence; but not one
/// that an admin got.
pub fn delivery_with(holder_id: PersonId, events: &[LicenceEvent]) -> Option<DeliveryAccess> {
    events.iter().find_map(|event| match event {
        LicenceEvent::Activated(_) => Some(DeliveryAccess::Activation),
        LicenceEvent::FileAccessed(_) => Some(DeliveryAccess::Download),
        LicenceEvent::OfflineFileIssued(issued) => {
            (issued.to == holder_id).then_some(DeliveryAccess::OfflineFile)
        }
        LicenceEvent::Issued(_)
        | LicenceEvent::Deactivated(_)
        | LicenceEvent::KeyRotated(_)
        | LicenceEvent::Transferred(_)
        | LicenceEvent::UpgradeReserved(_)
        | LicenceEvent::UpgradeReleased(_)
        | LicenceEvent::Superseded(_)
        | LicenceEvent::Suspended(_)
        | LicenceEvent::Revoked(_)
        | LicenceEvent::Reinstated(_) => None,
    })
}
