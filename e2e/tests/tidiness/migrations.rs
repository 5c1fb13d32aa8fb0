//! Migrations: each stands in the table of their page, says why it is there, and has the next number.

use std::collections::BTreeSet;

use comptoir_e2e::repository::{self, SourceFile};

use crate::assert_none;
use crate::markdown::{link_targets, table};

const FOLDER: &str = "migrations/";
const PAGE: &str = "migrations/README.md";

#[test]
fn the_page_has_every_migration_and_no_others() {
    let rows = table(&repository::read(PAGE), "file");
    let listed: Vec<String> = rows.iter().flat_map(|row| link_targets(&row[0])).collect();
    let there: Vec<String> = migrations().iter().map(|file| name_of(file).to_owned()).collect();
    assert!(there.len() >= 9, "the migrations were not found: {there:?}");
    assert_eq!(listed, there, "left: {PAGE}; right: {FOLDER}");
    let silent = rows.iter().filter(|row| row[1].is_empty());
    let silent = silent.map(|row| format!("{PAGE} does not say what {} makes", row[0]));
    assert_none(&silent.collect::<Vec<_>>());
}

#[test]
fn every_migration_begins_with_why_and_has_the_next_number() {
    assert_none(&untidy(&migrations()));
}

#[test]
fn these_rules_find_what_breaks_them() {
    let file = |name: &str, text: &str| SourceFile {
        name: format!("{FOLDER}{name}"),
        text: text.to_owned(),
    };
    assert_eq!(untidy(&[file("0001_a.sql", "-- Why.\n")]).len(), 0);
    assert_eq!(untidy(&[file("0001_a.sql", "SELECT 1;\n")]).len(), 1);
    assert_eq!(untidy(&[file("0002_a.sql", "-- Why.\n")]).len(), 1);
    let twice = [file("0001_a.sql", "-- Why.\n"), file("0001_b.sql", "-- Why.\n")];
    assert_eq!(untidy(&twice).len(), 1);
}

fn migrations() -> Vec<SourceFile> {
    let mut files = repository::files_with_extension("sql");
    files.retain(|file| file.name.starts_with(FOLDER));
    files
}

fn name_of(file: &SourceFile) -> &str {
    file.name.strip_prefix(FOLDER).unwrap_or(&file.name)
}

fn untidy(files: &[SourceFile]) -> Vec<String> {
    let mut wrong = BTreeSet::new();
    for (number, file) in (1..).zip(files) {
        if !name_of(file).starts_with(&format!("{number:04}_")) {
            wrong.insert(format!("{} must have the number {number:04}", file.name));
        }
        if !file.text.starts_with("-- ") {
            wrong.insert(format!("{} must begin with a comment that says why", file.name));
        }
    }
    wrong.into_iter().collect()
}
