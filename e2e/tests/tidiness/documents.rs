//! Documents say what is so: files, links and commands that they name exist.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use comptoir_e2e::repository::{self, SourceFile};

use crate::assert_none;
use crate::markdown::{anchors, code_spans, fenced_lines, link_targets};

/// What is made on the way and is not part of the repository.
const MADE: [&str; 3] = ["target/", ".sandbox/", ".sqlx/"];

#[test]
fn every_path_that_a_document_names_exists() {
    let tops = top_entries();
    let documents = repository::files_with_extension("md");
    assert!(
        documents
            .iter()
            .any(|document| document.name == "docs/ARCHITECTURE.md"),
        "the architecture is missing"
    );
    let wrong: Vec<String> = documents
        .iter()
        .flat_map(|document| unknown_paths(document, &tops))
        .collect();
    assert_none(&wrong);
}

#[test]
fn every_link_within_the_repository_leads_somewhere() {
    let documents = repository::files_with_extension("md");
    assert_none(&documents.iter().flat_map(broken_links).collect::<Vec<String>>());
}

#[test]
fn every_make_target_that_a_document_names_exists() {
    let targets = make_targets(&repository::read("Makefile"));
    let documents = repository::files_with_extension("md");
    let readme = documents
        .iter()
        .find(|document| document.name == "README.md")
        .expect("there is a README");
    assert!(
        named_targets(&readme.text).contains("run"),
        "the README must say how to begin"
    );
    let wrong = documents
        .iter()
        .flat_map(|document| unknown_targets(document, &targets));
    assert_none(&wrong.collect::<Vec<String>>());
}

#[test]
fn these_rules_find_what_breaks_them() {
    let page = |text: &str| SourceFile {
        name: "docs/page.md".to_owned(),
        text: text.to_owned(),
    };
    let tops = top_entries();
    assert_eq!(
        unknown_paths(&page("`domain/src/lib.rs` and `domain/golden/`"), &tops).len(),
        0
    );
    assert_eq!(unknown_paths(&page("`domain/src/gone.rs`"), &tops).len(), 1);
    assert_eq!(
        unknown_paths(&page("`domain/src/<name>/mod.rs`, `POST /orders`, `a/b`"), &tops).len(),
        0
    );
    assert_eq!(
        broken_links(&page("[up](../Makefile) [web](https://example.org)")).len(),
        0
    );
    assert_eq!(broken_links(&page("[gone](gone.md)")).len(), 1);
    assert_eq!(broken_links(&page("# Here\n[me](#here) [you](#there)")).len(), 1);
    let targets = BTreeSet::from(["run".to_owned()]);
    assert_eq!(
        unknown_targets(&page("`make run`, then `ONCE=1 make run`"), &targets).len(),
        0
    );
    assert_eq!(unknown_targets(&page("```\nmake walk\n```"), &targets).len(), 1);
}

/// Backticked paths from the root: those that begin with something that stands there.
fn unknown_paths(document: &SourceFile, tops: &BTreeSet<String>) -> Vec<String> {
    let is_path = |span: &String| {
        let plain = span
            .chars()
            .all(|letter| letter.is_alphanumeric() || "/._-".contains(letter));
        let top = span.split('/').next().unwrap_or_default();
        plain && span.contains('/') && tops.contains(top) && !MADE.iter().any(|made| span.starts_with(made))
    };
    let spans = code_spans(&document.text).into_iter().filter(is_path);
    let unknown = spans.filter(|span| !repository::exists(span));
    unknown
        .map(|span| format!("{} names {span}, which does not exist", document.name))
        .collect()
}

fn top_entries() -> BTreeSet<String> {
    let files = repository::files();
    files
        .iter()
        .filter_map(|file| file.name.split('/').next())
        .map(str::to_owned)
        .collect()
}

fn broken_links(document: &SourceFile) -> Vec<String> {
    let mut wrong = Vec::new();
    for target in link_targets(&document.text) {
        if target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        let (path, anchor) = target
            .split_once('#')
            .map_or((target.as_str(), None), |(path, at)| (path, Some(at)));
        let name = if path.is_empty() {
            Some(document.name.clone())
        } else {
            beside(&document.name, path)
        };
        let Some(name) = name.filter(|name| path.is_empty() || repository::exists(name)) else {
            wrong.push(format!(
                "{} links to {target}, which does not exist",
                document.name
            ));
            continue;
        };
        let text = if path.is_empty() {
            document.text.clone()
        } else {
            String::new()
        };
        let text = if text.is_empty() && anchor.is_some() {
            repository::read(&name)
        } else {
            text
        };
        if anchor.is_some_and(|anchor| !anchors(&text).iter().any(|known| known == anchor)) {
            wrong.push(format!(
                "{} links to {target}, but {name} has no such heading",
                document.name
            ));
        }
    }
    wrong
}

/// A path relative to a document, from the root; none if it leads out of the repository.
fn beside(document: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for component in Path::new(path).components() {
        match component {
            Component::ParentDir => drop(parts.pop()?),
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

fn make_targets(makefile: &str) -> BTreeSet<String> {
    let heads = makefile
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(head, _)| head);
    heads
        .filter(|head| head.chars().all(|letter| letter.is_ascii_lowercase()))
        .map(str::to_owned)
        .collect()
}

/// The word after `make` in code, which is the target.
fn named_targets(text: &str) -> BTreeSet<String> {
    let code = code_spans(text).into_iter().chain(fenced_lines(text));
    let commands = code.filter_map(|code| {
        let mut words = code
            .split_whitespace()
            .skip_while(|word| word.contains('=') || *word == "$");
        (words.next() == Some("make")).then(|| words.next().unwrap_or_default().to_owned())
    });
    commands.collect()
}

fn unknown_targets(document: &SourceFile, targets: &BTreeSet<String>) -> Vec<String> {
    let unknown = named_targets(&document.text)
        .into_iter()
        .filter(|target| !targets.contains(target));
    unknown
        .map(|target| format!("{} names `make {target}`, which does not exist", document.name))
        .collect()
}
