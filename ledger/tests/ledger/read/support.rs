//! What the tests of reading share: events in numbers, and readers that go on to the end.

use std::time::Duration;

use comptoir_ledger::{
    Append, ExpectedRevision, Filter, Ledger, Metadata, Position, RecordedEvent, StreamName,
};

use crate::common::{Fixture, note};

pub(crate) fn notes(stream: &StreamName, count: usize) -> Append {
    let events = (0..count).map(|n| note(&n.to_string())).collect();
    Append::new(&Metadata::default()).write_raw(stream.clone(), ExpectedRevision::Any, events)
}

/// Sizes from 1 to 9 without a pattern that the batches could share.
pub(crate) fn size(n: usize) -> i64 {
    i64::try_from(1 + n * n * 7 % 9).unwrap()
}

pub(crate) fn positions(events: &[RecordedEvent]) -> Vec<i64> {
    events.iter().map(|event| event.position.get()).collect()
}

/// Reads page after page until one reaches no further, and counts them.
pub(crate) async fn read_on(
    ledger: &Ledger,
    from: Position,
    filter: &Filter,
    limit: usize,
) -> (Vec<RecordedEvent>, usize) {
    let (mut events, mut pages, mut after) = (Vec::new(), 0, from);
    loop {
        let page = ledger.read_page(after, filter, limit).await.unwrap();
        assert!(page.events.len() <= limit);
        if page.through == after {
            return (events, pages);
        }
        events.extend(page.events);
        (after, pages) = (page.through, pages + 1);
    }
}

pub(crate) async fn read_without_gap(ledger: Ledger, until: Position, limit: usize) {
    let mut after = Position::START;
    while after < until {
        let page = ledger.read_page(after, &Filter::All, limit).await.unwrap();
        for event in &page.events {
            assert_eq!(event.position.get(), after.get() + 1, "passed over");
            after = event.position;
        }
        assert_eq!(page.through, after, "passed over");
        tokio::task::yield_now().await;
    }
}

/// Many events at once, as only a test would write them.
pub(crate) async fn fill(ledger: &Ledger, events: i64) {
    sqlx::query(
        "INSERT INTO events
         SELECT n, 'note-' || n, 0, (lpad(to_hex(n), 32, '0'))::uuid, 'note.taken', 1, to_timestamp(0), '{}', '{}', '\\x00'
         FROM generate_series(1, $1) n",
    )
    .bind(events)
    .execute(ledger.pool())
    .await
    .unwrap();
    sqlx::query("UPDATE ledger_head SET position = $1")
        .bind(events)
        .execute(ledger.pool())
        .await
        .unwrap();
    assert!(
        ledger
            .wait_for(Position::new(events), Duration::from_secs(10))
            .await
    );
}

/// A connection whose plans show which index a query can use at all: small tables are scanned otherwise.
pub(crate) async fn without_seqscan(fixture: &Fixture) -> sqlx::PgConnection {
    use sqlx::Connection as _;
    let mut connection = sqlx::PgConnection::connect(fixture.database.url()).await.unwrap();
    sqlx::raw_sql("SET enable_seqscan = off; SET enable_sort = off")
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}
