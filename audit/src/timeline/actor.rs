//! Who acted, in words.

use std::collections::BTreeSet;

use comptoir_domain::values::PersonId;
use comptoir_ledger::RecordedEvent;
use serde::Serialize;

use super::told::Part;

/// What kind of actor it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person.
    Person,
    /// A part of the engine, by itself or because of another event.
    Engine,
    /// The payment provider.
    PaymentProvider,
    /// An operator of the machine, by the command line.
    Operator,
    /// Nobody says.
    Unknown,
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acted {
    /// What kind of actor it was.
    pub kind: ActorKind,
    /// Which person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<String>,
    /// Their part in the thing, if they have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// All of it in words, such as `the buyer (person_01j...)`.
    pub words: String,
}

/// The person who acted, if it was one.
pub(super) fn person_of(recorded: &RecordedEvent) -> Option<PersonId> {
    actor_of(recorded)?.parse().ok()
}

fn actor_of(recorded: &RecordedEvent) -> Option<String> {
    recorded.decode_metadata().ok()?.actor
}

impl Acted {
    /// Who acted in an event of a thing in which these people have a part; of those who were erased, that is said.
    pub(super) fn of(
        recorded: &RecordedEvent,
        people: &[(PersonId, Part)],
        erased: &BTreeSet<PersonId>,
    ) -> Self {
        let other = |kind, words: String| Self {
            kind,
            person_id: None,
            part: None,
            words,
        };
        let Some(actor) = actor_of(recorded) else {
            return other(ActorKind::Unknown, "nobody is named".to_owned());
        };
        if let Ok(person_id) = actor.parse::<PersonId>() {
            let part = people
                .iter()
                .find(|(person, _)| *person == person_id)
                .map(|(_, part)| *part);
            let gone = if erased.contains(&person_id) {
                ", erased"
            } else {
                ""
            };
            let words = match part {
                Some(part) => format!("{} ({person_id}{gone})", part.as_str()),
                None => format!("{person_id}{gone}"),
            };
            return Self {
                kind: ActorKind::Person,
                person_id: Some(person_id.to_string()),
                part,
                words,
            };
        }
        match actor.split_once(':') {
            Some(("worker", "operator")) => {
                other(ActorKind::Operator, "an operator, by the command line".to_owned())
            }
            Some(("worker", name)) => other(
                ActorKind::Engine,
                format!("the engine ({})", name.replace(['_', '-'], " ")),
            ),
            Some(_) | None if actor == "hyperswitch" => {
                other(ActorKind::PaymentProvider, "Hyperswitch".to_owned())
            }
            Some(_) | None => other(ActorKind::Engine, actor),
        }
    }
}
