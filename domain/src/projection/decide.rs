//! The decisions about a read model.

use super::event::ProjectionEvent;
use super::state::ProjectionState;
use super::{ProjectionCommand, ProjectionError};

/// The events that follow from a command. What was decided already is not decided again.
pub(super) fn decide(
    state: &ProjectionState,
    command: ProjectionCommand,
) -> Result<Vec<ProjectionEvent>, ProjectionError> {
    match command {
        ProjectionCommand::QuarantineStream(quarantine) => {
            if quarantine.from_position < 1 {
                return Err(ProjectionError::NoSuchPosition);
            }
            Ok(unless(state.is_quarantined(&quarantine.stream), quarantine))
        }
        ProjectionCommand::ReleaseStream(release) => {
            if state.is_quarantined(&release.stream) {
                Ok(vec![release.into()])
            } else {
                Err(ProjectionError::NotQuarantined)
            }
        }
        ProjectionCommand::AcceptDifference(difference) => {
            if difference.rows == 0 {
                return Err(ProjectionError::NothingToAccept);
            }
            Ok(unless(
                state.accepts(difference.version, difference.digest),
                difference,
            ))
        }
    }
}

fn unless(is_so_already: bool, event: impl Into<ProjectionEvent>) -> Vec<ProjectionEvent> {
    if is_so_already { vec![] } else { vec![event.into()] }
}
