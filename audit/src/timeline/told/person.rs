//! Persons, told.

use comptoir_domain::person::{Person, PersonEvent, PersonState};
use comptoir_domain::values::PersonId;

use super::words::{moment, plain};
use super::{Line, Part, Told};

impl Told for Person {
    fn sentence(event: &PersonEvent) -> String {
        match event {
            PersonEvent::Erased(erased) => {
                let why = erased
                    .reason
                    .map(|reason| format!(": {}", plain(reason.as_str())));
                format!("personal data forgotten{}", why.unwrap_or_default())
            }
        }
    }

    fn lines(state: &PersonState) -> Vec<Line> {
        match state.erased() {
            None => Vec::new(),
            Some(erased) => vec![("erased", moment(erased.at))],
        }
    }

    fn people(_: &PersonState) -> Vec<(PersonId, Part)> {
        Vec::new()
    }
}
