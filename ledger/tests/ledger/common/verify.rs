//! What must hold of every ledger, whatever was done to it.

use std::collections::HashMap;

use comptoir_ledger::{Filter, Ledger, Position};

/// Positions and revisions are dense, times never go back, every leaf hash is right, here and by the database's own
/// function, and the head is where the last event is.
pub(crate) async fn ledger_is_sound(ledger: &Ledger) {
    let (head, horizon): (i64, i64) = sqlx::query_as(
        "SELECT ledger_head.position, ledger_horizon.position FROM ledger_head, ledger_horizon",
    )
    .fetch_one(ledger.pool())
    .await
    .unwrap();
    assert!(horizon <= head);
    let mut revisions = HashMap::<String, i64>::new();
    let mut after = Position::START;
    let mut recorded_at = chrono::DateTime::UNIX_EPOCH;
    loop {
        let page = ledger.read_page(after, &Filter::All, 500).await.unwrap();
        for event in &page.events {
            assert_eq!(event.position.get(), after.get() + 1, "positions are dense");
            after = event.position;
            let next = revisions.entry(event.stream.clone()).or_default();
            assert_eq!(
                event.revision.get(),
                *next,
                "revisions of {} are dense",
                event.stream
            );
            *next += 1;
            assert!(event.recorded_at >= recorded_at, "time goes on");
            recorded_at = event.recorded_at;
            assert_eq!(
                event.leaf_hash,
                event.leaf().hash(),
                "leaf hash at {}",
                event.position
            );
        }
        if page.through == after && page.events.is_empty() {
            break;
        }
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM events")
        .fetch_one(ledger.pool())
        .await
        .unwrap();
    assert_eq!(head, count, "the head is the last event");
    let differing: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM events WHERE leaf_hash <> ledger_leaf_hash(position, stream, revision, event_id,
             event_type, schema_version, recorded_at, data::text, metadata::text)",
    )
    .fetch_one(ledger.pool())
    .await
    .unwrap();
    assert_eq!(differing, 0, "the database computes the same leaf hashes");
}
