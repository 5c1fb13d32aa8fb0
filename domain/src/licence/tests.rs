//! The rules of a licence.

mod barred;
mod causes;
mod evolution;
mod in_use;
mod matrix;
mod precedence;
mod upgrades;

use chrono::TimeDelta;

use super::*;
use crate::decider::{Decider as _, DomainEvent as _};
use crate::testing::samples::events::{activation_id, key_facts, licence_grant};
use crate::testing::{Given, given, samples::*};
use crate::values::{
    ActivationId, ActivationsMax, Actor, DownloadId, FileId, KeyDigest, UseTerms, ValidDays,
};

/// A licence for two devices and thirty days that may be passed on.
fn bounded() -> LicenceGrant {
    LicenceGrant {
        use_terms: UseTerms {
            activations_max: ActivationsMax::try_new(2).ok(),
            valid_days: ValidDays::try_new(30).ok(),
            transferable: true,
        },
        ..licence_grant()
    }
}

fn issued(grant: LicenceGrant) -> LicenceEvent {
    let key = Some(key_facts(1));
    LicenceIssued {
        grant,
        key,
        at: at(6),
    }
    .into()
}

fn issue(grant: LicenceGrant, key: u8, minutes: i64) -> LicenceCommand {
    LicenceCommand::Issue {
        grant,
        key: key_facts(key),
        at: at(minutes),
    }
}

/// The licence with bounds, issued.
fn held() -> Given<Licence> {
    given([issued(bounded())])
}

fn digest(key: u8) -> KeyDigest {
    key_facts(key).digest
}

fn activate_with(key: u8, device: u128, minutes: i64) -> LicenceCommand {
    LicenceCommand::Activate {
        key: digest(key),
        product_id: product_id(),
        activation_id: activation_id(device),
        label: Some(sealed()),
        at: at(minutes),
    }
}

fn activate(device: u128) -> LicenceCommand {
    activate_with(1, device, 7)
}

fn deactivate(device: u128) -> LicenceCommand {
    LicenceCommand::Deactivate {
        key: digest(1),
        product_id: product_id(),
        activation_id: activation_id(device),
        at: at(8),
    }
}

fn rotate(actor: Actor) -> LicenceCommand {
    LicenceCommand::RotateKey {
        actor,
        key: key_facts(2),
        at: at(9),
    }
}

fn transfer(actor: Actor, to: &Actor) -> LicenceCommand {
    LicenceCommand::Transfer {
        actor,
        to: to.person_id,
        key: key_facts(3),
        at: at(10),
    }
}

fn access(link: u128, minutes: i64) -> LicenceCommand {
    LicenceCommand::RecordAccess {
        holder_id: buyer().person_id,
        download_id: DownloadId::from_uuid(uuid(70 + link)),
        file_id: FileId::from_uuid(uuid(40)),
        link_expires_at: at(minutes) + TimeDelta::minutes(15),
        at: at(minutes),
    }
}

fn offline_file(actor: Actor, device: Option<ActivationId>, minutes: i64) -> LicenceCommand {
    LicenceCommand::IssueOfflineFile {
        actor,
        device,
        file_expires_at: at(minutes) + TimeDelta::days(30),
        at: at(minutes),
    }
}

/// A moment after the thirty days.
const LATER: i64 = 31 * 24 * 60;

#[test]
fn a_licence_is_issued_once_and_keeps_its_first_key() {
    given::<Licence>([])
        .when(issue(bounded(), 1, 6))
        .then([issued(bounded())]);
    held().when(issue(bounded(), 1, 9)).then_nothing();
    held().when(issue(bounded(), 2, 9)).then_nothing();
}

#[test]
fn another_licence_under_the_same_id_is_refused() {
    let other = LicenceGrant {
        buyer_id: stranger().person_id,
        ..bounded()
    };
    held()
        .when(issue(other, 1, 9))
        .then_error(&LicenceError::IssuedDifferently);
    held()
        .when(issue(licence_grant(), 1, 9))
        .then_error(&LicenceError::IssuedDifferently);
}

#[test]
fn nothing_but_issuing_is_possible_before_it_exists() {
    for command in [
        activate(1),
        deactivate(1),
        rotate(admin()),
        transfer(admin(), &stranger()),
        access(1, 7),
    ] {
        given::<Licence>([])
            .when(command)
            .then_error(&LicenceError::NotFound);
    }
}

#[test]
fn events_without_a_licence_make_none() {
    let all = crate::testing::samples::events::licence();
    for event in all.iter().filter(|event| event.event_type() != "licence.issued") {
        assert_eq!(Licence::replay([event]), LicenceState::Absent);
    }
}

#[test]
fn a_licence_of_an_earlier_release_has_no_bounds_and_no_key() {
    let old = include_str!("../../golden/licence.issued.v1.json");
    let event = LicenceEvent::from_json("licence.issued", 1, old).unwrap();
    let state = Licence::replay([&event]);
    let held = state.held().unwrap();
    assert_eq!((held.key.as_ref(), held.expires_at), (None, None));
    assert_eq!(held.activations_max(), Licence::ACTIVATIONS_LIMIT);
    assert_eq!(held.grant.use_terms, UseTerms::default());
    // It gets its first key by rotating.
    let rotated = given::<Licence>([event]).and(rotate(buyer())).state();
    assert_eq!(rotated.held().unwrap().key, Some(key_facts(2)));
}
