//! Every file has what the English one has. What mails and pages must say, the crates above test.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::*;
use crate::testing::locales::{german, german_file};

/// All that a file must have in common with every other: its rows, with the gaps in their words.
fn parts(file: &LocaleFile) -> BTreeSet<String> {
    let mentions = file.mentions.iter().map(|row| {
        format!(
            "mention {} {:?} {:?} of {} from {} to {:?} with {:?}",
            row.code,
            row.subject,
            row.applies_to,
            row.law_of,
            row.valid_from,
            row.valid_to,
            gaps(row.text.as_str()),
        )
    });
    let references = file.legal_references.iter().map(|row| {
        format!(
            "reference {:?} of {} from {} to {:?} with {:?}",
            row.basis,
            row.law_of,
            row.valid_from,
            row.valid_to,
            gaps(row.text.as_str()),
        )
    });
    mentions.chain(references).collect()
}

/// What one file has and the other has not.
fn differences(one: &LocaleFile, other: &LocaleFile) -> Vec<String> {
    let (one, other) = (parts(one), parts(other));
    one.symmetric_difference(&other).cloned().collect()
}

#[test]
fn every_file_of_the_folder_is_a_language_of_documents() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/locales");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        Locale::try_new(path.file_stem().unwrap().to_str().unwrap()).unwrap()
    });
    assert_eq!(names.collect::<BTreeSet<_>>(), Locale::all_written());
    assert!(Locale::all_written().is_superset(&[Locale::ENGLISH, Locale::FRENCH].into()));
}

#[test]
fn every_file_has_the_same_rows_with_the_same_gaps_in_the_same_order() {
    let english = Locale::ENGLISH.file();
    for (locale, file) in LocaleFile::all() {
        assert_eq!(differences(file, english), Vec::<String>::new(), "{locale:?}");
        let codes = |file: &LocaleFile| {
            file.mentions
                .iter()
                .map(|row| row.code.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(codes(file), codes(english), "{locale:?}");
    }
}

#[test]
fn each_law_is_written_in_one_language() {
    let laws: Vec<_> = LocaleFile::all().flat_map(|(_, file)| &file.laws).collect();
    let different: BTreeSet<_> = laws.iter().collect();
    assert_eq!(laws.len(), different.len(), "{laws:?}");
}

#[test]
fn a_file_that_lacks_a_row_or_a_gap_or_a_part_is_found() {
    let english = Locale::ENGLISH.file();
    assert_eq!(differences(&german_file(), english), Vec::<String>::new());
    for (list, gone) in [("mentions", "mention"), ("legal_references", "reference")] {
        let mut file: serde_json::Value = serde_json::from_str(&german()).unwrap();
        file[list].as_array_mut().unwrap().pop();
        let file = LocaleFile::read(&file.to_string()).unwrap();
        let differences = differences(&file, english);
        assert!(
            differences.len() == 1 && differences[0].starts_with(gone),
            "{differences:?}"
        );
    }
    let without_gap = german().replace("Bezahlt am {paid_on}.", "Bezahlt.");
    let without_gap = LocaleFile::read(&without_gap).unwrap();
    assert_eq!(differences(&without_gap, english).len(), 2);
    for part in ["laws", "dates", "mentions", "legal_references", "mail", "page"] {
        let mut file: serde_json::Value = serde_json::from_str(&german()).unwrap();
        file.as_object_mut().unwrap().remove(part);
        let error = LocaleFile::read(&file.to_string()).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn days_are_written_as_the_language_does() {
    let first = NaiveDate::from_ymd_opt(2026, 8, 1).unwrap();
    let last = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
    let written = |locale: Locale, day| {
        let dates = locale.file().dates();
        (dates.long(day), dates.short(day))
    };
    let pair = |long: &str, short: &str| (long.to_owned(), short.to_owned());
    assert_eq!(
        written(Locale::FRENCH, first),
        pair("1er\u{a0}ao\u{fb}t\u{a0}2026", "01/08/2026")
    );
    assert_eq!(
        written(Locale::ENGLISH, first),
        pair("1\u{a0}August\u{a0}2026", "1 August 2026")
    );
    assert_eq!(
        written(Locale::ENGLISH, last),
        pair("31\u{a0}December\u{a0}2026", "31 December 2026")
    );
    assert_eq!(german_file().dates().short(first), "01.08.2026");
}

#[test]
fn who_reads_another_language_reads_english() {
    let polish = Locale::try_new("pl").unwrap();
    assert_eq!(polish.written(), Locale::ENGLISH);
    assert_eq!(Locale::FRENCH.written(), Locale::FRENCH);
}
