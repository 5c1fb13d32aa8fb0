//! Projection: what operators have decided about a read model, on record.
//!
//! A stream that a read model cannot take is left out of it until it is released, and nothing else is; and a rebuilt model that
//! differs from the one in use takes over only if somebody has seen the difference and accepts it.

mod command;
mod decide;
mod error;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::ProjectionCommand;
pub use error::ProjectionError;
pub use event::{DifferenceAccepted, ProjectionEvent, QuarantineCause, StreamQuarantined, StreamReleased};
pub use state::{AttendedProjection, ProjectionState, Quarantine};

use crate::decider::Decider;

/// The aggregate behind the stream category `projection`.
#[derive(Debug, Clone, Copy)]
pub struct Projection;

impl Decider for Projection {
    const NAME: &'static str = "projection";
    type State = ProjectionState;
    type Command = ProjectionCommand;
    type Event = ProjectionEvent;
    type Error = ProjectionError;

    fn decide(
        state: &ProjectionState,
        command: ProjectionCommand,
    ) -> Result<Vec<ProjectionEvent>, ProjectionError> {
        decide::decide(state, command)
    }

    fn evolve(state: ProjectionState, event: &ProjectionEvent) -> ProjectionState {
        state::evolve(state, event)
    }
}
