//! `comptoir projections`, `comptoir audit diff` and `comptoir rebuild --gate`, while the engine serves.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use comptoir_ledger::{
    Append, ExpectedRevision, Ledger, LedgerOptions, MIGRATOR, Metadata, NewEvent, Position, StreamName,
};
use comptoir_projections::ReadModel;
use comptoir_sandbox::postgres::TestDatabase;
use serde_json::Value;
use uuid::Uuid;

use crate::{comptoir, run, text};

/// A serving process, ended with this value.
struct Serving(Child);

impl Serving {
    fn start(url: &str) -> Self {
        let mut child = comptoir(url, &["serve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.next().unwrap().unwrap();
        assert!(ready.starts_with("comptoir is ready"), "{ready}");
        Self(child)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const STREAM: Uuid = Uuid::from_u128(0x019c_a9f1_0000_7000_8000_0000_0000_7777);

/// An order that expires without ever having been placed: no read model of orders can take that.
async fn append_stray(database: &TestDatabase) -> Position {
    let ledger = Ledger::start(database.pool().await, LedgerOptions::default())
        .await
        .unwrap();
    let event = NewEvent {
        event_id: ledger.ids().uuid_v7(),
        event_type: "order.expired".to_owned(),
        schema_version: 1,
        data: r#"{"at":"2026-03-01T10:00:00Z"}"#.to_owned(),
    };
    let stream = StreamName::new("order", STREAM);
    let append = Append::new(&Metadata::default()).write_raw(stream, ExpectedRevision::NoStream, vec![event]);
    let position = ledger.append(append).await.unwrap().position;
    ledger.stop().await;
    position
}

fn orders(url: &str) -> (Option<i32>, Value) {
    let listed = run(url, &["projections", "--json"]);
    let lines = text(&listed.stdout);
    assert_eq!(
        lines.lines().count(),
        ReadModel::ALL.len(),
        "{lines}{}",
        text(&listed.stderr)
    );
    let status: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(status["name"], "orders");
    (listed.status.code(), status)
}

async fn stuck_orders(url: &str) -> Value {
    for _ in 0..600 {
        let (code, status) = orders(url);
        if !status["stuck"].is_null() {
            assert_eq!(code, Some(1));
            return status;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not get stuck");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_a_stuck_read_model_and_gets_it_past_the_event_on_record() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let url = database.url();
    let (code, status) = orders(url);
    assert_eq!(
        (code, &status["version"], &status["lag_events"]),
        (Some(0), &Value::Null, &0.into())
    );
    let _serving = Serving::start(url);
    let position = append_stray(&database).await.get();

    let status = stuck_orders(url).await;
    assert_eq!(status["stuck"]["position"], position);
    assert_eq!(status["stuck"]["event_type"], "order.expired");
    assert_eq!(status["stuck"]["stream"], format!("order-{STREAM}"));
    let listed = text(&run(url, &["projections"]).stdout);
    assert!(
        listed.contains("STUCK") && listed.contains("never placed"),
        "{listed}"
    );
    assert!(
        listed.contains("comptoir projections quarantine orders --by NAME"),
        "{listed}"
    );
    let again = run(url, &["projections", "retry", "orders"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(
        text(&again.stdout).contains("failed again"),
        "{}",
        text(&again.stdout)
    );

    for wrong in ["Anna Example", "anna@example.com"] {
        let refused = run(url, &["projections", "quarantine", "orders", "--by", wrong]);
        assert!(!refused.status.success(), "{wrong} is no operator's account");
    }
    let elsewhere = run(
        url,
        &["projections", "quarantine", "products", "--by", "ops-anna"],
    );
    assert!(text(&elsewhere.stderr).contains("do not stand before such an event"));
    let left_out = run(url, &["projections", "quarantine", "orders", "--by", "ops-anna"]);
    assert!(
        left_out.status.success(),
        "{}{}",
        text(&left_out.stdout),
        text(&left_out.stderr)
    );
    assert!(
        text(&left_out.stdout).contains("is past the event"),
        "{}",
        text(&left_out.stdout)
    );
    let (code, status) = orders(url);
    assert_eq!((code, &status["stuck"]), (Some(1), &Value::Null));
    let quarantined = &status["quarantined"][0];
    assert_eq!(quarantined["from_position"], position);
    assert_eq!(
        (&quarantined["by"], &quarantined["cause"]),
        (&"ops-anna".into(), &"misplaced".into())
    );
    assert_eq!(
        (&quarantined["standing"], &quarantined["parked_events"]),
        (&"in_force".into(), &1.into())
    );

    // The program has not learnt anything, so that the stream cannot come back, and nothing changes.
    let stream = format!("order-{STREAM}");
    let release = [
        "projections",
        "release",
        "orders",
        "--stream",
        &stream,
        "--by",
        "ops-anna",
    ];
    let refused = run(url, &release);
    assert_eq!(refused.status.code(), Some(1));
    let why = text(&refused.stderr);
    assert!(
        why.contains(&format!("the event at position {position} (order.expired")),
        "{why}"
    );
    assert!(why.contains("never placed"), "{why}");
    assert_eq!(orders(url).1["quarantined"][0]["parked_events"], 1);
    let unknown = [
        "projections",
        "release",
        "orders",
        "--stream",
        "order-1",
        "--by",
        "ops-anna",
    ];
    assert!(text(&run(url, &unknown).stderr).contains("not in quarantine"));

    let rebuilt = run(url, &["rebuild", "orders"]);
    assert!(rebuilt.status.success(), "{}", text(&rebuilt.stderr));
    assert_eq!(orders(url).1["generation"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_no_event_has_made_is_explained_and_accepted_by_its_digest_alone() {
    let database = TestDatabase::create(&MIGRATOR).await.unwrap();
    let url = database.url();
    let equal = run(url, &["audit", "diff", "--all"]);
    assert_eq!(equal.status.code(), Some(0), "{}", text(&equal.stderr));
    assert_eq!(
        text(&equal.stdout).matches("no row differs").count(),
        ReadModel::ALL.len()
    );
    sqlx::query("INSERT INTO read_persons.person_traces VALUES ($1, 'review_written', $1, 1)")
        .bind(STREAM)
        .execute(&database.pool().await)
        .await
        .unwrap();

    let found = run(url, &["audit", "diff", "persons"]);
    assert_eq!(found.status.code(), Some(1));
    let shown = text(&found.stdout);
    assert!(shown.contains("is there, but no event has made it"), "{shown}");
    assert!(shown.contains("no event speaks of it"), "{shown}");
    let found = run(url, &["audit", "diff", "persons", "--json"]);
    let found: Value = serde_json::from_str(text(&found.stdout).trim()).unwrap();
    assert_eq!(
        (&found["rows"], &found["shown"][0]["kind"]),
        (&1.into(), &"extra".into())
    );
    let digest = found["digest"].as_str().unwrap();

    let refused = run(url, &["rebuild", "persons", "--gate"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused.stderr).contains(digest),
        "{}",
        text(&refused.stderr)
    );
    let other = "0".repeat(64);
    let refused = run(
        url,
        &[
            "rebuild", "persons", "--gate", "--accept", &other, "--by", "ops-anna",
        ],
    );
    assert!(
        text(&refused.stderr).contains("another one than the accepted"),
        "{}",
        text(&refused.stderr)
    );
    for incomplete in [
        &["--accept", digest, "--by", "ops-anna"][..],
        &["--gate", "--accept", digest],
    ] {
        let arguments: Vec<&str> = ["rebuild", "persons"].iter().chain(incomplete).copied().collect();
        assert!(!run(url, &arguments).status.success(), "{arguments:?}");
    }
    let accepted = run(
        url,
        &[
            "rebuild", "persons", "--gate", "--accept", digest, "--by", "ops-anna",
        ],
    );
    assert!(accepted.status.success(), "{}", text(&accepted.stderr));
    assert_eq!(run(url, &["audit", "diff", "persons"]).status.code(), Some(0));
    let unreachable = run(
        "postgres://comptoir@127.0.0.1:1/none",
        &["audit", "diff", "persons"],
    );
    assert_eq!(unreachable.status.code(), Some(2));
}
