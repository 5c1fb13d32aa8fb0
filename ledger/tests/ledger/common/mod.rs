//! What the ledger's tests share.

pub(crate) mod hammer;
pub(crate) mod proxy;
pub(crate) mod sessions;
pub(crate) mod verify;

use std::sync::Arc;
use std::time::Duration;

use comptoir_ledger::clock::{IdSource, ManualClock, SystemIds};
use comptoir_ledger::{
    Append, ExpectedRevision, Ledger, LedgerOptions, MIGRATOR, Metadata, NewEvent, StreamName,
};
use comptoir_sandbox::postgres::TestDatabase;
use uuid::Uuid;

/// A ledger on a database of its own.
pub(crate) struct Fixture {
    pub(crate) database: TestDatabase,
    pub(crate) ledger: Ledger,
    pub(crate) clock: Arc<ManualClock>,
}

/// A ledger whose clock stands at noon of the first of June 2026.
pub(crate) async fn fixture() -> Fixture {
    let database = TestDatabase::create(&MIGRATOR).await.expect("a test database");
    let clock = Arc::new(ManualClock::at(noon()));
    let ledger = start(&database, &clock).await;
    Fixture {
        database,
        ledger,
        clock,
    }
}

/// One more node on the same database.
pub(crate) async fn start(database: &TestDatabase, clock: &Arc<ManualClock>) -> Ledger {
    let clock: Arc<dyn comptoir_ledger::clock::Clock> = Arc::<ManualClock>::clone(clock);
    Ledger::start(database.pool().await, LedgerOptions { clock, ..options() })
        .await
        .expect("the ledger starts")
}

/// Defaults, with a tick short enough for tests that wait for it.
pub(crate) fn options() -> LedgerOptions {
    LedgerOptions {
        tick: Duration::from_millis(20),
        ..LedgerOptions::default()
    }
}

pub(crate) fn noon() -> chrono::DateTime<chrono::Utc> {
    "2026-06-01T12:00:00Z".parse().expect("a valid time")
}

pub(crate) fn id() -> Uuid {
    SystemIds.uuid_v7()
}

/// A stream that nothing has used yet.
pub(crate) fn new_stream() -> StreamName {
    StreamName::new("note", id())
}

/// An event that says `text`.
pub(crate) fn note(text: &str) -> NewEvent {
    note_with_id(id(), text)
}

pub(crate) fn note_with_id(event_id: Uuid, text: &str) -> NewEvent {
    let data = serde_json::json!({ "text": text }).to_string();
    NewEvent {
        event_id,
        event_type: "note.taken".to_owned(),
        schema_version: 1,
        data,
    }
}

/// An append of one event to one stream.
pub(crate) fn append(stream: &StreamName, expected: ExpectedRevision, text: &str) -> Append {
    Append::new(&Metadata::default()).write_raw(stream.clone(), expected, vec![note(text)])
}

/// Polls until something holds. What takes longer than this has failed.
pub(crate) async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while !holds().await {
        assert!(tokio::time::Instant::now() < deadline, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
}
