//! Which crate may depend on which: `domain <- ledger <- projections <- engine <- api`, documents between domain and engine,
//! audit beside engine, proof below all that proves something, and the rest beside.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_e2e::cargo::{self, Member, PREFIX};
use serde_json::json;

/// Each crate of ours, and those of ours that it may be built from. Whoever adds a crate gives it a place here.
const FLOOR_PLAN: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("documents", &["domain"]),
    ("proof", &[]),
    ("ledger", &["domain", "proof"]),
    ("projections", &["domain", "ledger"]),
    ("engine", &["domain", "ledger", "projections", "proof"]),
    ("audit", &["domain", "ledger", "projections", "proof"]),
    (
        "api",
        &[
            "domain",
            "documents",
            "ledger",
            "projections",
            "engine",
            "audit",
            "proof",
        ],
    ),
    ("sandbox", &[]),
    ("e2e", &[]),
];

/// What tests may use beside that. The sandbox sees no product crate, so this cannot make a circle.
const FOR_TESTS: &str = "sandbox";

/// All that the pure rules are made of.
const DOMAIN_IS_MADE_OF: [&str; 6] = ["chrono", "serde", "serde_json", "sha2", "thiserror", "uuid"];

/// Crates that reach a network, a disk, a thread or a log, or draw random numbers. (`getrandom` comes with `uuid`, whose
/// random versions clippy.toml bans.)
const REACHES_OUTSIDE: [&str; 20] = [
    "async-std",
    "axum",
    "env_logger",
    "futures",
    "hyper",
    "log",
    "mio",
    "rand",
    "rand_core",
    "redis",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "sqlx-core",
    "tokio",
    "tower",
    "tracing",
    "tracing-core",
];

#[test]
fn crates_depend_on_each_other_one_way() {
    let broken = broken_rules(&cargo::members());
    assert!(broken.is_empty(), "\n  {}", broken.join("\n  "));
}

#[test]
fn the_domain_is_made_of_values_only() {
    let members = cargo::members();
    let domain = &members["comptoir-domain"].dependencies;
    let wanted: BTreeSet<String> = DOMAIN_IS_MADE_OF.map(str::to_owned).into();
    assert_eq!(
        domain, &wanted,
        "a new dependency of the domain must be as pure as the domain"
    );
}

#[test]
fn nothing_in_the_domain_reaches_outside() {
    let everything = cargo::everything_in("comptoir-domain");
    assert!(
        everything.contains("serde"),
        "cargo tree was not understood: {everything:?}"
    );
    let outside: Vec<&&str> = REACHES_OUTSIDE
        .iter()
        .filter(|name| everything.contains(**name))
        .collect();
    assert!(
        outside.is_empty(),
        "the domain contains {outside:?}; `cargo tree -p comptoir-domain -i <name>` says why"
    );
}

#[test]
fn a_crate_that_reaches_outside_would_be_found() {
    let everything = cargo::everything_in("comptoir-ledger");
    assert!(REACHES_OUTSIDE.iter().any(|name| everything.contains(*name)));
}

#[test]
fn every_broken_rule_is_named() {
    let depends = |name: &str, on: &str, kind: Option<&str>| {
        let metadata =
            json!({ "packages": [{ "name": name, "dependencies": [{ "name": on, "kind": kind }] }] });
        broken_rules(&cargo::read_members(&metadata))
    };
    let all_but_missing = |broken: Vec<String>| {
        broken
            .into_iter()
            .filter(|rule| !rule.contains("is gone"))
            .count()
    };

    assert_eq!(
        all_but_missing(depends("comptoir-ledger", "comptoir-domain", None)),
        0
    );
    assert_eq!(
        all_but_missing(depends("comptoir-ledger", "comptoir-sandbox", Some("dev"))),
        0
    );
    assert_eq!(
        all_but_missing(depends("comptoir-ledger", "comptoir-engine", None)),
        1
    );
    assert_eq!(
        all_but_missing(depends("comptoir-ledger", "comptoir-engine", Some("dev"))),
        1
    );
    assert_eq!(
        all_but_missing(depends("comptoir-ledger", "comptoir-engine", Some("build"))),
        1
    );
    assert_eq!(
        all_but_missing(depends("comptoir-api", "comptoir-sandbox", None)),
        1
    );
    assert_eq!(
        all_but_missing(depends("comptoir-sandbox", "comptoir-ledger", Some("dev"))),
        1
    );
    assert_eq!(
        all_but_missing(depends("comptoir-e2e", "comptoir-api", Some("dev"))),
        1
    );
    assert_eq!(all_but_missing(depends("comptoir-cellar", "serde", None)), 1);
}

fn broken_rules(members: &BTreeMap<String, Member>) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, member) in members {
        let folder = name.strip_prefix(PREFIX).unwrap_or(name);
        let Some((_, allowed)) = FLOOR_PLAN.iter().find(|(known, _)| *known == folder) else {
            broken.push(format!("{name} has no place in FLOOR_PLAN"));
            continue;
        };
        for ours in of_ours(&member.dependencies).filter(|ours| !allowed.contains(ours)) {
            broken.push(format!("{name} must not be built from {ours}"));
        }
        let allowed_in_tests = |ours: &str| allowed.contains(&ours) || ours == FOR_TESTS || ours == folder;
        for ours in of_ours(&member.dev_dependencies).filter(|ours| !allowed_in_tests(ours)) {
            broken.push(format!("the tests of {name} must not use {ours}"));
        }
    }
    let known = |folder: &str| members.contains_key(&format!("{PREFIX}{folder}"));
    let gone = FLOOR_PLAN.iter().filter(|(folder, _)| !known(folder));
    broken.extend(gone.map(|(folder, _)| format!("{PREFIX}{folder} is gone; take it out of FLOOR_PLAN")));
    broken
}

fn of_ours(names: &BTreeSet<String>) -> impl Iterator<Item = &str> {
    names.iter().filter_map(|name| name.strip_prefix(PREFIX))
}
