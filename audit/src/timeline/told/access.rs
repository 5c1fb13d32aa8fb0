//! What auditors look at, told.

use comptoir_domain::access::{Access, AccessEvent, AccessState};
use comptoir_domain::values::PersonId;

use super::words::{count, list};
use super::{Line, Part, Told};

impl Told for Access {
    fn sentence(event: &AccessEvent) -> String {
        match event {
            AccessEvent::Queried(queried) => {
                let given = queried
                    .parameters
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"));
                format!("asked {} ({})", queried.route, list(given))
            }
            AccessEvent::Exported(exported) => format!(
                "exported positions {} to {} as {}",
                exported.from_position, exported.through_position, exported.format
            ),
        }
    }

    fn lines(state: &AccessState) -> Vec<Line> {
        match state {
            AccessState::Absent => Vec::new(),
            AccessState::Noted(facts) => vec![
                (
                    "asked",
                    count(usize::try_from(facts.queries).unwrap_or(usize::MAX), "time"),
                ),
                (
                    "exported",
                    count(usize::try_from(facts.exports).unwrap_or(usize::MAX), "time"),
                ),
            ],
        }
    }

    fn people(_: &AccessState) -> Vec<(PersonId, Part)> {
        Vec::new()
    }
}
