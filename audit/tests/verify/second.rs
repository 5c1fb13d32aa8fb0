//! The second verifier, in another language and written from the documentation alone, finds the same.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use comptoir_audit::verify::Rule;

use crate::damages::damages;
use crate::house::{House, history, own_key};

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e/verifier/verify_ledger.py");

/// The rules that the documentation of the format is about.
const RULES: [Rule; 9] = [
    Rule::PositionDense,
    Rule::RevisionDense,
    Rule::EventIdUnique,
    Rule::TimeOrder,
    Rule::LeafHash,
    Rule::End,
    Rule::CheckpointNote,
    Rule::CheckpointSignature,
    Rule::CheckpointRoot,
];

type Found = BTreeSet<(String, i64)>;

#[tokio::test]
async fn the_second_verifier_agrees_on_a_sound_ledger_and_on_every_damage() {
    if !python_is_there() {
        return;
    }
    let rows = history();
    let house = House::with(&rows).await;
    let report = house.verify().await;
    let (found, read) = second(&house).await;
    assert_eq!(found, Found::new());
    let expected = format!(
        "{} events in {} streams; root {}",
        report.events, report.streams, report.root
    );
    assert_eq!(read, expected);

    let of_checkpoints = [
        (
            "root",
            "UPDATE ledger_checkpoints SET root = sha256('') WHERE size = 14",
        ),
        (
            "note",
            "UPDATE ledger_checkpoints SET note = 'nothing' WHERE size = 14",
        ),
        (
            "signature",
            "UPDATE ledger_checkpoints SET note = replace(note, 'ledger ', 'other ') WHERE size = 14",
        ),
        ("size", "UPDATE ledger_checkpoints SET size = 15 WHERE size = 14"),
        (
            "end",
            "UPDATE ledger_checkpoints SET size = 100000 WHERE size = 14",
        ),
    ];
    let of_checkpoints = of_checkpoints.map(|(name, statement)| (name, vec![statement.to_owned()]));
    let of_rows = damages(&rows)
        .into_iter()
        .map(|damage| (damage.name, damage.statements));
    for (name, statements) in of_rows.chain(of_checkpoints) {
        let house = House::with(&rows).await;
        let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        house.run_all(&statements).await;
        let (second, _) = second(&house).await;
        assert!(!second.is_empty(), "{name}");
        assert_eq!(second, first(&house).await, "{name}");
    }
}

/// What our own verifier finds, as far as it is about the format.
async fn first(house: &House) -> Found {
    let report = house.verify().await;
    let findings = report
        .findings
        .iter()
        .filter(|finding| RULES.contains(&finding.rule));
    findings
        .filter_map(|finding| Some((finding.rule.name().to_owned(), finding.position?.get())))
        .collect()
}

/// What the second one finds, and what it says that it has read.
async fn second(house: &House) -> (Found, String) {
    let pool = house.database.pool().await;
    let events: Vec<String> = sqlx::query_scalar(
        "SELECT json_build_array(position, stream, revision, event_id, event_type, schema_version,
             (extract(epoch FROM recorded_at) * 1000000)::bigint, data::text, metadata::text, encode(leaf_hash, 'hex'))::text
         FROM events WHERE position <= (SELECT position FROM ledger_horizon) ORDER BY position",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let checkpoints: Vec<String> = sqlx::query_scalar(
        "SELECT json_build_array(size, encode(root, 'hex'), note)::text FROM ledger_checkpoints ORDER BY size",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let horizon: i64 = sqlx::query_scalar("SELECT position FROM ledger_horizon")
        .fetch_one(&pool)
        .await
        .unwrap();
    let mut notes = tempfile::NamedTempFile::new().unwrap();
    notes.write_all(checkpoints.join("\n").as_bytes()).unwrap();
    let mut python = Command::new("python3")
        .arg(PROGRAM)
        .args([
            "--horizon",
            &horizon.to_string(),
            "--key",
            &own_key().to_string(),
            "--checkpoints",
        ])
        .arg(notes.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = python.stdin.take().unwrap();
    let feeding = std::thread::spawn(move || stdin.write_all((events.join("\n") + "\n").as_bytes()));
    let output = python.wait_with_output().unwrap();
    feeding.join().unwrap().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<&str> = said.lines().collect();
    let read = lines.pop().expect("it says what it has read").to_owned();
    assert_eq!(output.status.code(), Some(i32::from(!lines.is_empty())));
    let found = lines.iter().map(|line| {
        let mut words = line.split(' ');
        (
            words.next().unwrap().to_owned(),
            words.next().unwrap().parse().unwrap(),
        )
    });
    (found.collect(), read)
}

/// Where there is none, the test says so and is content.
fn python_is_there() -> bool {
    let is_there = Command::new("python3").arg("--version").output().is_ok();
    if !is_there {
        let said = b"skipped: the second verifier was not held against the first, for python3 is missing\n";
        std::io::stderr().write_all(said).unwrap();
    }
    is_there
}
