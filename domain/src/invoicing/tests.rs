//! The rules of a series of numbers.

mod formats;
mod matrix;

use std::num::NonZeroU32;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::decider::Decider as _;
use crate::document::{DocumentContent, DocumentKind, DocumentNumber, Supplier};
use crate::testing::given;
use crate::testing::samples::documents::{credit_note, invoice, seller_as_supplier, series_terms, today};
use crate::testing::samples::events::{invoice_issued, series_opened};
use crate::testing::samples::uuid;
use crate::values::DocumentId;

const INVOICE: DocumentKind = DocumentKind::Invoice;

fn terms() -> SeriesTerms {
    series_terms(Supplier::Platform, INVOICE)
}

fn beginning_at(first_number: u32) -> SeriesTerms {
    SeriesTerms {
        first_number: NonZeroU32::new(first_number).unwrap(),
        ..terms()
    }
}

/// Another invoice, with the number that is next in this state.
fn next(state: &InvoicingState, terms: &SeriesTerms, document: u128, day: NaiveDate) -> DocumentContent {
    let next = state.allot(terms, day).unwrap();
    DocumentContent {
        document_id: DocumentId::from_uuid(uuid(document)),
        number: next.number,
        issued_on: next.issued_on,
        ..invoice()
    }
}

fn issue(terms: SeriesTerms, content: DocumentContent) -> InvoicingCommand {
    let content = Arc::new(content);
    InvoicingCommand::Issue { terms, content }
}

fn first() -> InvoicingCommand {
    issue(terms(), invoice())
}

#[test]
fn a_series_begins_with_its_first_document() {
    let state = given::<Invoicing>([])
        .when(first())
        .then([series_opened().into(), invoice_issued().into()]);
    let facts = state.facts().unwrap();
    assert_eq!((facts.terms.clone(), facts.issued), (terms(), 1));
    assert_eq!(invoice().number.as_str(), "FA-2026-000001");
}

#[test]
fn each_document_has_the_next_number() {
    let state = given::<Invoicing>([]).and(first()).state();
    let second = next(&state, &terms(), 1, today());
    assert_eq!(second.number.as_str(), "FA-2026-000002");
    let issued = InvoiceIssued {
        document_id: second.document_id,
        number: second.number.clone(),
        sequence: 2,
        ..invoice_issued()
    };
    given::<Invoicing>([])
        .and(first())
        .when(issue(terms(), second))
        .then([issued.into()]);
}

#[test]
fn a_number_is_not_taken_by_asking_for_it() {
    let state = given::<Invoicing>([]).and(first()).state();
    let asked = |_| state.allot(&terms(), today()).unwrap().sequence;
    assert_eq!((0..3).map(asked).collect::<Vec<_>>(), [2, 2, 2]);
}

#[test]
fn of_two_who_were_told_the_same_number_one_gets_it() {
    let state = given::<Invoicing>([]).and(first()).state();
    let [one, other] = [1, 2].map(|document| next(&state, &terms(), document, today()));
    assert_eq!(one.number, other.number);
    let history = || {
        given::<Invoicing>([])
            .and(first())
            .and(issue(terms(), one.clone()))
    };
    history().when(issue(terms(), one.clone())).then_nothing();
    history()
        .when(issue(terms(), other))
        .then_error(&InvoicingError::NotTheNext {
            next: DocumentNumber::try_new("FA-2026-000003").unwrap(),
        });
}

#[test]
fn a_platform_that_moves_in_goes_on_counting_where_it_was() {
    let terms = beginning_at(4217);
    let content = next(&InvoicingState::Absent, &terms, 1, today());
    assert_eq!(content.number.as_str(), "FA-2026-004217");
    let state = given::<Invoicing>([]).and(issue(terms, content)).state();
    // What the series began with holds, whatever is said later.
    let allotted = state.allot(&beginning_at(1), today()).unwrap();
    assert_eq!((allotted.sequence, allotted.opens), (4218, false));
}

