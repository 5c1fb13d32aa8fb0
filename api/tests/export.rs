//! `comptoir audit export` as a process: killed, started again, read from a pipe.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use comptoir_ledger::clock::{IdSource as _, SystemIds};
use comptoir_ledger::{
    Append, ExpectedRevision, Ledger, LedgerOptions, MIGRATOR, Metadata, NewEvent, StreamName,
};
use comptoir_sandbox::postgres::TestDatabase;
use serde_json::Value;

const EVENTS: usize = 4000;
const PATIENCE: Duration = Duration::from_mins(1);

async fn ledger_of(events: usize) -> TestDatabase {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let ledger = Ledger::start(database.pool().await, LedgerOptions::default())
        .await
        .unwrap();
    for _ in 0..events / 100 {
        let append = (0..100).fold(Append::new(&Metadata::default()), |append, number| {
            let event = NewEvent {
                event_id: SystemIds.uuid_v7(),
                event_type: "note.taken".to_owned(),
                schema_version: 1,
                data: format!("{{\"number\": {number}}}"),
            };
            append.write_raw(
                StreamName::new("note", SystemIds.uuid_v7()),
                ExpectedRevision::NoStream,
                vec![event],
            )
        });
        ledger.append(append).await.unwrap();
    }
    ledger.stop().await;
    database
}

fn export(database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comptoir"));
    command
        .env_clear()
        .env("DATABASE_URL", database.url())
        .args(["audit", "export"])
        .args(arguments);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn well(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// `kill -9` once a second part is finished, or false if the export was faster.
fn killed(database: &TestDatabase, folder: &Path, arguments: &[&str]) -> bool {
    let mut child = export(database, arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while !folder.join("events/part-000002.jsonl").exists() {
        assert!(started.elapsed() < PATIENCE, "no part is finished");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    !folder.join("manifest.json").exists()
}

#[tokio::test]
async fn an_export_that_was_killed_goes_on_and_ends_as_if_nothing_had_happened() {
    let database = ledger_of(EVENTS).await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("export");
    let output = folder.display().to_string();
    // So many small parts, each of which waits for the disk, take longer than it takes to kill.
    let arguments = [
        "--format",
        "jsonl",
        "--part-events",
        "10",
        "--json",
        "--output",
        &output,
    ];
    assert!(killed(&database, &folder, &arguments));
    let other = ["--format", "csv", "--part-events", "10", "--output", &output];
    let refused = export(&database, &other).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("--format was jsonl and is csv"),
        "{}",
        text(&refused.stderr)
    );

    let said: Value = serde_json::from_str(&well(&export(&database, &arguments).output().unwrap())).unwrap();
    assert_eq!(
        (&said["outcome"], &said["events"], &said["parts"]),
        (&"resumed".into(), &4000.into(), &400.into())
    );
    let checked = export(&database, &["--json", "--check", &output])
        .output()
        .unwrap();
    let report: Value = serde_json::from_str(&well(&checked)).unwrap();
    assert_eq!(
        (&report["events"], &report["findings"]),
        (&4000.into(), &Value::Array(Vec::new()))
    );

    let part = folder.join("events/part-000100.jsonl");
    let forged = fs::read_to_string(&part).unwrap().replacen("number", "numbes", 1);
    fs::write(&part, forged).unwrap();
    let found = export(&database, &["--check", &output]).output().unwrap();
    assert_eq!(found.status.code(), Some(1));
    let told = text(&found.stdout);
    assert!(
        told.contains("events/part-000100.jsonl, position 991: its leaf hash is not that of its columns"),
        "{told}"
    );
}

#[tokio::test]
async fn a_pipe_gets_lines_and_may_close_early() {
    let database = ledger_of(EVENTS).await;
    let arguments = ["--format", "jsonl", "--until", "3999", "--output", "-"];
    let lines = well(&export(&database, &arguments).output().unwrap());
    assert_eq!(lines.lines().count(), 3999);
    let mut child = export(&database, &arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn what_names_no_format_and_no_moment_is_refused_with_what_there_is() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    for (arguments, reason) in [
        (
            ["--format", "xml", "--output", "x"],
            "[possible values: jsonl, csv, parquet]",
        ),
        (
            ["--format", "parquet", "--output", "-"],
            "Parquet cannot be written to a pipe",
        ),
    ] {
        let refused = export(&database, &arguments).output().unwrap();
        assert_eq!(refused.status.code(), Some(2));
        assert!(
            text(&refused.stderr).contains(reason),
            "{}",
            text(&refused.stderr)
        );
    }
    let refused = export(&database, &["--format", "csv", "--from", "soon", "--output", "x"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("neither a position (1234), nor a time"),
        "{}",
        text(&refused.stderr)
    );
}
