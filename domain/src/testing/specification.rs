//! Tests that read as the specification: given a history, when a command comes, then these events or this refusal.

use std::fmt::Debug;

use crate::decider::{Decider, DomainEvent};

/// Starts a test from a history.
pub fn given<D: Decider>(history: impl IntoIterator<Item = D::Event>) -> Given<D> {
    let history: Vec<D::Event> = history.into_iter().collect();
    Given {
        state: D::replay(&history),
    }
}

/// An aggregate with a history.
pub struct Given<D: Decider> {
    state: D::State,
}

impl<D: Decider> Given<D> {
    /// An aggregate that is in a state, however it came to be.
    pub fn in_state(state: D::State) -> Self {
        Self { state }
    }

    /// Carries out a command, which must be accepted, as part of the history.
    ///
    /// # Panics
    /// If the command is refused.
    #[must_use]
    #[track_caller]
    pub fn and(self, command: D::Command) -> Self {
        let events = match D::decide(&self.state, command) {
            Ok(events) => events,
            Err(error) => panic!("the history has a command that is refused: {error}"),
        };
        Self {
            state: events.iter().fold(self.state, D::evolve),
        }
    }

    /// Decides on the command under test.
    pub fn when(self, command: D::Command) -> Then<D> {
        let outcome = D::decide(&self.state, command);
        Then {
            state: self.state,
            outcome,
        }
    }

    /// The state of the history.
    pub fn state(self) -> D::State {
        self.state
    }
}

/// The outcome of a command.
pub struct Then<D: Decider> {
    state: D::State,
    outcome: Result<Vec<D::Event>, D::Error>,
}

impl<D: Decider> Then<D>
where
    D::Event: Debug + PartialEq,
{
    /// Exactly these events follow, and each survives being written and read.
    ///
    /// # Panics
    /// If the outcome is another.
    #[track_caller]
    pub fn then(self, expected: impl IntoIterator<Item = D::Event>) -> D::State {
        let expected: Vec<D::Event> = expected.into_iter().collect();
        let (events, state) = self.accepted();
        assert_eq!(events, expected, "the events differ");
        for event in &events {
            let read = D::Event::from_json(event.event_type(), event.schema_version(), &event.to_json());
            assert_eq!(
                read.ok().as_ref(),
                Some(event),
                "the event does not survive being stored"
            );
        }
        events.iter().fold(state, D::evolve)
    }

    /// Nothing follows: the command has had its effect already, or has none.
    ///
    /// # Panics
    /// If the outcome is another.
    #[track_caller]
    pub fn then_nothing(self) {
        let (events, _) = self.accepted();
        assert_eq!(events, [], "nothing should follow");
    }

    /// The command is refused with this error.
    ///
    /// # Panics
    /// If the outcome is another.
    #[track_caller]
    pub fn then_error(self, expected: &D::Error)
    where
        D::Error: PartialEq,
    {
        match self.outcome {
            Ok(events) => panic!("refusal expected, got {events:?}"),
            Err(error) => assert_eq!(error, *expected, "refused for another reason"),
        }
    }

    #[track_caller]
    fn accepted(self) -> (Vec<D::Event>, D::State) {
        match self.outcome {
            Ok(events) => (events, self.state),
            Err(error) => panic!("events expected, refused: {error}"),
        }
    }
}
