//! What went wrong elsewhere has a test here: docs/LESSONS.md names it, and it exists.

use comptoir_e2e::repository;

use crate::assert_none;
use crate::markdown::{code_spans, table};

const PAGE: &str = "docs/LESSONS.md";
/// How a cell begins that names no test, with the reason.
const NOT_HERE: &str = "not here: ";

#[test]
fn every_lesson_names_a_test_that_exists_or_why_there_is_none() {
    let page = repository::read(PAGE);
    let mut wrong = Vec::new();
    for heading in ["Veza", "others", "rule of"] {
        let rows = table(&page, heading);
        assert!(rows.len() >= 10, "the table {heading} was not found");
        for row in rows {
            wrong.extend(wrong_with(&row).map(|what| format!("{PAGE}, {} {heading}: {what}", row[0])));
        }
    }
    assert_none(&wrong);
}

#[test]
fn no_lesson_is_missing() {
    let page = repository::read(PAGE);
    for heading in ["Veza", "others"] {
        let numbers: Vec<String> = table(&page, heading)
            .into_iter()
            .map(|row| row[0].clone())
            .collect();
        let all: Vec<String> = (1..=25).map(|number| number.to_string()).collect();
        assert_eq!(numbers, all, "{heading}");
    }
}

#[test]
fn these_rules_find_what_breaks_them() {
    let row = |held_by: &str| ["1", "what happened", held_by].map(str::to_owned);
    let here = "`e2e/tests/tidiness/lessons.rs::no_lesson_is_missing`";
    assert_eq!(wrong_with(&row(here)), None);
    assert_eq!(wrong_with(&row("not here: nobody sells that")), None);
    for broken in [
        "",
        "not here: ",
        "somewhere",
        "`e2e/tests/tidiness/lessons.rs`",
        "`e2e/tests/tidiness/lessons.rs::no_such_test`",
        "`e2e/tests/tidiness/no_such_file.rs::no_lesson_is_missing`",
        &format!("{here}, `e2e/tests/tidiness/lessons.rs::no_such_test`"),
    ] {
        assert!(wrong_with(&row(broken)).is_some(), "{broken}");
    }
}

/// What is wrong with a row, the last cell of which says what holds it.
fn wrong_with(row: &[String]) -> Option<String> {
    let held_by = row.last().map_or("", String::as_str);
    if held_by.strip_prefix(NOT_HERE).is_some_and(|why| !why.is_empty()) {
        return None;
    }
    let spans = code_spans(held_by);
    if spans.is_empty() {
        return Some("names no test, and not why".to_owned());
    }
    let unknown = spans.iter().find(|span| !is_test(span))?;
    Some(format!("names {unknown}, which is no test"))
}

/// Whether `path::name` is a test function of that file.
fn is_test(span: &str) -> bool {
    let Some((path, name)) = span.split_once("::") else {
        return false;
    };
    repository::exists(path) && repository::read(path).contains(&format!("fn {name}("))
}
