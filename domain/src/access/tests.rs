//! The rules of noting who looks.

use super::*;
use crate::testing::given;
use crate::testing::samples::events::{access_exported, access_queried};
use crate::testing::samples::{admin, at, auditor, buyer, seller};
use crate::values::{AccessId, Actor};

fn query(actor: Actor) -> AccessCommand {
    let sample = access_queried();
    AccessCommand::Query {
        actor,
        route: sample.route,
        parameters: sample.parameters,
        request_id: sample.request_id,
        at: sample.at,
    }
}

fn export(from_position: i64, through_position: i64) -> AccessCommand {
    let sample = access_exported();
    AccessCommand::Export {
        format: sample.format,
        parameters: sample.parameters,
        from_position,
        through_position,
        events: sample.events,
        manifest_digest: sample.manifest_digest,
        at: sample.at,
    }
}

#[test]
fn what_an_auditor_asks_is_noted_each_time() {
    let noted = || AccessEvent::from(access_queried());
    given::<Access>([]).when(query(auditor())).then([noted()]);
    let state = given::<Access>([noted()]).when(query(auditor())).then([noted()]);
    let expected = AccessFacts {
        queries: 2,
        exports: 0,
    };
    assert_eq!(state.facts(), expected);
}

#[test]
fn what_others_ask_is_not_noted_here() {
    for actor in [admin(), buyer(), seller()] {
        given::<Access>([])
            .when(query(actor))
            .then_error(&AccessError::NotAnAuditor);
    }
}

#[test]
fn an_export_is_noted_with_its_range() {
    let state = given::<Access>([])
        .when(export(1, 4000))
        .then([access_exported().into()]);
    let expected = AccessFacts {
        queries: 0,
        exports: 1,
    };
    assert_eq!(state.facts(), expected);
    given::<Access>([])
        .when(export(2, 1))
        .then_error(&AccessError::EmptyExport);
}

#[test]
fn an_auditor_has_one_stream_a_day() {
    let id = |moment| AccessId::of_auditor(auditor().person_id, moment);
    assert_eq!(id(at(0)), id(at(1)));
    assert_ne!(id(at(0)), id(at(0) + chrono::TimeDelta::days(1)));
    assert_ne!(id(at(0)), AccessId::of_auditor(admin().person_id, at(0)));
    assert_ne!(id(at(0)), AccessId::of_exports(at(0)));
}

#[test]
fn what_is_noted_is_short_and_one_line() {
    assert!(AccessText::try_new("x".repeat(301)).is_err());
    assert!(AccessText::try_new("two\nlines").is_err());
}
