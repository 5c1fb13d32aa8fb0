//! The decisions about a person.

use super::command::Acquaintance;
use super::event::{PersonErased, PersonEvent};
use super::state::PersonState;
use super::{PersonCommand, PersonError};
use crate::values::Role;

/// The events that follow from a command. Who was erased stays so: once more changes nothing, not even the reason.
pub(super) fn decide(state: &PersonState, command: PersonCommand) -> Result<Vec<PersonEvent>, PersonError> {
    match (state, command) {
        (_, PersonCommand::Erase { actor, .. }) if !actor.is(Role::Admin) => Err(PersonError::NotAnAdmin),
        (PersonState::Erased(_), PersonCommand::Erase { .. }) => Ok(vec![]),
        (
            PersonState::Present,
            PersonCommand::Erase {
                person_id,
                acquaintance,
                actor,
                reason,
                at,
            },
        ) => match acquaintance {
            Acquaintance::Unknown => Err(PersonError::NotFound),
            Acquaintance::Known => Ok(vec![
                PersonErased {
                    person_id,
                    reason,
                    by: actor.person_id,
                    at,
                }
                .into(),
            ]),
        },
    }
}
