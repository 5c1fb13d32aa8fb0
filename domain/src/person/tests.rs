//! The rules of erasing a person.

use super::*;
use crate::testing::samples::events::person_erased;
use crate::testing::samples::{admin, at, buyer, seller};
use crate::testing::{given, hold_table};
use crate::values::{Actor, Role};

fn erase(actor: Actor, acquaintance: Acquaintance) -> PersonCommand {
    PersonCommand::Erase {
        person_id: buyer().person_id,
        acquaintance,
        actor,
        reason: Some(ErasureReason::ConsentWithdrawn),
        at: at(90),
    }
}

#[test]
fn an_admin_erases_a_person_once() {
    let state = given::<Person>([])
        .when(erase(admin(), Acquaintance::Known))
        .then([person_erased().into()]);
    let erased = ErasedPerson {
        reason: Some(ErasureReason::ConsentWithdrawn),
        at: at(90),
    };
    assert_eq!(state.erased(), Some(erased));
    let again = PersonCommand::Erase {
        person_id: buyer().person_id,
        acquaintance: Acquaintance::Known,
        actor: admin(),
        reason: Some(ErasureReason::Objection),
        at: at(91),
    };
    given::<Person>([person_erased().into()])
        .when(again)
        .then_nothing();
}

#[test]
fn every_reason_or_none_is_kept_under_its_name() {
    for reason in ErasureReason::ALL.map(Some).into_iter().chain([None]) {
        let command = PersonCommand::Erase {
            person_id: buyer().person_id,
            acquaintance: Acquaintance::Known,
            actor: admin(),
            reason,
            at: at(90),
        };
        let expected = PersonErased {
            reason,
            ..person_erased()
        };
        given::<Person>([]).when(command).then([expected.into()]);
        let name = serde_json::to_value(reason).unwrap();
        assert_eq!(name.as_str(), reason.map(ErasureReason::as_str));
    }
}

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    let states = [
        ("present", PersonState::Present),
        ("erased", given::<Person>([person_erased().into()]).state()),
    ];
    let auditor = Actor {
        roles: vec![Role::Auditor],
        ..admin()
    };
    let actors = [
        ("an admin", admin()),
        ("themselves", buyer()),
        ("a seller", seller()),
        ("an auditor", auditor),
    ];
    let mut commands = Vec::new();
    for (name, actor) in actors {
        for (known, acquaintance) in [("known", Acquaintance::Known), ("unknown", Acquaintance::Unknown)] {
            let name = format!("erase, by {name}, {known}");
            commands.push((name, erase(actor.clone(), acquaintance)));
        }
    }
    hold_table::<Person>(include_str!("tests/matrix.txt"), &states, &commands);
}
