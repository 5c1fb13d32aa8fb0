//! What can have happened to a licence.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cause::LicenceCause;
use super::key::KeyFacts;
use super::state::LicenceGrant;
use super::succession::UpgradeReleaseReason;
use crate::decider::UpcastError;
use crate::values::{
    ActivationId, DownloadId, FileId, LicenceId, LicenceKind, OfferId, OrderId, PersonId, ProductId, Sealed,
    TermsHash, TermsVersion, Title, UseTerms,
};
use crate::wire::read_flat;
use crate::wire_events;

wire_events! {
    /// An event of a licence's stream.
    pub enum LicenceEvent {
        /// The buyer holds it.
        Issued(LicenceIssued) => ("licence.issued", 3, [without_use, without_upgrade]),
        /// A device uses it.
        Activated(LicenceActivated) => ("licence.activated", 1),
        /// A device does not use it any more.
        Deactivated(LicenceDeactivated) => ("licence.deactivated", 1),
        /// It has a new key.
        KeyRotated(KeyRotated) => ("licence.key_rotated", 1),
        /// Another person holds it.
        Transferred(LicenceTransferred) => ("licence.transferred", 1),
        /// A file was handed out.
        FileAccessed(FileAccessed) => ("licence.file_accessed", 1),
        /// A signed file of it was handed out, to be checked offline.
        OfflineFileIssued(OfflineFileIssued) => ("licence.offline_file_issued", 1),
        /// An order to upgrade it was placed.
        UpgradeReserved(UpgradeReserved) => ("licence.upgrade_reserved", 1),
        /// The order no longer upgrades it.
        UpgradeReleased(UpgradeReleased) => ("licence.upgrade_released", 1),
        /// A bigger licence has taken its place.
        Superseded(LicenceSuperseded) => ("licence.superseded", 1),
        /// It may not be used for the time being.
        Suspended(LicenceSuspended) => ("licence.suspended", 1),
        /// It has ended.
        Revoked(LicenceRevoked) => ("licence.revoked", 1),
        /// A cause of the one or the other no longer stands.
        Reinstated(LicenceReinstated) => ("licence.reinstated", 1),
    }
}

/// The buyer holds the licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LicenceIssued {
    /// Who got what.
    #[serde(flatten)]
    pub grant: LicenceGrant,
    /// Its key. Licences of version 1 had none, and get one when it is rotated.
    pub key: Option<KeyFacts>,
    /// When.
    pub at: DateTime<Utc>,
}

read_flat!(LicenceIssued {
    grant: LicenceGrant {
        licence_id: LicenceId,
        order_id: OrderId,
        line: u32,
        unit: u32,
        buyer_id: PersonId,
        seller_id: PersonId,
        product_id: ProductId,
        offer_id: OfferId,
        title: Title,
        kind: LicenceKind,
        terms_version: TermsVersion,
        terms_hash: TermsHash,
        use_terms: UseTerms,
        upgrade_of: Option<LicenceId>,
    },
    key: Option<KeyFacts>,
    at: DateTime<Utc>,
});

/// A device uses the licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceActivated {
    /// The device, by an id that follows from what it says of itself and from a secret.
    pub activation_id: ActivationId,
    /// What its owner calls it, sealed with the holder's key.
    pub label: Option<Sealed>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A device does not use the licence any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceDeactivated {
    /// The device.
    pub activation_id: ActivationId,
    /// When.
    pub at: DateTime<Utc>,
}

/// The licence has a new key; the one before is worth nothing. Its devices stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRotated {
    /// The new key.
    pub key: KeyFacts,
    /// When.
    pub at: DateTime<Utc>,
}

/// Another person holds the licence, with a new key and without any device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceTransferred {
    /// Who held it.
    pub from: PersonId,
    /// Who holds it.
    pub to: PersonId,
    /// The new key.
    pub key: KeyFacts,
    /// When.
    pub at: DateTime<Utc>,
}

/// A file was handed out by a link, for the first time by this link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAccessed {
    /// The link.
    pub download_id: DownloadId,
    /// The file.
    pub file_id: FileId,
    /// When the link ends.
    pub link_expires_at: DateTime<Utc>,
    /// When, just before the first byte.
    pub at: DateTime<Utc>,
}

/// A signed file of the licence was handed out: until it ends, a program works by it without asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineFileIssued {
    /// Who got it: the holder, or an admin.
    pub to: PersonId,
    /// The device that it is for; none for any.
    pub activation_id: Option<ActivationId>,
    /// When the file ends.
    pub file_expires_at: DateTime<Utc>,
    /// When, just before it was handed out.
    pub at: DateTime<Utc>,
}

/// An order to upgrade the licence was placed: no other can be, until it is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpgradeReserved {
    /// The order.
    pub order_id: OrderId,
    /// When.
    pub at: DateTime<Utc>,
}

/// The order no longer upgrades the licence. If it had, the licence is live again as before, with its key and its devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpgradeReleased {
    /// The order.
    pub order_id: OrderId,
    /// Why.
    pub reason: UpgradeReleaseReason,
    /// When.
    pub at: DateTime<Utc>,
}

/// A bigger licence has taken the place of this one, whose price was counted towards it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceSuperseded {
    /// The order that was paid.
    pub order_id: OrderId,
    /// The bigger licence.
    pub by: LicenceId,
    /// When.
    pub at: DateTime<Utc>,
}

/// A cause stands by which the licence may not be used until it is known how something ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceSuspended {
    /// Which.
    pub cause: LicenceCause,
    /// When.
    pub at: DateTime<Utc>,
}

/// A cause stands by which the licence has ended. What it was keeps: should the cause fall, the same licence comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceRevoked {
    /// Which.
    pub cause: LicenceCause,
    /// When.
    pub at: DateTime<Utc>,
}

/// A cause no longer stands. The licence is live again if it was the last one, with the same key as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenceReinstated {
    /// Which.
    pub cause: LicenceCause,
    /// When.
    pub at: DateTime<Utc>,
}

/// Version 2 knew of no upgrades.
fn without_upgrade(mut old: Value) -> Result<Value, UpcastError> {
    let fields = old
        .as_object_mut()
        .ok_or_else(|| UpcastError("the payload is no object".to_owned()))?;
    fields.insert("upgrade_of".to_owned(), Value::Null);
    Ok(old)
}

/// Version 1 knew of no keys and no bounds.
fn without_use(mut old: Value) -> Result<Value, UpcastError> {
    let fields = old
        .as_object_mut()
        .ok_or_else(|| UpcastError("the payload is no object".to_owned()))?;
    let unbounded = json!({ "activations_max": null, "valid_days": null, "transferable": false });
    fields.insert("use_terms".to_owned(), unbounded);
    fields.insert("key".to_owned(), Value::Null);
    Ok(old)
}
