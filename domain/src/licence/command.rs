//! What can be asked of a licence.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::cause::{Bearing, LicenceCause};
use super::key::KeyFacts;
use super::state::LicenceGrant;
use super::succession::UpgradeStep;
use crate::values::{
    ActivationId, Actor, DownloadId, FileId, KeyDigest, OrderId, PersonId, ProductId, Sealed,
};

/// A command to a licence. Those with a key are asked by whoever has it, such as a program on the holder's device; those
/// with an actor by a person, who must be the holder or an admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LicenceCommand {
    /// Issue it. Repeating it is harmless: the id is derived from order, line and unit, and the first key stays.
    Issue {
        /// Who gets what.
        grant: LicenceGrant,
        /// Its key, made for this occasion.
        key: KeyFacts,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Use it on a device. A device that uses it already goes on doing so.
    Activate {
        /// The digest of the key that was shown.
        key: KeyDigest,
        /// The product that the device is to run.
        product_id: ProductId,
        /// The device, the same however often it asks.
        activation_id: ActivationId,
        /// What its owner calls it, sealed with the holder's key.
        label: Option<Sealed>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Stop using it on a device. This is possible whatever the licence's standing.
    Deactivate {
        /// The digest of the key that was shown.
        key: KeyDigest,
        /// The product that the device ran.
        product_id: ProductId,
        /// The device.
        activation_id: ActivationId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Replace the key, and keep the devices.
    RotateKey {
        /// Who asks.
        actor: Actor,
        /// The new key.
        key: KeyFacts,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Pass it on to another person: a new key, and no device any more.
    Transfer {
        /// Who asks.
        actor: Actor,
        /// Who gets it.
        to: PersonId,
        /// The new key, for the new holder.
        key: KeyFacts,
        /// Now.
        at: DateTime<Utc>,
    },
    /// A file is about to be handed out by a link. Each link counts once, however many ranges it is read in.
    RecordAccess {
        /// Whom the link was made for.
        holder_id: PersonId,
        /// The link.
        download_id: DownloadId,
        /// The file.
        file_id: FileId,
        /// When the link ends.
        link_expires_at: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// A signed file of it is about to be handed out, to be checked offline.
    IssueOfflineFile {
        /// Who asks.
        actor: Actor,
        /// The device that it is to be for, on which the licence must be active; any, if none is named.
        device: Option<ActivationId>,
        /// When the file will end.
        file_expires_at: DateTime<Utc>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// An order buys a bigger licence for the difference, or no longer does. Repeating it is harmless.
    Upgrade {
        /// The order.
        order_id: OrderId,
        /// How far it is.
        step: UpgradeStep,
        /// Now.
        at: DateTime<Utc>,
    },
    /// These causes stand now, and no others: what its order says. Repeating it is harmless.
    Align {
        /// All of them.
        causes: BTreeMap<LicenceCause, Bearing>,
        /// Now.
        at: DateTime<Utc>,
    },
}
