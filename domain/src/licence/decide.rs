//! The decisions about a licence.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::cause::{Bearing, LicenceCause};
use super::event::{
    FileAccessed, KeyRotated, LicenceActivated, LicenceDeactivated, LicenceEvent, LicenceIssued,
    LicenceReinstated, LicenceRevoked, LicenceSuspended, LicenceTransferred, OfflineFileIssued,
};

use super::key::KeyFacts;
use super::standing::{Device, LicenceStanding, UseRefusal};
use super::state::{HeldLicence, LicenceState};
use super::succession::{Succession, upgrade};
use super::{Licence, LicenceCommand, LicenceError};
use crate::values::{ActivationId, Actor, DownloadId, FileId, KeyDigest, PersonId, ProductId, Role, Sealed};

type Decision = Result<Vec<LicenceEvent>, LicenceError>;

/// The events that follow from a command.
pub(super) fn decide(state: &LicenceState, command: LicenceCommand) -> Decision {
    match (state, command) {
        (LicenceState::Absent, LicenceCommand::Issue { grant, key, at }) => {
            let key = Some(key);
            Ok(vec![LicenceIssued { grant, key, at }.into()])
        }
        (
            LicenceState::Absent,
            LicenceCommand::Activate { .. }
            | LicenceCommand::Deactivate { .. }
            | LicenceCommand::RotateKey { .. }
            | LicenceCommand::Transfer { .. }
            | LicenceCommand::RecordAccess { .. }
            | LicenceCommand::IssueOfflineFile { .. }
            | LicenceCommand::Upgrade { .. }
            | LicenceCommand::Align { .. },
        ) => Err(LicenceError::NotFound),
        (LicenceState::Issued(held), command) => decide_held(held, command),
    }
}

fn decide_held(held: &HeldLicence, command: LicenceCommand) -> Decision {
    match command {
        LicenceCommand::Issue { grant, key: _, at: _ } if held.grant == grant => Ok(vec![]),
        LicenceCommand::Issue { .. } => Err(LicenceError::IssuedDifferently),
        LicenceCommand::Activate {
            key,
            product_id,
            activation_id,
            label,
            at,
        } => activate(held, key, product_id, activation_id, label, at),
        LicenceCommand::Deactivate {
            key,
            product_id,
            activation_id,
            at,
        } => {
            held.check_key(key, product_id)?;
            if held.activations.contains_key(&activation_id) {
                Ok(vec![LicenceDeactivated { activation_id, at }.into()])
            } else {
                Err(UseRefusal::ActivationUnknown.into())
            }
        }
        LicenceCommand::RotateKey { actor, key, at } => {
            held.only_for(&actor)?;
            held.only_live(at)?;
            Ok(vec![KeyRotated { key, at }.into()])
        }
        LicenceCommand::Transfer { actor, to, key, at } => transfer(held, &actor, to, key, at),
        LicenceCommand::RecordAccess {
            holder_id,
            download_id,
            file_id,
            link_expires_at,
            at,
        } => record_access(held, holder_id, download_id, file_id, link_expires_at, at),
        LicenceCommand::IssueOfflineFile {
            actor,
            device,
            file_expires_at,
            at,
        } => issue_offline_file(held, &actor, device, file_expires_at, at),
        LicenceCommand::Upgrade { order_id, step, at } => upgrade(held, order_id, step, at),
        LicenceCommand::Align { causes, at } => Ok(align(held, &causes, at)),
    }
}

fn activate(
    held: &HeldLicence,
    key: KeyDigest,
    product_id: ProductId,
    activation_id: ActivationId,
    label: Option<Sealed>,
    at: DateTime<Utc>,
) -> Decision {
    held.check_use(key, product_id, Device::Any, at)?;
    if held.activations.contains_key(&activation_id) {
        return Ok(vec![]);
    }
    if held.activations.len() >= held.activations_max() {
        return Err(UseRefusal::ActivationLimitReached.into());
    }
    Ok(vec![
        LicenceActivated {
            activation_id,
            label,
            at,
        }
        .into(),
    ])
}

