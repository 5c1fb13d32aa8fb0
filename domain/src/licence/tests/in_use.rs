//! Devices, keys, passing on and files.

use super::*;

#[test]
fn a_device_is_activated_once_however_often_it_asks() {
    let activated = LicenceActivated {
        activation_id: activation_id(1),
        label: Some(sealed()),
        at: at(7),
    };
    held().when(activate(1)).then([activated.into()]);
    held().and(activate(1)).when(activate(1)).then_nothing();
}

#[test]
fn a_licence_is_active_on_so_many_devices_and_no_more() {
    let full = || held().and(activate(1)).and(activate(2));
    full()
        .when(activate(3))
        .then_error(&UseRefusal::ActivationLimitReached.into());
    // A device that is active already stays so.
    full().when(activate(2)).then_nothing();
    let freed = full().and(deactivate(1)).and(activate(3)).state();
    let devices: Vec<_> = freed.held().unwrap().activations.keys().copied().collect();
    assert_eq!(devices, [activation_id(2), activation_id(3)]);
}

#[test]
fn without_terms_the_platform_sets_the_bound() {
    let full = (0..Licence::ACTIVATIONS_LIMIT as u128).map(|device| {
        LicenceEvent::from(LicenceActivated {
            activation_id: crate::values::ActivationId::from_uuid(uuid(10_000 + device)),
            label: None,
            at: at(7),
        })
    });
    let history: Vec<_> = std::iter::once(issued(licence_grant())).chain(full).collect();
    given::<Licence>(history)
        .when(activate(1))
        .then_error(&UseRefusal::ActivationLimitReached.into());
}

#[test]
fn a_device_is_deactivated_whatever_the_standing() {
    let deactivated = LicenceDeactivated {
        activation_id: activation_id(1),
        at: at(8),
    };
    held()
        .and(activate(1))
        .when(deactivate(1))
        .then([deactivated.into()]);
    held()
        .when(deactivate(1))
        .then_error(&UseRefusal::ActivationUnknown.into());
    let late = LicenceCommand::Deactivate {
        key: digest(1),
        product_id: product_id(),
        activation_id: activation_id(1),
        at: at(LATER),
    };
    let _ = held().and(activate(1)).and(late);
}

#[test]
fn rotating_ends_the_old_key_and_keeps_the_devices() {
    let state = held().and(activate(1)).when(rotate(buyer())).then([KeyRotated {
        key: key_facts(2),
        at: at(9),
    }
    .into()]);
    let licence = state.held().unwrap();
    let check = |key, device| licence.check_use(digest(key), product_id(), device, at(9));
    assert_eq!(check(1, Device::Any), Err(UseRefusal::UnknownKey));
    assert_eq!(check(2, Device::Named(activation_id(1))), Ok(()));
    let _ = held().and(rotate(admin()));
    held()
        .when(rotate(stranger()))
        .then_error(&LicenceError::NotYours);
    held().when(rotate(seller())).then_error(&LicenceError::NotYours);
}

#[test]
fn passing_on_changes_the_holder_the_key_and_ends_every_device() {
    let state = held()
        .and(activate(1))
        .when(transfer(buyer(), &stranger()))
        .then([LicenceTransferred {
            from: buyer().person_id,
            to: stranger().person_id,
            key: key_facts(3),
            at: at(10),
        }
        .into()]);
    let licence = state.held().unwrap();
    assert_eq!(licence.holder_id, stranger().person_id);
    assert_eq!(
        licence.grant.buyer_id,
        buyer().person_id,
        "who bought it never changes"
    );
    assert_eq!(
        (licence.activations.len(), &licence.key),
        (0, &Some(key_facts(3)))
    );
    let passed_on = || held().and(transfer(buyer(), &stranger()));
    passed_on()
        .when(rotate(buyer()))
        .then_error(&LicenceError::NotYours);
    let _ = passed_on().and(rotate(stranger()));
    // Links that were made for the holder before open nothing any more.
    passed_on()
        .when(access(1, 11))
        .then_error(&LicenceError::NotYours);
}

