//! What operators decided about a read model, told.

use comptoir_domain::projection::{Projection, ProjectionEvent, ProjectionState};
use comptoir_domain::values::PersonId;

use super::words::{count, list};
use super::{Line, Part, Told};

impl Told for Projection {
    fn sentence(event: &ProjectionEvent) -> String {
        match event {
            ProjectionEvent::StreamQuarantined(quarantined) => format!(
                "left {} out of the read model {} from position {} on, since its event was {}",
                quarantined.stream,
                quarantined.projection,
                quarantined.from_position,
                quarantined.cause.as_str()
            ),
            ProjectionEvent::StreamReleased(released) => format!(
                "let {} count again in the read model {}",
                released.stream, released.projection
            ),
            ProjectionEvent::DifferenceAccepted(accepted) => format!(
                "accepted that version {} of the read model {} differs in {}",
                accepted.version,
                accepted.projection,
                count(usize::try_from(accepted.rows).unwrap_or(usize::MAX), "row")
            ),
        }
    }

    fn lines(state: &ProjectionState) -> Vec<Line> {
        let left_out: Vec<String> = state
            .quarantined()
            .map(|(stream, _)| stream.to_string())
            .collect();
        if left_out.is_empty() {
            Vec::new()
        } else {
            vec![("left out", list(left_out))]
        }
    }

    fn people(_: &ProjectionState) -> Vec<(PersonId, Part)> {
        Vec::new()
    }
}
