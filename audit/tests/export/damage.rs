//! No damage to the files or to the manifest passes the check.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use comptoir_audit::export::Format;
use comptoir_proof::note::{KeyKind, Signer};
use serde_json::Value;

use crate::support::{EVENTS, House, all};

const SECOND: &str = "events/part-000002.jsonl";

async fn exported() -> House {
    let house = House::new().await;
    house.sign(EVENTS).await;
    house.export(&all(Format::Jsonl)).await.unwrap();
    assert!(house.check(&[]).is_sound());
    house
}

fn second(house: &House) -> (PathBuf, String) {
    let path = house.exported().join(SECOND);
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

/// Changes the second part, and all that the manifest says of its bytes, as somebody would who covers traces.
fn forge(house: &House, change: impl FnOnce(Vec<String>) -> Vec<String>) {
    let (path, text) = second(house);
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let forged = change(lines).join("\n") + "\n";
    fs::write(path, &forged).unwrap();
    manifest(house, |manifest| {
        manifest["parts"][1]["bytes"] = forged.len().into();
        manifest["parts"][1]["sha256"] = comptoir_sandbox::sha256_hex(forged.as_bytes()).into();
    });
}

fn manifest(house: &House, change: impl FnOnce(&mut Value)) {
    let path = house.exported().join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(path, manifest.to_string()).unwrap();
}

fn problems(house: &House) -> String {
    let report = house.check(&[]);
    assert!(!report.is_sound());
    let mut told = String::new();
    for finding in &report.findings {
        let at = finding
            .position
            .map(|position| format!(" {position}"))
            .unwrap_or_default();
        writeln!(told, "{}{at}: {}", finding.file, finding.problem).unwrap();
    }
    told
}

#[tokio::test]
async fn a_changed_byte_a_missing_file_and_one_too_many_are_found() {
    let house = exported().await;
    let (path, text) = second(&house);
    fs::write(&path, text.replacen("hello", "hallo", 1)).unwrap();
    assert!(problems(&house).contains("part-000002.jsonl: its SHA-256 is "));
    fs::remove_file(&path).unwrap();
    assert!(problems(&house).contains("part-000002.jsonl: it cannot be read: "));
    fs::write(&path, text).unwrap();
    assert!(house.check(&[]).is_sound());
    fs::write(house.exported().join("events/part-000009.jsonl"), "").unwrap();
    assert_eq!(
        problems(&house),
        "events/part-000009.jsonl: the manifest does not know this file\n"
    );
}

#[tokio::test]
async fn an_event_that_was_changed_together_with_the_digests_is_found_by_its_leaf_hash() {
    let house = exported().await;
    forge(&house, |mut lines| {
        lines[5] = lines[5].replacen("\"data\":\"", "\"data\":\" ", 1);
        lines
    });
    let problems = problems(&house);
    assert!(
        problems.contains("part-000002.jsonl 31: its leaf hash is not that of its columns"),
        "{problems}"
    );
    assert!(
        problems.contains("the events do not have the root that was signed for them"),
        "{problems}"
    );
}

#[tokio::test]
async fn events_left_out_repeated_or_moved_are_found() {
    let house = exported().await;
    forge(&house, |mut lines| {
        lines.remove(5);
        lines
    });
    let missing = problems(&house);
    assert!(
        missing.contains(" 32: positions from 31 on are missing before it"),
        "{missing}"
    );
    assert!(missing.contains("it has 24 events, not 25"), "{missing}");

    let house = exported().await;
    forge(&house, |mut lines| {
        lines.swap(5, 6);
        lines
    });
    assert!(problems(&house).contains(" 31: it stands behind a later one, or twice"));

    let house = exported().await;
    forge(&house, |mut lines| {
        lines.insert(5, lines[4].clone());
        lines
    });
    assert!(problems(&house).contains(" 30: it stands behind a later one, or twice"));
}

#[tokio::test]
async fn a_tail_that_was_cut_off_with_its_entry_is_found() {
    let house = exported().await;
    fs::remove_file(house.exported().join("events/part-000003.jsonl")).unwrap();
    manifest(&house, |manifest| {
        manifest["parts"].as_array_mut().unwrap().pop();
        manifest["events"] = 50.into();
    });
    let problems = problems(&house);
    assert!(
        problems.contains("manifest.json: the events end with 50, not with 60"),
        "{problems}"
    );
    assert!(
        problems.contains("the events do not have the root that was signed for them"),
        "{problems}"
    );
}

#[tokio::test]
async fn a_checkpoint_of_somebody_else_or_of_another_ledger_is_found() {
    let house = exported().await;
    let stranger = Signer::try_new("shop.example/ledger", KeyKind::Log, &[8; 32]).unwrap();
    let report = house.check(&[stranger.public_key().clone()]);
    assert!(
        report
            .findings
            .iter()
            .any(|found| found.problem.contains("signed by none of the given keys"))
    );
    manifest(&house, |manifest| {
        let note = manifest["checkpoint_within"]["note"]
            .as_str()
            .unwrap()
            .replace("60\n", "61\n");
        manifest["checkpoint_within"]["note"] = note.into();
    });
    assert!(problems(&house).contains("a checkpoint is of another size than is said beside it"));
}

#[tokio::test]
async fn what_cannot_be_understood_is_told_and_does_not_end_the_check() {
    let house = exported().await;
    forge(&house, |mut lines| {
        lines[0] = lines[0].replace("\"position\":26", "\"position\":\"26\"");
        lines
    });
    let found = problems(&house);
    assert!(
        found.contains("part-000002.jsonl: it cannot be read to its end: line 1: "),
        "{found}"
    );
    manifest(&house, |manifest| manifest["version"] = 2.into());
    let refused = comptoir_audit::export::check(&house.exported(), &[], |_, _| {})
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("it is of version 2, and this program knows version 1"),
        "{refused}"
    );
}
