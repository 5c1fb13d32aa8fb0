//! Several nodes run the same projection: one works at a time, and each event counts once, whatever dies.

use std::time::Duration;

use comptoir_ledger::{Position, RecordedEvent};
use sqlx::{PgConnection, PgPool};

use super::start;
use crate::runner::{ApplyError, Projection};
use crate::testing::{Fixture, fill, fixture, node};

/// Writes down each event that it is handed, and would write it down twice if it were handed it twice.
#[derive(Debug, Clone, Copy)]
struct Journal;

impl Projection for Journal {
    const NAME: &'static str = "journal";
    const VERSION: i32 = 1;
    const SCHEMA: &'static str = "read_journal";

    fn event_types(&self) -> Vec<&'static str> {
        crate::orders::Orders.event_types()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let positions: Vec<i64> = events.iter().map(|event| event.position.get()).collect();
        sqlx::query("INSERT INTO journal (position) SELECT * FROM unnest($1::bigint[])")
            .bind(positions)
            .execute(&mut *connection)
            .await?;
        // Long enough for a blow to fall in the middle of a batch.
        sqlx::query("SELECT pg_sleep(0.005)").execute(connection).await?;
        Ok(())
    }
}

async fn journal_fixture() -> Fixture {
    let fixture = fixture().await;
    sqlx::raw_sql("CREATE SCHEMA read_journal; CREATE TABLE read_journal.journal (position bigint)")
        .execute(&fixture.pool)
        .await
        .unwrap();
    fixture
}

async fn written(pool: &PgPool) -> Vec<i64> {
    sqlx::query_scalar("SELECT position FROM read_journal.journal ORDER BY position")
        .fetch_all(pool)
        .await
        .unwrap()
}

async fn expected(fixture: &Fixture) -> Vec<i64> {
    let events = crate::testing::events_for(&fixture.ledger, &Journal).await;
    events.iter().map(|event| event.position.get()).collect()
}

/// Ends the connections of all runners, as a network failure would.
async fn cut_connections(pool: &PgPool) -> usize {
    sqlx::query_scalar::<_, bool>(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'comptoir subscription'",
    )
    .fetch_all(pool)
    .await
    .unwrap()
    .len()
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_connections_neither_lose_nor_repeat_an_event() {
    let fixture = journal_fixture().await;
    let other = node(&fixture.database, &fixture.clock).await;
    let (first, second) = (start(&fixture.ledger, Journal), start(&other, Journal));
    let mut last = Position::START;
    let mut cut = 0;
    for round in 0..4 {
        last = fill(&fixture.ledger, round * 20..round * 20 + 20).await;
        cut += cut_connections(&fixture.pool).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(cut > 0, "there were connections to cut");
    first.reaches(Journal::NAME, last).await;
    assert_eq!(written(&fixture.pool).await, expected(&fixture).await);

    // Whichever of the two works: when one node is gone, the other goes on.
    first.end().await;
    let last = fill(&other, 80..90).await;
    second.reaches(Journal::NAME, last).await;
    second.end().await;
    let third = start(&other, Journal);
    let last = fill(&other, 90..95).await;
    third.reaches(Journal::NAME, last).await;
    fixture.ledger.wait_for(last, super::PATIENCE).await;
    assert_eq!(written(&fixture.pool).await, expected(&fixture).await);
}
