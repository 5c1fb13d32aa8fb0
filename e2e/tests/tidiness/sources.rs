//! Source files: they say what they are for, stay short, and leave nothing for later.

use comptoir_e2e::repository::{SourceFile, files, files_with_extension};

use crate::assert_none;

/// The most lines of a file, by extension.
const LINES_MAX: [(&str, usize); 3] = [("rs", 400), ("sh", 150), ("sql", 300)];

/// Words that promise to do something later. In two parts, so that this file may hold them.
const PROMISES: [&str; 6] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!("),
    concat!("unimplemen", "ted!("),
    concat!("#[ign", "ore"),
    concat!("dbg", "!("),
];

/// Folders of one machine, which mean nothing on another.
const FOLDERS_OF_A_MACHINE: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/Use", "rs/"),
];

#[test]
fn every_source_file_begins_with_what_it_is_for() {
    assert_none(&without_purpose(&files_with_extension("rs")));
}

#[test]
fn no_source_file_is_longer_than_its_limit() {
    assert_none(&too_long(&files()));
}

#[test]
fn nothing_is_left_for_later() {
    assert_none(&holding(&files(), &PROMISES, |_| true));
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    assert_none(&holding(&files(), &FOLDERS_OF_A_MACHINE, begins_a_path));
}

#[test]
fn these_rules_find_what_breaks_them() {
    let file = |text: &str| {
        [SourceFile {
            name: "some.rs".to_owned(),
            text: text.to_owned(),
        }]
    };
    assert_eq!(without_purpose(&file("use std::fmt;\n")).len(), 1);
    assert_eq!(without_purpose(&file("//! Says something.\n")).len(), 0);
    assert_eq!(too_long(&file(&"//\n".repeat(401))).len(), 1);
    assert_eq!(too_long(&file(&"//\n".repeat(400))).len(), 0);
    for promise in PROMISES {
        assert_eq!(
            holding(&file(&format!("// {promise}")), &PROMISES, |_| true).len(),
            1
        );
    }
    for folder in FOLDERS_OF_A_MACHINE {
        assert_eq!(
            holding(
                &file(&format!("\"{folder}x\"")),
                &FOLDERS_OF_A_MACHINE,
                begins_a_path
            )
            .len(),
            1
        );
        assert_eq!(
            holding(
                &file(&format!("/var{folder}x")),
                &FOLDERS_OF_A_MACHINE,
                begins_a_path
            )
            .len(),
            0
        );
    }
}

fn without_purpose(files: &[SourceFile]) -> Vec<String> {
    let silent = files.iter().filter(|file| !file.text.starts_with("//! "));
    silent
        .map(|file| {
            format!(
                "{} must begin with a `//!` line that says what it is for",
                file.name
            )
        })
        .collect()
}

fn too_long(files: &[SourceFile]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files {
        let limit = LINES_MAX
            .iter()
            .find(|(extension, _)| file.has_extension(extension));
        let lines = file.text.lines().count();
        if let Some((_, limit)) = limit.filter(|(_, limit)| lines > *limit) {
            wrong.push(format!("{} has {lines} lines; {limit} are the limit", file.name));
        }
    }
    wrong
}

/// Where one of the texts stands, if what stands before it on the line lets it count.
fn holding(files: &[SourceFile], texts: &[&str], counts: impl Fn(&str) -> bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            let found = |text: &&&str| line.match_indices(**text).any(|(at, _)| counts(&line[..at]));
            if let Some(text) = texts.iter().find(found) {
                wrong.push(format!("{}:{} holds {text}", file.name, index + 1));
            }
        }
    }
    wrong
}

/// Whether a path can begin here: not within another one.
fn begins_a_path(before: &str) -> bool {
    !before.ends_with(|last: char| last.is_alphanumeric() || "_-.}>)$*".contains(last))
}
