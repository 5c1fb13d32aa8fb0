//! What cargo knows of the workspace, without the network.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::repository;

/// How every crate of ours is called, up to its folder.
pub const PREFIX: &str = "comptoir-";

/// A crate of the workspace and the crates it names in its manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Member {
    /// What the crate itself is built from, build scripts included.
    pub dependencies: BTreeSet<String>,
    /// What only its tests are built from.
    pub dev_dependencies: BTreeSet<String>,
}

/// The crates of the workspace by name.
///
/// # Panics
///
/// If cargo does not answer as it should.
pub fn members() -> BTreeMap<String, Member> {
    let text = run(&["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    let metadata: Value = serde_json::from_str(&text).expect("cargo metadata prints JSON");
    read_members(&metadata)
}

/// The crates in the answer of `cargo metadata`.
pub fn read_members(metadata: &Value) -> BTreeMap<String, Member> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    packages
        .iter()
        .map(|package| (text_of(&package["name"]), member(package)))
        .collect()
}

/// All crates that end up in a crate, itself included, for this machine.
///
/// # Panics
///
/// If cargo does not answer as it should.
pub fn everything_in(name: &str) -> BTreeSet<String> {
    let tree = run(&[
        "tree",
        "--offline",
        "-p",
        name,
        "-e",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{lib}|{p}",
    ]);
    let name_of = |line: &str| Some(line.split_once('|')?.1.split(' ').next()?.to_owned());
    tree.lines().filter_map(name_of).collect()
}

fn member(package: &Value) -> Member {
    let mut member = Member::default();
    for dependency in package["dependencies"].as_array().map_or(&[][..], Vec::as_slice) {
        let list = match dependency["kind"].as_str() {
            Some("dev") => &mut member.dev_dependencies,
            Some(_) | None => &mut member.dependencies,
        };
        list.insert(text_of(&dependency["name"]));
    }
    member
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(repository::root())
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "cargo {} failed: {said}",
        arguments.join(" ")
    );
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}
