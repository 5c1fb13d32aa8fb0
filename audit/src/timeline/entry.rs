//! What a timeline is made of.

use chrono::{DateTime, Utc};
use comptoir_ledger::{Position, RecordedEvent};
use serde::Serialize;
use uuid::Uuid;

use super::actor::Acted;
use super::find::object_id;
use super::told::sentence_of;

/// What happened to one thing.
#[derive(Debug, Clone, Serialize)]
pub struct Timeline {
    /// What it is: `order`, `person`, and so on.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Where the ledger ends for this timeline.
    pub as_of_position: Position,
    /// How far the index has come by which effects and related things are found.
    pub linked_through: Position,
    /// What happened, the oldest first.
    pub entries: Vec<Entry>,
    /// Whether there are earlier entries: ask for those before the first one here.
    pub has_earlier: bool,
    /// What is so at the end.
    pub state: Vec<StateLine>,
    /// What else belongs to it, by the time it came.
    pub related: Vec<Related>,
    /// Whether there is more of that than is listed.
    pub has_more_related: bool,
}

/// One event, in words.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Where it stands in the ledger.
    pub position: Position,
    /// Its id.
    pub event_id: Uuid,
    /// Its stored name.
    pub event_type: String,
    /// What it happened to.
    pub object: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Who acted.
    pub actor: Acted,
    /// What happened, in one sentence without a subject.
    pub sentence: String,
    /// The event that it follows from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Link>,
    /// The events that follow from it.
    pub effects: Vec<Link>,
    /// What is so after it.
    pub state: Vec<StateLine>,
}

/// Another event.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Where it stands in the ledger.
    pub position: Position,
    /// Its stored name.
    pub event_type: String,
    /// What it happened to.
    pub object: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What happened.
    pub sentence: String,
}

impl From<&RecordedEvent> for Link {
    fn from(recorded: &RecordedEvent) -> Self {
        Self {
            position: recorded.position,
            event_type: recorded.event_type.clone(),
            object: object_id(&recorded.stream),
            recorded_at: recorded.recorded_at,
            sentence: sentence_of(recorded),
        }
    }
}

/// A line about a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateLine {
    /// What it is about.
    pub label: &'static str,
    /// What it is.
    pub value: String,
    /// What it was before, if it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Whether the event made it so.
    pub changed: bool,
}

/// Another thing that belongs to it.
#[derive(Debug, Clone, Serialize)]
pub struct Related {
    /// What it is.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its first event here.
    pub position: Position,
    /// When that was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What that event says.
    pub sentence: String,
}
