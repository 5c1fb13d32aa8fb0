//! A licence against which something stands is refused everywhere, and is the same licence once nothing does any more.

use super::causes::{align, disputed, refunded, revoked_by_dispute, withdrawn};
use super::*;

/// A licence with a device and a link, and what is asked of it once causes stand against it.
fn in_use() -> Given<Licence> {
    held().and(activate(1)).and(access(1, 8))
}

#[test]
fn what_stands_against_a_licence_refuses_every_use_of_it() {
    let cases = [
        (disputed(), UseRefusal::Suspended, LicenceStanding::Suspended),
        (refunded(), UseRefusal::Revoked, LicenceStanding::Revoked),
        (withdrawn(), UseRefusal::Revoked, LicenceStanding::Revoked),
        (
            revoked_by_dispute(),
            UseRefusal::Revoked,
            LicenceStanding::Revoked,
        ),
    ];
    for (cause, refusal, standing) in cases {
        let barred = || in_use().and(align([cause]));
        let state = barred().state();
        let licence = state.held().unwrap();
        assert_eq!(licence.standing(at(10)), standing);
        for device in [Device::Any, Device::Named(activation_id(1))] {
            let checked = licence.check_use(digest(1), product_id(), device, at(10));
            assert_eq!(checked, Err(refusal));
        }
        // Neither a device that is active nor a link that was followed before goes on.
        for device in [1, 2] {
            barred()
                .when(activate_with(1, device, 10))
                .then_error(&refusal.into());
        }
        for link in [1, 2] {
            barred()
                .when(access(link, 10))
                .then_error(&LicenceError::NotLive(standing));
        }
        for command in [rotate(buyer()), rotate(admin()), transfer(buyer(), &stranger())] {
            barred()
                .when(command)
                .then_error(&LicenceError::NotLive(standing));
        }
        // A device is let go all the same.
        let let_go = barred().and(deactivate(1)).state();
        assert_eq!(let_go.held().unwrap().activations.len(), 0);
    }
}

#[test]
fn what_is_reinstated_works_with_the_same_key_and_the_same_devices() {
    for cause in [disputed(), refunded(), revoked_by_dispute()] {
        let back = || in_use().and(align([cause])).and(align([]));
        let state = back().state();
        assert_eq!(state, in_use().state());
        let device = Device::Named(activation_id(1));
        let checked = state
            .held()
            .unwrap()
            .check_use(digest(1), product_id(), device, at(10));
        assert_eq!(checked, Ok(()));
        let _ = back().and(activate(2)).and(access(2, 10)).and(rotate(buyer()));
    }
}

#[test]
fn a_licence_is_barred_until_the_last_cause_has_fallen_and_its_time_goes_on() {
    let standing = |given: Given<Licence>, minutes| given.state().held().unwrap().standing(at(minutes));
    let both = || held().and(align([disputed(), refunded()]));
    assert_eq!(standing(both(), 10), LicenceStanding::Revoked);
    assert_eq!(
        standing(both().and(align([disputed()])), 10),
        LicenceStanding::Suspended
    );
    assert_eq!(standing(both().and(align([])), 10), LicenceStanding::Live);
    assert_eq!(standing(both(), LATER), LicenceStanding::Revoked);
    assert_eq!(standing(both().and(align([])), LATER), LicenceStanding::Expired);
}