fn transfer(held: &HeldLicence, actor: &Actor, to: PersonId, key: KeyFacts, at: DateTime<Utc>) -> Decision {
    held.only_for(actor)?;
    held.only_live(at)?;
    if !held.grant.use_terms.transferable {
        return Err(LicenceError::NotTransferable);
    }
    if held.holder_id == to {
        return Err(LicenceError::TransferToHolder);
    }
    // Only its buyer can upgrade it, and is about to.
    if held.succession != Succession::Open {
        return Err(LicenceError::BeingUpgraded);
    }
    let from = held.holder_id;
    Ok(vec![LicenceTransferred { from, to, key, at }.into()])
}

/// The event stands before the first byte: it decides whether the right of withdrawal is lost (Directive 2011/83/EU,
/// Article 16, letter m).
fn record_access(
    held: &HeldLicence,
    holder_id: PersonId,
    download_id: DownloadId,
    file_id: FileId,
    link_expires_at: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Decision {
    if held.holder_id != holder_id {
        return Err(LicenceError::NotYours);
    }
    held.only_live(at)?;
    if held.downloads.contains_key(&download_id) {
        return Ok(vec![]);
    }
    Ok(vec![
        FileAccessed {
            download_id,
            file_id,
            link_expires_at,
            at,
        }
        .into(),
    ])
}

/// As with what is downloaded, the event stands before the file is handed out. Each file is recorded, for each ends at its
/// own time.
fn issue_offline_file(
    held: &HeldLicence,
    actor: &Actor,
    device: Option<ActivationId>,
    file_expires_at: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Decision {
    held.only_for(actor)?;
    held.only_live(at)?;
    if device.is_some_and(|id| !held.activations.contains_key(&id)) {
        return Err(UseRefusal::ActivationUnknown.into());
    }
    Ok(vec![
        OfflineFileIssued {
            to: actor.person_id,
            activation_id: device,
            file_expires_at,
            at,
        }
        .into(),
    ])
}

impl HeldLicence {
    fn only_for(&self, actor: &Actor) -> Result<(), LicenceError> {
        if actor.may_act_for(self.holder_id, Role::Buyer) {
            Ok(())
        } else {
            Err(LicenceError::NotYours)
        }
    }

    /// Refuses whatever needs a licence that may be used now.
    pub fn only_live(&self, now: DateTime<Utc>) -> Result<(), LicenceError> {
        match self.standing(now) {
            LicenceStanding::Live => Ok(()),
            standing @ (LicenceStanding::Suspended
            | LicenceStanding::Revoked
            | LicenceStanding::Superseded
            | LicenceStanding::Expired) => Err(LicenceError::NotLive(standing)),
        }
    }

    /// On how many devices it may be active at once.
    pub fn activations_max(&self) -> usize {
        let agreed = self.grant.use_terms.activations_max;
        agreed
            .and_then(|limit| usize::try_from(limit.get()).ok())
            .unwrap_or(Licence::ACTIVATIONS_LIMIT)
    }
}

/// What has come to stand is noted before what has fallen, so that a licence that has another cause now is at no moment
/// live in between.
fn align(
    held: &HeldLicence,
    causes: &BTreeMap<LicenceCause, Bearing>,
    at: DateTime<Utc>,
) -> Vec<LicenceEvent> {
    let new = causes
        .iter()
        .filter(|(cause, bearing)| held.causes.get(cause) != Some(bearing))
        .map(|(cause, bearing)| match bearing {
            Bearing::Suspends => LicenceSuspended { cause: *cause, at }.into(),
            Bearing::Revokes => LicenceRevoked { cause: *cause, at }.into(),
        });
    let fallen = held
        .causes
        .keys()
        .filter(|cause| !causes.contains_key(cause))
        .map(|cause| LicenceReinstated { cause: *cause, at }.into());
    new.chain(fallen).collect()
}
