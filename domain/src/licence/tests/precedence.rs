//! Which refusal is named where several hold, as a table over every combination.

use super::causes::{align, disputed, refunded};
use super::upgrades::{reserve, supersede};
use super::*;
use crate::values::ProductId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Right,
    Wrong,
}

const BOTH: [Is; 2] = [Is::Right, Is::Wrong];

/// Two devices are active, which is as many as may be.
fn full() -> Given<Licence> {
    held().and(activate(1)).and(activate(2))
}

fn held_of(given: Given<Licence>) -> HeldLicence {
    given.state().held().unwrap().clone()
}

#[test]
fn the_first_refusal_that_holds_is_named() {
    hold_precedence(None, &held_of(full()));
    let suspended = full().and(align([disputed()]));
    hold_precedence(Some(UseRefusal::Suspended), &held_of(suspended));
    let superseded = || full().and(reserve()).and(supersede());
    hold_precedence(Some(UseRefusal::Superseded), &held_of(superseded()));
    let both = superseded().and(align([disputed()]));
    hold_precedence(Some(UseRefusal::Superseded), &held_of(both));
    let revoked = superseded().and(align([disputed(), refunded()]));
    hold_precedence(Some(UseRefusal::Revoked), &held_of(revoked));
}

fn hold_precedence(against: Option<UseRefusal>, licence: &HeldLicence) {
    for key in BOTH {
        for product in BOTH {
            for time in BOTH {
                for device in BOTH {
                    let expected = match (key, product, against, time, device) {
                        (Is::Wrong, _, _, _, _) => Err(UseRefusal::UnknownKey),
                        (Is::Right, Is::Wrong, _, _, _) => Err(UseRefusal::OtherProduct),
                        (Is::Right, Is::Right, Some(refusal), _, _) => Err(refusal),
                        (Is::Right, Is::Right, None, Is::Wrong, _) => Err(UseRefusal::Expired),
                        (Is::Right, Is::Right, None, Is::Right, Is::Wrong) => {
                            Err(UseRefusal::ActivationUnknown)
                        }
                        (Is::Right, Is::Right, None, Is::Right, Is::Right) => Ok(()),
                    };
                    let found = licence.check_use(
                        digest(if key == Is::Right { 1 } else { 9 }),
                        if product == Is::Right {
                            product_id()
                        } else {
                            ProductId::from_uuid(uuid(999))
                        },
                        Device::Named(activation_id(if device == Is::Right { 1 } else { 9 })),
                        at(if time == Is::Right { 7 } else { LATER }),
                    );
                    assert_eq!(
                        found, expected,
                        "{key:?} {product:?} {against:?} {time:?} {device:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_limit_is_named_only_where_nothing_else_is_wrong() {
    full()
        .when(activate_with(9, 3, 7))
        .then_error(&UseRefusal::UnknownKey.into());
    full()
        .when(activate_with(1, 3, LATER))
        .then_error(&UseRefusal::Expired.into());
    full()
        .when(activate_with(1, 3, 7))
        .then_error(&UseRefusal::ActivationLimitReached.into());
}

#[test]
fn the_sequence_of_the_refusals_is_their_precedence() {
    assert!(UseRefusal::PRECEDENCE.is_sorted());
    let codes = UseRefusal::PRECEDENCE.map(UseRefusal::as_str);
    assert_eq!(
        codes,
        [
            "malformed_key",
            "unknown_key",
            "other_product",
            "revoked",
            "superseded",
            "suspended",
            "expired",
            "activation_limit_reached",
            "activation_unknown",
        ]
    );
}
