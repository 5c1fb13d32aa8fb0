//! The rules of decisions about a read model.

use super::*;
use crate::testing::samples::events::{difference_accepted, stream_quarantined, stream_released};
use crate::testing::{given, hold_table};
use crate::values::{OperatorName, Sha256Hex, StreamKey};

fn other_stream() -> StreamKey {
    StreamKey::try_new("order-7").unwrap()
}

#[test]
fn a_stream_is_left_out_from_one_event_on_until_it_is_released() {
    let state = given::<Projection>([])
        .when(ProjectionCommand::QuarantineStream(stream_quarantined()))
        .then([stream_quarantined().into()]);
    let (stream, quarantine) = state.quarantined().next().unwrap();
    assert_eq!(stream, &stream_quarantined().stream);
    assert_eq!(quarantine.from_position, 17);
    assert_eq!(quarantine.by, stream_quarantined().by);
    assert!(!state.is_quarantined(&other_stream()));

    let released = given::<Projection>([stream_quarantined().into()])
        .when(ProjectionCommand::ReleaseStream(stream_released()))
        .then([stream_released().into()]);
    assert_eq!(released.quarantined().count(), 0);
}

#[test]
fn who_comes_second_changes_nothing_not_even_the_name_of_who_decided() {
    let again = StreamQuarantined {
        from_position: 99,
        by: OperatorName::try_new("ops-bert").unwrap(),
        ..stream_quarantined()
    };
    given::<Projection>([stream_quarantined().into()])
        .when(ProjectionCommand::QuarantineStream(again))
        .then_nothing();
}

#[test]
fn a_stream_that_was_released_can_be_left_out_again() {
    let again = StreamQuarantined {
        from_position: 99,
        ..stream_quarantined()
    };
    given::<Projection>([stream_quarantined().into(), stream_released().into()])
        .when(ProjectionCommand::QuarantineStream(again.clone()))
        .then([again.into()]);
}

#[test]
fn an_accepted_difference_is_that_one_of_that_version_and_no_other() {
    let state = given::<Projection>([])
        .when(ProjectionCommand::AcceptDifference(difference_accepted()))
        .then([difference_accepted().into()]);
    let accepted = difference_accepted();
    assert!(state.accepts(accepted.version, accepted.digest));
    assert!(!state.accepts(accepted.version + 1, accepted.digest));
    assert!(!state.accepts(accepted.version, Sha256Hex::of("another difference")));
}

#[test]
fn every_cause_is_kept_under_its_name() {
    for cause in QuarantineCause::ALL {
        let name = serde_json::to_value(cause).unwrap();
        assert_eq!(name.as_str(), Some(cause.as_str()));
    }
}

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    let quarantined = given::<Projection>([stream_quarantined().into()]).state();
    let released = given::<Projection>([stream_quarantined().into(), stream_released().into()]).state();
    let accepted = given::<Projection>([difference_accepted().into()]).state();
    let states = [
        ("untouched", ProjectionState::Untouched),
        ("quarantined", quarantined),
        ("released", released),
        ("accepted", accepted),
    ];
    let mut nowhere = stream_quarantined();
    nowhere.from_position = 0;
    let mut nothing = difference_accepted();
    nothing.rows = 0;
    let mut other = stream_released();
    other.stream = other_stream();
    let commands = [
        (
            "quarantine",
            ProjectionCommand::QuarantineStream(stream_quarantined()),
        ),
        (
            "quarantine, from nowhere",
            ProjectionCommand::QuarantineStream(nowhere),
        ),
        ("release", ProjectionCommand::ReleaseStream(stream_released())),
        ("release another", ProjectionCommand::ReleaseStream(other)),
        (
            "accept",
            ProjectionCommand::AcceptDifference(difference_accepted()),
        ),
        ("accept nothing", ProjectionCommand::AcceptDifference(nothing)),
    ]
    .map(|(name, command)| (name.to_owned(), command));
    hold_table::<Projection>(include_str!("tests/matrix.txt"), &states, &commands);
}
