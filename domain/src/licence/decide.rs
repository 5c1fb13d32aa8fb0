//! The decisions about a licence.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::cause::{Bearing, LicenceCause};
use super::event::{LicenceEvent, LicenceIssued, LicenceReinstated, LicenceRevoked, LicenceSuspended};
use super::state::{HeldLicence, LicenceState};
use super::{LicenceCommand, LicenceError};

/// The events that follow from a command.
pub(super) fn decide(
    state: &LicenceState,
    command: LicenceCommand,
) -> Result<Vec<LicenceEvent>, LicenceError> {
    match (state, command) {
        (LicenceState::Absent, LicenceCommand::Issue { grant, at }) => {
            Ok(vec![LicenceIssued { grant, at }.into()])
        }
        (LicenceState::Absent, LicenceCommand::Align { .. }) => Err(LicenceError::NotFound),
        (LicenceState::Issued(held), LicenceCommand::Issue { grant, at: _ }) if held.grant == grant => {
            Ok(vec![])
        }
        (LicenceState::Issued(_), LicenceCommand::Issue { .. }) => Err(LicenceError::IssuedDifferently),
        (LicenceState::Issued(held), LicenceCommand::Align { causes, at }) => Ok(align(held, &causes, at)),
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
