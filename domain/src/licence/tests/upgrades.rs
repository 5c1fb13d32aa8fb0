//! Given up for a bigger licence, and given back.

use super::super::*;
use super::causes::{align, disputed, refunded};
use super::{LATER, access, activate, activate_with, deactivate, digest, held, rotate, transfer};
use crate::testing::Given;
use crate::testing::samples::events::activation_id;
use crate::testing::samples::*;
use crate::values::{LicenceId, OrderId};

pub(super) fn bigger() -> LicenceId {
    LicenceId::of_unit(other_order_id(), 0, 0)
}

fn third_order() -> OrderId {
    OrderId::from_uuid(uuid(32))
}

fn buyer_id() -> crate::values::PersonId {
    buyer().person_id
}

fn reserve_for(order_id: OrderId) -> LicenceCommand {
    UpgradeStep::Reserve { buyer_id: buyer_id() }.of_order(order_id, at(9))
}

pub(super) fn reserve() -> LicenceCommand {
    reserve_for(other_order_id())
}

fn supersede_by(order_id: OrderId) -> LicenceCommand {
    let by = LicenceId::of_unit(order_id, 0, 0);
    UpgradeStep::Supersede {
        buyer_id: buyer_id(),
        by,
    }
    .of_order(order_id, at(10))
}

pub(super) fn supersede() -> LicenceCommand {
    supersede_by(other_order_id())
}

pub(super) fn release(reason: UpgradeReleaseReason) -> LicenceCommand {
    UpgradeStep::Release(reason).of_order(other_order_id(), at(11))
}

fn superseded() -> Given<Licence> {
    held().and(activate(1)).and(reserve()).and(supersede())
}

#[test]
fn of_two_orders_one_upgrades_a_licence() {
    let order_id = other_order_id();
    held()
        .when(reserve())
        .then([UpgradeReserved { order_id, at: at(9) }.into()]);
    held().and(reserve()).when(reserve()).then_nothing();
    for taken in [|| held().and(reserve()), superseded] {
        for command in [reserve_for(third_order()), supersede_by(third_order())] {
            taken().when(command).then_error(&LicenceError::BeingUpgraded);
        }
    }
    let let_go = held().and(reserve()).and(release(UpgradeReleaseReason::NotPaid));
    let _ = let_go.and(reserve_for(third_order()));
}

#[test]
fn only_its_holder_upgrades_a_licence_and_only_a_live_one() {
    let step = UpgradeStep::Reserve {
        buyer_id: stranger().person_id,
    };
    held()
        .when(step.of_order(other_order_id(), at(9)))
        .then_error(&LicenceError::NotYours);
    held()
        .and(transfer(buyer(), &stranger()))
        .when(reserve())
        .then_error(&LicenceError::NotYours);
    for (cause, standing) in [
        (disputed(), LicenceStanding::Suspended),
        (refunded(), LicenceStanding::Revoked),
    ] {
        held()
            .and(align([cause]))
            .when(reserve())
            .then_error(&LicenceError::NotLive(standing));
    }
    let late = UpgradeStep::Reserve { buyer_id: buyer_id() }.of_order(other_order_id(), at(LATER));
    held()
        .when(late)
        .then_error(&LicenceError::NotLive(LicenceStanding::Expired));
}

#[test]
fn a_licence_that_is_being_upgraded_works_and_stays_with_its_buyer() {
    held()
        .and(reserve())
        .when(transfer(buyer(), &stranger()))
        .then_error(&LicenceError::BeingUpgraded);
    let _ = held()
        .and(reserve())
        .and(activate(1))
        .and(access(1, 10))
        .and(rotate(buyer()));
}

#[test]
fn a_superseded_licence_is_refused_everywhere_and_lets_its_devices_go() {
    let (order_id, by) = (other_order_id(), bigger());
    held().and(reserve()).when(supersede()).then([LicenceSuperseded {
        order_id,
        by,
        at: at(10),
    }
    .into()]);
    superseded().when(supersede()).then_nothing();
    let state = superseded().state();
    let check = |key| {
        let licence = state.held().unwrap();
        licence.check_use(digest(key), product_id(), Device::Any, at(11))
    };
    assert_eq!(check(1), Err(UseRefusal::Superseded));
    assert_eq!(check(9), Err(UseRefusal::UnknownKey));
    superseded()
        .when(activate_with(1, 2, 11))
        .then_error(&UseRefusal::Superseded.into());
    let not_live = LicenceError::NotLive(LicenceStanding::Superseded);
    for command in [access(1, 11), rotate(buyer()), transfer(buyer(), &stranger())] {
        superseded().when(command).then_error(&not_live);
    }
    let _ = superseded().and(deactivate(1));
}

#[test]
fn what_is_given_back_is_the_same_licence_with_its_key_and_its_devices() {
    let back = superseded().and(release(UpgradeReleaseReason::TakenBack)).state();
    assert_eq!(back, held().and(activate(1)).state());
    let licence = back.held().unwrap();
    let device = Device::Named(activation_id(1));
    assert_eq!(licence.check_use(digest(1), product_id(), device, at(12)), Ok(()));
    // Its own causes are another matter.
    let revoked = superseded()
        .and(align([refunded()]))
        .and(release(UpgradeReleaseReason::TakenBack))
        .state();
    assert_eq!(revoked.held().unwrap().standing(at(12)), LicenceStanding::Revoked);
}

#[test]
fn an_order_lets_go_only_of_what_it_has() {
    held().when(release(UpgradeReleaseReason::NotPaid)).then_nothing();
    held()
        .and(reserve_for(third_order()))
        .when(release(UpgradeReleaseReason::NotPaid))
        .then_nothing();
}

#[test]
fn an_order_takes_back_what_is_free_and_still_its_buyers() {
    let given_back = || superseded().and(release(UpgradeReleaseReason::TakenBack));
    let again = given_back().and(supersede()).state();
    assert_eq!(again, superseded().state());
    given_back()
        .and(transfer(buyer(), &stranger()))
        .when(supersede())
        .then_error(&LicenceError::NotYours);
}
