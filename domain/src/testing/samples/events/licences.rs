//! Licences: issued, in use, and what can stand against them.

#![expect(clippy::missing_panics_doc, reason = "every sample is valid")]

use chrono::TimeDelta;

use super::super::{at, buyer, line_request, order_id, other_order_id, priced, sealed, stranger, uuid};
use super::dispute_word;
use crate::licence::{
    FileAccessed, KeyFacts, KeyRotated, LicenceActivated, LicenceCause, LicenceDeactivated, LicenceEvent,
    LicenceGrant, LicenceIssued, LicenceReinstated, LicenceRevoked, LicenceSuperseded, LicenceSuspended,
    LicenceTransferred, OfflineFileIssued, UpgradeReleaseReason, UpgradeReleased, UpgradeReserved,
};
use crate::order::DisputeStatus;
use crate::values::{
    ActivationId, DownloadId, FileId, LicenceId, LicenceKey, LicenceKind, RefundId, Sha256Hex,
};

/// The grant of the basic licence.
pub fn licence_grant() -> LicenceGrant {
    let priced = priced(&[line_request(LicenceKind::Basic, 1)]);
    let line = priced.lines().first().expect("one line");
    LicenceGrant {
        licence_id: LicenceId::of_unit(order_id(), 0, 0),
        order_id: order_id(),
        line: 0,
        unit: 0,
        buyer_id: buyer().person_id,
        seller_id: line.seller_id,
        product_id: line.product_id,
        offer_id: line.offer_id,
        title: line.title.clone(),
        kind: line.licence_kind,
        terms_version: line.terms_version.clone(),
        terms_hash: line.terms_hash,
        use_terms: line.licence_terms.unwrap_or_default(),
        upgrade_of: line.upgrade.map(|upgrade| upgrade.licence_id),
    }
}

/// A key that was made of these bytes; its digest here is no secret.
pub fn key_facts(bytes: u8) -> KeyFacts {
    let key = LicenceKey::from_entropy([bytes; 16]);
    KeyFacts {
        digest: Sha256Hex::of(key.expose()),
        hint: key.hint(),
        sealed: Some(sealed()),
    }
}

/// A device.
pub fn activation_id(number: u128) -> ActivationId {
    ActivationId::from_uuid(uuid(60 + number))
}

/// The events of a licence: issued, used, and what stood against it.
pub(super) fn licence_in_use() -> Vec<LicenceEvent> {
    vec![
        LicenceIssued {
            grant: licence_grant(),
            key: Some(key_facts(1)),
            at: at(6),
        }
        .into(),
        LicenceActivated {
            activation_id: activation_id(1),
            label: Some(sealed()),
            at: at(7),
        }
        .into(),
        LicenceDeactivated {
            activation_id: activation_id(1),
            at: at(8),
        }
        .into(),
        KeyRotated {
            key: key_facts(2),
            at: at(9),
        }
        .into(),
        LicenceTransferred {
            from: buyer().person_id,
            to: stranger().person_id,
            key: key_facts(3),
            at: at(10),
        }
        .into(),
        FileAccessed {
            download_id: DownloadId::from_uuid(uuid(70)),
            file_id: FileId::from_uuid(uuid(40)),
            link_expires_at: at(26),
            at: at(11),
        }
        .into(),
        OfflineFileIssued {
            to: stranger().person_id,
            activation_id: Some(activation_id(1)),
            file_expires_at: at(11) + TimeDelta::days(30),
            at: at(11),
        }
        .into(),
        UpgradeReserved {
            order_id: other_order_id(),
            at: at(12),
        }
        .into(),
        LicenceSuperseded {
            order_id: other_order_id(),
            by: LicenceId::of_unit(other_order_id(), 0, 0),
            at: at(13),
        }
        .into(),
        UpgradeReleased {
            order_id: other_order_id(),
            reason: UpgradeReleaseReason::TakenBack,
            at: at(14),
        }
        .into(),
        LicenceSuspended {
            cause: LicenceCause::Dispute {
                dispute_id: dispute_word(DisputeStatus::Opened, 30).dispute_id,
            },
            at: at(31),
        }
        .into(),
        LicenceRevoked {
            cause: LicenceCause::Refund {
                refund_id: RefundId::of_late_payment(order_id()),
            },
            at: at(32),
        }
        .into(),
        LicenceReinstated {
            cause: LicenceCause::Withdrawal,
            at: at(33),
        }
        .into(),
    ]
}
