//! Suspended, revoked, live again.

use std::collections::BTreeMap;

use super::super::*;
use super::{bounded, issue};
use crate::testing::samples::at;
use crate::testing::samples::order_id;
use crate::testing::{Given, given};
use crate::values::{DisputeId, LicenceId, RefundId};

type Cause = (LicenceCause, Bearing);

fn dispute() -> LicenceCause {
    LicenceCause::Dispute {
        dispute_id: DisputeId::of_provider(order_id(), "dp_1"),
    }
}

pub(super) fn disputed() -> Cause {
    (dispute(), Bearing::Suspends)
}

pub(super) fn revoked_by_dispute() -> Cause {
    (dispute(), Bearing::Revokes)
}

pub(super) fn refunded() -> Cause {
    let refund_id = RefundId::of_late_payment(order_id());
    (LicenceCause::Refund { refund_id }, Bearing::Revokes)
}

pub(super) fn withdrawn() -> Cause {
    (LicenceCause::Withdrawal, Bearing::Revokes)
}

pub(super) fn base_contested() -> Cause {
    (base(), Bearing::Suspends)
}

pub(super) fn base_gone() -> Cause {
    (base(), Bearing::Revokes)
}

fn base() -> LicenceCause {
    LicenceCause::Base {
        licence_id: LicenceId::of_unit(order_id(), 1, 0),
    }
}

pub(super) fn resold() -> Cause {
    (LicenceCause::Resold, Bearing::Revokes)
}

pub(super) fn align<const N: usize>(causes: [Cause; N]) -> LicenceCommand {
    LicenceCommand::Align {
        causes: BTreeMap::from(causes),
        at: at(9),
    }
}

fn live() -> Given<Licence> {
    given::<Licence>([]).and(issue(bounded(), 1, 6))
}

fn bearing(given: Given<Licence>) -> Option<Bearing> {
    given.state().held().unwrap().bearing()
}

#[test]
fn a_licence_is_live_as_long_as_no_cause_stands() {
    assert_eq!(bearing(live()), None);
    assert_eq!(bearing(live().and(align([disputed()]))), Some(Bearing::Suspends));
    assert_eq!(
        bearing(live().and(align([disputed(), refunded()]))),
        Some(Bearing::Revokes)
    );
    let one_left = live()
        .and(align([disputed(), refunded()]))
        .and(align([disputed()]));
    assert_eq!(bearing(one_left), Some(Bearing::Suspends));
    assert_eq!(bearing(live().and(align([disputed()])).and(align([]))), None);
}

/// A revoked and granted licence that silently got another key.
#[test]
fn what_comes_back_is_the_same_licence() {
    let before = live().state();
    let after = live().and(align([refunded()])).and(align([])).state();
    assert_eq!(before, after);
}

#[test]
fn a_new_cause_is_noted_before_the_old_one_falls() {
    let (cause, at) = (refunded().0, at(9));
    live().and(align([disputed()])).when(align([refunded()])).then([
        LicenceRevoked { cause, at }.into(),
        LicenceReinstated { cause: dispute(), at }.into(),
    ]);
    let revoked = LicenceRevoked { cause: dispute(), at };
    live()
        .and(align([disputed()]))
        .when(align([revoked_by_dispute()]))
        .then([revoked.into()]);
}
