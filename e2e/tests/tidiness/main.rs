//! What every source file, document and aggregate of the repository keeps to.
//!
//! Each rule is a function that names what breaks it. It is held against the repository, and against a text that breaks it,
//! so that a rule that finds nothing any more is noticed.

mod aggregates;
mod documents;
mod lessons;
mod markdown;
mod migrations;
mod routes;
mod sources;

/// Fails with one line for each thing that is wrong.
fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}
