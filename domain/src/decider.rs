//! The shape of every aggregate: decide on a command, evolve by an event.

use thiserror::Error;

/// An aggregate as three pure things: a state, a decision and its consequence.
///
/// Laws, which the tests of each aggregate hold:
/// - `decide` is total and changes nothing; time, ids and prices arrive in the command.
/// - `decide` on a repeat of a command that has already had its effect gives no events.
/// - `evolve` accepts every event that `decide` can give, in the state that gave it.
pub trait Decider {
    /// The stream category: a stream is named `{NAME}-{uuid}`.
    const NAME: &'static str;
    /// What the decisions need to know; `Default` is the state before the first event.
    type State: Default + Clone + Send + Sync + 'static;
    /// What can be asked of the aggregate.
    type Command;
    /// What can have happened to it.
    type Event: DomainEvent;
    /// Why a command is refused.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The events that follow from a command, none if it has already had its effect.
    fn decide(state: &Self::State, command: Self::Command) -> Result<Vec<Self::Event>, Self::Error>;

    /// The state after an event.
    fn evolve(state: Self::State, event: &Self::Event) -> Self::State;

    /// The state after a whole history.
    fn replay<'a>(events: impl IntoIterator<Item = &'a Self::Event>) -> Self::State
    where
        Self::Event: 'a,
    {
        events.into_iter().fold(Self::State::default(), Self::evolve)
    }
}

/// An event with a name and a JSON form that outlive this code.
pub trait DomainEvent: Sized + Send + Sync + 'static {
    /// The stored name, such as `order.placed`.
    fn event_type(&self) -> &'static str;
    /// The version of the JSON that [`DomainEvent::to_json`] writes.
    fn schema_version(&self) -> i32;
    /// The payload as compact JSON.
    fn to_json(&self) -> String;
    /// Reads a stored payload of this or an earlier version.
    fn from_json(event_type: &str, schema_version: i32, data: &str) -> Result<Self, DecodeError>;
}

/// Why a stored event cannot be read.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// No event of this aggregate has that name.
    #[error("unknown event type `{event_type}`")]
    UnknownType {
        /// The stored name.
        event_type: String,
    },
    /// The event was written by a newer release, or its version number is not positive.
    #[error("`{event_type}` version {found} is not between 1 and {newest}, the versions this release reads")]
    UnsupportedVersion {
        /// The stored name.
        event_type: String,
        /// The stored version.
        found: i32,
        /// The newest version this release knows.
        newest: i32,
    },
    /// The payload is not the JSON that this type and version promise.
    #[error("`{event_type}` version {version} has an unreadable payload")]
    Payload {
        /// The stored name.
        event_type: String,
        /// The stored version.
        version: i32,
        /// What serde found.
        #[source]
        source: serde_json::Error,
    },
    /// An upcaster could not lift the payload to the next version.
    #[error("`{event_type}` cannot be lifted from version {from} to the next")]
    Upcast {
        /// The stored name.
        event_type: String,
        /// The version the step started from.
        from: i32,
        /// What the step found wrong.
        #[source]
        source: UpcastError,
    },
}

/// What an upcaster found wrong with an old payload.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct UpcastError(
    /// The missing or malformed part, in words.
    pub String,
);
