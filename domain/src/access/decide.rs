//! The decisions about noting who looks.

use super::command::AccessCommand;
use super::error::AccessError;
use super::event::{AccessEvent, AccessExported, AccessQueried};
use super::state::AccessState;
use crate::values::Role;

/// The events that follow from a command. A repeat is noted again: it was looked at again.
pub(super) fn decide(state: &AccessState, command: AccessCommand) -> Result<Vec<AccessEvent>, AccessError> {
    match (state, command) {
        (AccessState::Absent | AccessState::Noted(_), AccessCommand::Query { actor, .. })
            if !actor.is(Role::Auditor) =>
        {
            Err(AccessError::NotAnAuditor)
        }
        (
            AccessState::Absent | AccessState::Noted(_),
            AccessCommand::Query {
                actor,
                route,
                parameters,
                request_id,
                at,
            },
        ) => Ok(vec![
            AccessQueried {
                auditor_id: actor.person_id,
                route,
                parameters,
                request_id,
                at,
            }
            .into(),
        ]),
        (
            AccessState::Absent | AccessState::Noted(_),
            AccessCommand::Export {
                format,
                parameters,
                from_position,
                through_position,
                events,
                manifest_digest,
                at,
            },
        ) => {
            if through_position < from_position {
                return Err(AccessError::EmptyExport);
            }
            Ok(vec![
                AccessExported {
                    format,
                    parameters,
                    from_position,
                    through_position,
                    events,
                    manifest_digest,
                    at,
                }
                .into(),
            ])
        }
    }
}