#[test]
fn the_format_stays_as_it_was_all_year() {
    let state = given::<Invoicing>([]).and(first()).state();
    let changed = SeriesTerms {
        format: NumberFormat::try_new("X-{year}-{number}").unwrap(),
        ..terms()
    };
    let allotted = state.allot(&changed, today()).unwrap();
    assert_eq!(allotted.number.as_str(), "FA-2026-000002");
}

#[test]
fn the_day_of_issue_never_goes_back() {
    let tomorrow = today() + Days::new(1);
    let state = given::<Invoicing>([]).and(first()).state();
    let later = next(&state, &terms(), 1, tomorrow);
    let history = || {
        given::<Invoicing>([])
            .and(first())
            .and(issue(terms(), later.clone()))
    };
    let state = history().state();
    assert_eq!(state.allot(&terms(), today()).unwrap().issued_on, tomorrow);
    let too_early = DocumentContent {
        issued_on: today(),
        ..next(&state, &terms(), 2, today())
    };
    history()
        .when(issue(terms(), too_early))
        .then_error(&InvoicingError::BeforeTheNewest { newest: tomorrow });
}

#[test]
fn each_year_has_a_series_of_its_own() {
    let next_year = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    let refused = InvoicingState::Absent.allot(&terms(), next_year);
    assert_eq!(refused, Err(InvoicingError::OtherYear { year: 2026 }));
    let terms = SeriesTerms {
        year: 2027,
        ..terms()
    };
    let allotted = InvoicingState::Absent.allot(&terms, next_year).unwrap();
    assert_eq!(allotted.number.as_str(), "FA-2027-000001");
    assert_ne!(allotted.series, invoice().series);
}

#[test]
fn suppliers_and_kinds_have_series_of_their_own() {
    let mut series: Vec<_> = [Supplier::Platform, seller_as_supplier()]
        .into_iter()
        .flat_map(|supplier| {
            [INVOICE, DocumentKind::CreditNote].map(|kind| series_terms(supplier, kind).series())
        })
        .collect();
    series.sort();
    series.dedup();
    assert_eq!(series.len(), 4);
    let other = series_terms(Supplier::Platform, DocumentKind::CreditNote);
    given::<Invoicing>([])
        .and(first())
        .when(issue(other, credit_note()))
        .then_error(&InvoicingError::OtherSeries);
    given::<Invoicing>([])
        .when(issue(terms(), credit_note()))
        .then_error(&InvoicingError::OtherSeries);
}

#[test]
fn a_series_ends_with_its_last_number() {
    let terms = beginning_at(u32::MAX);
    let content = next(&InvoicingState::Absent, &terms, 1, today());
    assert_eq!(content.number.as_str(), "FA-2026-4294967295");
    let state = given::<Invoicing>([]).and(issue(terms.clone(), content)).state();
    assert_eq!(state.allot(&terms, today()), Err(InvoicingError::Exhausted));
}

proptest! {
    /// Whatever is asked for in whichever order, on clocks that differ, by some who then do not issue.
    #[test]
    fn numbers_have_no_gap_and_days_do_not_go_back(
        first_number in 1_u32..1_000_000,
        steps in prop::collection::vec((0_u64..5, any::<bool>()), 1..40),
    ) {
        let terms = beginning_at(first_number);
        let (mut state, mut issued) = (InvoicingState::Absent, Vec::new());
        for (document, (days, issues)) in (1..).zip(steps) {
            let content = next(&state, &terms, document, today() + Days::new(days));
            if issues {
                let events = Invoicing::decide(&state, issue(terms.clone(), content.clone())).unwrap();
                state = events.iter().fold(state, Invoicing::evolve);
                issued.push(content);
            }
        }
        for (number, content) in (first_number..).zip(&issued) {
            prop_assert_eq!(content.number.as_str(), format!("FA-2026-{number:06}"));
        }
        prop_assert!(issued.iter().is_sorted_by_key(|content| content.issued_on));
    }
}