#[test]
fn a_licence_is_passed_on_only_where_its_terms_allow_it() {
    given::<Licence>([issued(licence_grant())])
        .when(transfer(buyer(), &stranger()))
        .then_error(&LicenceError::NotTransferable);
    held()
        .when(transfer(buyer(), &buyer()))
        .then_error(&LicenceError::TransferToHolder);
    held()
        .when(transfer(stranger(), &stranger()))
        .then_error(&LicenceError::NotYours);
}

#[test]
fn a_link_counts_once_however_many_ranges_it_is_read_in() {
    held().and(access(1, 11)).when(access(1, 12)).then_nothing();
    let state = held().and(access(1, 11)).and(access(2, 12)).state();
    let licence = state.held().unwrap();
    assert_eq!(
        (licence.downloads.len(), licence.first_access_at),
        (2, Some(at(11)))
    );
    // Links that have ended are forgotten; the first access is not.
    let state = held().and(access(1, 11)).and(access(2, 60)).state();
    let licence = state.held().unwrap();
    assert_eq!(
        (licence.downloads.len(), licence.first_access_at),
        (1, Some(at(11)))
    );
}

#[test]
fn each_offline_file_is_recorded_for_whom_and_until_when() {
    let issued = |to: Actor, device, minutes| OfflineFileIssued {
        to: to.person_id,
        activation_id: device,
        file_expires_at: at(minutes) + TimeDelta::days(30),
        at: at(minutes),
    };
    let device = Some(activation_id(1));
    held()
        .and(offline_file(buyer(), None, 11))
        .when(offline_file(buyer(), None, 12))
        .then([issued(buyer(), None, 12).into()]);
    held()
        .and(activate(1))
        .when(offline_file(admin(), device, 12))
        .then([issued(admin(), device, 12).into()]);
    held()
        .when(offline_file(buyer(), device, 12))
        .then_error(&UseRefusal::ActivationUnknown.into());
    held()
        .when(offline_file(stranger(), None, 12))
        .then_error(&LicenceError::NotYours);
}

#[test]
fn an_expired_licence_can_do_nothing_but_let_go() {
    let expired = LicenceError::NotLive(LicenceStanding::Expired);
    let late = |command: LicenceCommand| match command {
        LicenceCommand::RotateKey { actor, key, at: _ } => LicenceCommand::RotateKey {
            actor,
            key,
            at: at(LATER),
        },
        LicenceCommand::Transfer {
            actor,
            to,
            key,
            at: _,
        } => LicenceCommand::Transfer {
            actor,
            to,
            key,
            at: at(LATER),
        },
        other @ (LicenceCommand::Issue { .. }
        | LicenceCommand::Activate { .. }
        | LicenceCommand::Deactivate { .. }
        | LicenceCommand::RecordAccess { .. }
        | LicenceCommand::IssueOfflineFile { .. }
        | LicenceCommand::Upgrade { .. }
        | LicenceCommand::Align { .. }) => other,
    };
    for command in [
        late(rotate(buyer())),
        late(transfer(buyer(), &stranger())),
        access(1, LATER),
        offline_file(buyer(), None, LATER),
    ] {
        held().when(command).then_error(&expired);
    }
    held()
        .when(activate_with(1, 1, LATER))
        .then_error(&UseRefusal::Expired.into());
}

#[test]
fn a_licence_ends_at_the_moment_it_expires() {
    let state = held().state();
    let licence = state.held().unwrap();
    let end = at(6) + TimeDelta::days(30);
    assert_eq!(licence.expires_at, Some(end));
    assert_eq!(
        licence.standing(end - TimeDelta::microseconds(1)),
        LicenceStanding::Live
    );
    assert_eq!(licence.standing(end), LicenceStanding::Expired);
}
