//! Bulk reads give what pages give: every event, byte for byte, in order, and nothing behind the end.

use comptoir_ledger::{
    Append, ExpectedRevision, Filter, Ledger, Metadata, NewEvent, Position, RecordedEvent,
};

use super::support::{fill, notes, positions, read_on};
use crate::common::{fixture, new_stream, note};

async fn read(ledger: &Ledger, after: i64, through: i64, filter: &Filter) -> Vec<RecordedEvent> {
    let mut bulk = ledger.read_bulk(Position::new(after), Position::new(through), filter);
    let mut events = Vec::new();
    while let Some(batch) = bulk.next().await.unwrap() {
        assert!(!batch.is_empty());
        events.extend(batch);
    }
    events
}

#[tokio::test]
async fn a_bulk_read_is_equal_to_pages_to_the_byte() {
    let fixture = fixture().await;
    let odd = NewEvent {
        data: "{ \"b\" : 1.0e0,  \"a\":\"\\u00e9\\n\", \"a\":\"Café 東京 🎵\" }".to_owned(),
        ..note("x")
    };
    let append = Append::new(&Metadata {
        actor: Some("größe".to_owned()),
        ..Metadata::default()
    });
    let append = append.write_raw(new_stream(), ExpectedRevision::NoStream, vec![odd]);
    fixture.ledger.append(append).await.unwrap();
    for _ in 0..5 {
        fixture.ledger.append(notes(&new_stream(), 500)).await.unwrap();
    }
    let (pages, _) = read_on(&fixture.ledger, Position::START, &Filter::All, 700).await;
    assert_eq!(read(&fixture.ledger, 0, i64::MAX, &Filter::All).await, pages);
    assert_eq!(read(&fixture.ledger, 3, 2003, &Filter::All).await, pages[3..2003]);
    assert_eq!(read(&fixture.ledger, 2501, i64::MAX, &Filter::All).await, []);
}

#[tokio::test]
async fn a_bulk_read_knows_categories_and_types_whatever_they_are_called() {
    let fixture = fixture().await;
    fixture.ledger.append(notes(&new_stream(), 3)).await.unwrap();
    let all = [1, 2, 3];
    let of = async |filter: Filter| positions(&read(&fixture.ledger, 0, i64::MAX, &filter).await);
    assert_eq!(of(Filter::Category("note".to_owned())).await, all);
    assert_eq!(of(Filter::types(["other.kind", "note.taken"])).await, all);
    let nothing: [i64; 0] = [];
    for name in ["other", "' OR true --", "\\' OR true --", "note\\"] {
        assert_eq!(of(Filter::Category(name.to_owned())).await, nothing);
        assert_eq!(of(Filter::types([name])).await, nothing);
    }
    assert_eq!(of(Filter::Types(Vec::new())).await, nothing);
}

#[tokio::test]
async fn a_reader_who_goes_away_ends_the_reading() {
    let fixture = fixture().await;
    fill(&fixture.ledger, 20_000).await;
    let mut bulk = fixture
        .ledger
        .read_bulk(Position::START, Position::END, &Filter::All);
    let first = bulk.next().await.unwrap().unwrap();
    assert_eq!(first[0].position, Position::new(1));
    drop(bulk);
    let reading = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'comptoir bulk read'";
    let mut left: i64 = 1;
    while left > 0 {
        left = sqlx::query_scalar(reading)
            .fetch_one(fixture.ledger.pool())
            .await
            .unwrap();
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_read_only_ledger_reads_and_refuses_to_write() {
    let fixture = fixture().await;
    fixture.ledger.append(notes(&new_stream(), 3)).await.unwrap();
    let auditor = Ledger::read_only(fixture.database.pool().await).await.unwrap();
    assert_eq!(auditor.horizon(), Position::new(3));
    assert_eq!(
        positions(&read(&auditor, 0, i64::MAX, &Filter::All).await),
        [1, 2, 3]
    );
    let refused = auditor.append(notes(&new_stream(), 1)).await.unwrap_err();
    assert!(
        matches!(refused, comptoir_ledger::AppendError::Unavailable { .. }),
        "{refused}"
    );
}
