//! A document is stored once, sent once, handed over once, and kept as long as it must be.

use super::super::*;
use super::{credit, issued};
use crate::testing::Given;
use crate::testing::samples::at;
use crate::testing::samples::events::{rendering, stored_file};
use crate::values::{Line, Sha256Hex};
use chrono::NaiveDate;

fn record(rendering: Rendering) -> DocumentCommand {
    DocumentCommand::RecordRendered {
        rendering,
        at: at(33),
    }
}

fn stored() -> Given<Document> {
    issued().and(record(rendering()))
}

const fn mailed() -> DocumentCommand {
    DocumentCommand::RecordMailed {
        at: chrono::DateTime::UNIX_EPOCH,
    }
}

fn failed(reason: MailFailure, attempts: u32) -> DocumentCommand {
    DocumentCommand::RecordMailFailed {
        reason,
        attempts,
        at: at(34),
    }
}

fn handed_over() -> DocumentCommand {
    DocumentCommand::RecordHandedOver {
        way: HandOver::Folder,
        at: at(36),
    }
}

fn end_of_retention(day: (i32, u32, u32)) -> DocumentCommand {
    DocumentCommand::EndRetention {
        today: NaiveDate::from_ymd_opt(day.0, day.1, day.2).unwrap(),
        at: at(90),
    }
}

#[test]
fn files_are_made_once() {
    let rendered = DocumentRendered {
        rendering: rendering(),
        at: at(33),
    };
    let state = issued().when(record(rendering())).then([rendered.into()]);
    assert_eq!(state.facts().unwrap().rendering, Some(rendering()));
    stored().when(record(rendering())).then_nothing();
    // The same bytes, whatever made them.
    let again = Rendering {
        renderer: Line::try_new("typst-0.16.0").unwrap(),
        template: Sha256Hex::of("another"),
        fell_back: None,
        ..rendering()
    };
    stored().when(record(again)).then_nothing();
    for other in [
        Rendering {
            pdf: stored_file("%PDF-2"),
            ..rendering()
        },
        Rendering {
            xml: stored_file("<x/>"),
            ..rendering()
        },
    ] {
        stored()
            .when(record(other))
            .then_error(&DocumentError::RenderedDifferently);
    }
}

#[test]
fn a_document_is_mailed_once_and_not_before_its_files_are_there() {
    issued().when(mailed()).then_error(&DocumentError::NotRendered);
    let at = chrono::DateTime::UNIX_EPOCH;
    stored().when(mailed()).then([DocumentMailed { at }.into()]);
    stored().and(mailed()).when(mailed()).then_nothing();
    let state = stored().and(mailed()).state();
    assert_eq!(state.facts().unwrap().mailing, Mailing::Sent { at });
}

#[test]
fn a_mail_that_failed_can_be_sent_later_and_one_that_was_sent_did_not_fail() {
    let reason = MailFailure::Unreachable;
    let event = |attempts| DocumentMailFailed {
        reason,
        attempts,
        at: at(34),
    };
    stored().when(failed(reason, 5)).then([event(5).into()]);
    stored()
        .and(failed(reason, 5))
        .when(failed(reason, 5))
        .then_nothing();
    stored()
        .and(failed(reason, 5))
        .when(failed(reason, 6))
        .then([event(6).into()]);
    let _ = stored().and(failed(reason, 5)).and(mailed());
    stored().and(mailed()).when(failed(reason, 5)).then_nothing();
    // There may be no address before there are files.
    let _ = issued().and(failed(MailFailure::NoAddress, 1));
}

#[test]
fn a_document_is_handed_over_once_and_not_before_its_files_are_there() {
    issued()
        .when(handed_over())
        .then_error(&DocumentError::NotRendered);
    let event = DocumentHandedOver {
        way: HandOver::Folder,
        at: at(36),
    };
    stored().when(handed_over()).then([event.into()]);
    stored().and(handed_over()).when(handed_over()).then_nothing();
}

#[test]
fn a_document_is_kept_to_the_end_of_the_tenth_year_after_its_own() {
    let until = NaiveDate::from_ymd_opt(2036, 12, 31).unwrap();
    assert_eq!(issued().state().facts().unwrap().kept_until(), until);
    issued()
        .when(end_of_retention((2036, 12, 31)))
        .then_error(&DocumentError::MustBeKept { until });
    let ended = DocumentRetentionEnded { at: at(90) };
    issued().when(end_of_retention((2037, 1, 1))).then([ended.into()]);
}

#[test]
fn what_is_no_longer_kept_is_left_alone() {
    let forgotten = || stored().and(end_of_retention((2037, 1, 1)));
    for command in [credit(1000, 167), record(rendering()), mailed(), handed_over()] {
        forgotten().when(command).then_error(&DocumentError::NoLongerKept);
    }
    forgotten().when(end_of_retention((2038, 1, 1))).then_nothing();
}

#[test]
fn every_reason_is_stored_under_its_name() {
    for reason in MailFailure::ALL {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
    }
    for reason in TemplateFailure::ALL {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
    }
    assert_eq!(
        serde_json::to_value(HandOver::Folder).unwrap(),
        HandOver::Folder.as_str()
    );
    for kind in [DocumentKind::Invoice, DocumentKind::CreditNote] {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
}
