//! Every aggregate has the places that docs/adding-an-aggregate.md lists, and the page knows every aggregate.

use std::collections::BTreeSet;
use std::fs;

use comptoir_e2e::repository;

use crate::assert_none;
use crate::markdown::{code_spans, table};

const PAGE: &str = "docs/adding-an-aggregate.md";
/// Every aggregate's folder has these, and may have more.
const FILES: [&str; 7] = [
    "command.rs",
    "decide.rs",
    "error.rs",
    "event.rs",
    "mod.rs",
    "state.rs",
    "tests.rs",
];
/// And every read model's these.
const READ_MODEL_FILES: [&str; 4] = ["apply.rs", "mod.rs", "query.rs", "tests.rs"];

#[test]
fn every_aggregate_has_all_its_places() {
    let places = table(&repository::read(PAGE), "place");
    assert!(places.len() >= FILES.len(), "the table of places was not found");
    let mut wrong = Vec::new();
    for name in aggregates_of_golden_files() {
        for place in &places {
            let (path, wanted) = (fill(&code_spans(&place[0])[0], &name), code_spans(&place[1]));
            let text = if repository::exists(&path) {
                repository::read(&path)
            } else {
                String::new()
            };
            match wanted.first().map(|wanted| fill(wanted, &name)) {
                Some(wanted) if !text.contains(&wanted) => wrong.push(format!("{path} must have `{wanted}`")),
                None if text.is_empty() => wrong.push(format!("{path} is missing")),
                Some(_) | None => {}
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn the_page_names_every_aggregate_and_every_event() {
    let rows = table(&repository::read(PAGE), "aggregate");
    let names: BTreeSet<String> = rows.iter().map(|row| row[0].clone()).collect();
    assert_eq!(
        names,
        aggregates_of_golden_files(),
        "{PAGE} and domain/golden differ"
    );
    let listed: BTreeSet<String> = rows.iter().flat_map(|row| code_spans(&row[1])).collect();
    assert_eq!(listed, event_types(), "{PAGE} and domain/golden differ");
    for row in &rows {
        let prefix = format!("{}.", row[0]);
        assert!(
            code_spans(&row[1]).iter().all(|event| event.starts_with(&prefix)),
            "{} has a foreign event",
            row[0]
        );
    }
}

#[test]
fn the_page_names_every_policy_read_model_and_resource() {
    let rows = table(&repository::read(PAGE), "aggregate");
    let column =
        |index: usize| -> BTreeSet<String> { rows.iter().flat_map(|row| code_spans(&row[index])).collect() };

    let policies = entries("domain/src/policy")
        .into_iter()
        .filter(|path| path.contains("/on_"));
    assert_eq!(column(2), policies.collect(), "policies");
    assert_eq!(
        column(3),
        folders_with("projections/src", "apply.rs"),
        "read models"
    );
    let resources = folders_with("api/src/http", "mod.rs");
    let without_aggregate = [
        "api/src/http/auth",
        "api/src/http/health",
        "api/src/http/problem",
        "api/src/http/well_known",
    ]
    .map(str::to_owned);
    assert_eq!(
        column(4),
        &resources - &BTreeSet::from(without_aggregate),
        "resources"
    );
}

#[test]
fn every_folder_of_a_kind_has_the_same_files() {
    let mut wrong = Vec::new();
    let kinds = [
        ("domain/src", "decide.rs", &FILES[..]),
        ("projections/src", "apply.rs", &READ_MODEL_FILES[..]),
    ];
    for (parent, mark, files) in kinds {
        let folders = folders_with(parent, mark);
        assert!(!folders.is_empty(), "no folder in {parent} has a file {mark}");
        for folder in folders {
            let missing = files
                .iter()
                .map(|file| format!("{folder}/{file}"))
                .filter(|path| !repository::exists(path));
            wrong.extend(missing.map(|path| format!("{path} is missing")));
        }
    }
    assert_none(&wrong);
    let aggregates = aggregates_of_golden_files()
        .iter()
        .map(|name| format!("domain/src/{name}"))
        .collect();
    assert_eq!(folders_with("domain/src", "decide.rs"), aggregates);
}

/// The wire names of all events: each has a golden file for each of its versions.
fn event_types() -> BTreeSet<String> {
    let files = entries("domain/golden");
    let event_type = |path: &String| {
        let name = path.strip_prefix("domain/golden/")?.strip_suffix(".json")?;
        let (event_type, version) = name.rsplit_once(".v")?;
        version.parse::<u32>().ok().map(|_| event_type.to_owned())
    };
    let read: BTreeSet<String> = files.iter().filter_map(event_type).collect();
    assert!(!read.is_empty(), "domain/golden has no file of an event");
    read
}

fn aggregates_of_golden_files() -> BTreeSet<String> {
    event_types()
        .iter()
        .filter_map(|name| name.split_once('.'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn fill(text: &str, name: &str) -> String {
    let initial: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
    text.replace("<name>", name)
        .replace("<Name>", &format!("{initial}{}", &name[1..]))
}

fn folders_with(parent: &str, file: &str) -> BTreeSet<String> {
    let folders = entries(parent).into_iter();
    folders
        .filter(|path| repository::exists(&format!("{path}/{file}")))
        .collect()
}

/// What stands in a folder, by its path from the root.
fn entries(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(repository::root().join(folder)).expect("the folder can be read");
    entries
        .flatten()
        .map(|entry| format!("{folder}/{}", entry.file_name().to_string_lossy()))
        .collect()
}
