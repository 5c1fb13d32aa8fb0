//! What the decisions about a licence need to know.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::cause::{Bearing, LicenceCause};
use super::event::{LicenceEvent, LicenceIssued};
use super::key::KeyFacts;
use super::succession::Succession;
use crate::values::{
    ActivationId, DownloadId, LicenceId, LicenceKind, OfferId, OrderId, PersonId, ProductId, Sealed,
    TermsHash, TermsVersion, Title, UseTerms,
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
    /// Who got what at first.
    pub grant: LicenceGrant,
    /// Who holds it now.
    pub holder_id: PersonId,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it ends; none for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// Its key; none for a licence of an earlier release whose key was never made.
    pub key: Option<KeyFacts>,
    /// The devices that use it.
    pub activations: BTreeMap<ActivationId, Activation>,
    /// The links that files were downloaded by, each until it ends.
    pub downloads: BTreeMap<DownloadId, DateTime<Utc>>,
    /// When a file was handed out for the first time.
    pub first_access_at: Option<DateTime<Utc>>,
    /// Whether a bigger licence takes its place.
    pub succession: Succession,
    /// Why it is not live, if it is not.
    pub causes: BTreeMap<LicenceCause, Bearing>,
}

impl HeldLicence {
    /// What the causes together do: none, if the licence is live as far as they go.
    pub fn bearing(&self) -> Option<Bearing> {
        self.causes.values().max().copied()
    }
}

/// A device that uses a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// What its owner calls it, sealed with the holder's key.
    pub label: Option<Sealed>,
    /// Since when.
    pub at: DateTime<Utc>,
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
    /// How it may be used.
    pub use_terms: UseTerms,
    /// The smaller licence whose price was counted towards it, and whose place it takes.
    pub upgrade_of: Option<LicenceId>,
}

/// The state after an event.
pub(super) fn evolve(state: LicenceState, event: &LicenceEvent) -> LicenceState {
    match (state, event) {
        (LicenceState::Absent, LicenceEvent::Issued(issued)) => {
            LicenceState::Issued(Box::new(HeldLicence::issued(issued)))
        }
        (
            LicenceState::Absent,
            LicenceEvent::Activated(_)
            | LicenceEvent::Deactivated(_)
            | LicenceEvent::KeyRotated(_)
            | LicenceEvent::Transferred(_)
            | LicenceEvent::FileAccessed(_)
            | LicenceEvent::OfflineFileIssued(_)
            | LicenceEvent::UpgradeReserved(_)
            | LicenceEvent::UpgradeReleased(_)
            | LicenceEvent::Superseded(_)
            | LicenceEvent::Suspended(_)
            | LicenceEvent::Revoked(_)
            | LicenceEvent::Reinstated(_),
        ) => LicenceState::Absent,
        (LicenceState::Issued(mut held), event) => {
            held.change(event);
            LicenceState::Issued(held)
        }
    }
}

impl HeldLicence {
    fn issued(issued: &LicenceIssued) -> Self {
        Self {
            holder_id: issued.grant.buyer_id,
            issued_at: issued.at,
            expires_at: issued.grant.use_terms.expires_at(issued.at),
            key: issued.key.clone(),
            activations: BTreeMap::new(),
            downloads: BTreeMap::new(),
            first_access_at: None,
            succession: Succession::Open,
            causes: BTreeMap::new(),
            grant: issued.grant.clone(),
        }
    }

    fn change(&mut self, event: &LicenceEvent) {
        match event {
            LicenceEvent::Issued(_) | LicenceEvent::OfflineFileIssued(_) => {}
            LicenceEvent::Activated(activated) => {
                let (label, at) = (activated.label.clone(), activated.at);
                self.activations
                    .insert(activated.activation_id, Activation { label, at });
            }
            LicenceEvent::Deactivated(deactivated) => {
                self.activations.remove(&deactivated.activation_id);
            }
            LicenceEvent::KeyRotated(rotated) => self.key = Some(rotated.key.clone()),
            LicenceEvent::Transferred(transferred) => {
                self.holder_id = transferred.to;
                self.key = Some(transferred.key.clone());
                self.activations.clear();
            }
            LicenceEvent::FileAccessed(accessed) => {
                // A link that has ended opens nothing any more, and need not be remembered.
                self.downloads.retain(|_, ends_at| *ends_at > accessed.at);
                self.downloads
                    .insert(accessed.download_id, accessed.link_expires_at);
                self.first_access_at.get_or_insert(accessed.at);
            }
            LicenceEvent::UpgradeReserved(reserved) => {
                let order_id = reserved.order_id;
                self.succession = Succession::Reserved { order_id };
            }
            LicenceEvent::UpgradeReleased(_) => self.succession = Succession::Open,
            LicenceEvent::Superseded(superseded) => {
                let (order_id, by) = (superseded.order_id, superseded.by);
                self.succession = Succession::Superseded { order_id, by };
            }
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
