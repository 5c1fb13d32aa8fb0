//! What a refusal costs those that are committed beside it: one more statement at most (decision 0013).

use std::time::Duration;

use comptoir_ledger::{
    Append, AppendError, Appended, ExpectedRevision, Idempotency, Ledger, Metadata, Position, Revision,
    StreamName,
};
use futures::future::join_all;
use sqlx::PgPool;
use uuid::Uuid;

use crate::common::{self, Fixture, append, fixture, id, new_stream, note_with_id, verify};

/// Batches of each kind: one that its own commit makes durable, and one that the flusher does.
const NEIGHBOURS: [usize; 2] = [5, 40];

#[tokio::test]
async fn a_batch_with_a_refusal_takes_two_append_statements_at_most() {
    for neighbours in NEIGHBOURS {
        for refusal in Refusal::ALL {
            let used = Used::record().await;
            let (pool, ledger) = (used.fixture.ledger.pool(), &used.fixture.ledger);
            count_statements(pool).await;
            together(ledger, good(neighbours), vec![]).await;
            assert_eq!(statements(pool).await, 1, "a batch without a refusal");

            let refused = together(ledger, good(neighbours), vec![used.refused_by(refusal)]).await;
            assert!(refusal.is(&refused[0]), "{refusal:?}: {refused:?}");
            let first = statements(pool).await - 1;
            assert!(
                (1..=2).contains(&first),
                "{refusal:?} among {neighbours} took {first} statements"
            );

            let refused = together(ledger, good(neighbours), vec![used.refused_by(refusal)]).await;
            assert!(refusal.is(&refused[0]), "{refusal:?}: {refused:?}");
            let again = statements(pool).await - 1 - first;
            assert_eq!(again, 1, "while refusals go on they cost nothing: {refusal:?}");
            verify::ledger_is_sound(ledger).await;
        }
    }
}

/// With other nodes about the head is locked first, and what comes then decides on everybody.
#[tokio::test]
async fn behind_another_node_a_batch_with_a_refusal_takes_one_append_statement() {
    let used = Used::record().await;
    let (pool, ledger) = (used.fixture.ledger.pool(), &used.fixture.ledger);
    let other = common::start(&used.fixture.database, &used.fixture.clock).await;
    let elsewhere = append(&new_stream(), ExpectedRevision::NoStream, "elsewhere");
    let appended = other.append(elsewhere).await.unwrap();
    assert!(ledger.wait_for(appended.position, Duration::from_secs(20)).await);
    // Finds the head moved, and takes its lock first from now on.
    together(ledger, good(5), vec![]).await;
    count_statements(pool).await;
    for refusal in Refusal::ALL {
        let before = statements(pool).await;
        let refused = together(ledger, good(5), vec![used.refused_by(refusal)]).await;
        assert!(refusal.is(&refused[0]), "{refusal:?}: {refused:?}");
        assert_eq!(statements(pool).await - before, 1, "{refusal:?}");
    }
    verify::ledger_is_sound(ledger).await;
}

/// Why an append is refused, as far as the others in its batch can notice.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    StreamIsThere,
    StreamHasMoved,
    EventIdUsed,
    KeyUsed,
}

impl Refusal {
    const ALL: [Self; 4] = [
        Self::StreamIsThere,
        Self::StreamHasMoved,
        Self::EventIdUsed,
        Self::KeyUsed,
    ];

    fn is(self, result: &Result<Appended, AppendError>) -> bool {
        match self {
            Self::StreamIsThere | Self::StreamHasMoved => {
                matches!(result, Err(AppendError::WrongExpectedRevision { .. }))
            }
            Self::EventIdUsed => matches!(result, Err(AppendError::DuplicateEventId)),
            Self::KeyUsed => matches!(result, Err(AppendError::IdempotencyKeyUsed)),
        }
    }
}

/// A ledger with one event, whose stream, id and key are used.
struct Used {
    fixture: Fixture,
    stream: StreamName,
    event_id: Uuid,
}

impl Used {
    async fn record() -> Self {
        let used = Self {
            fixture: fixture().await,
            stream: new_stream(),
            event_id: id(),
        };
        let event = note_with_id(used.event_id, "first");
        let first = Append::new(&Metadata::default())
            .write_raw(used.stream.clone(), ExpectedRevision::NoStream, vec![event])
            .idempotent(key());
        let appended = used.fixture.ledger.append(first).await.unwrap();
        assert_eq!(appended.position, Position::new(1));
        used
    }

    fn refused_by(&self, refusal: Refusal) -> Append {
        let anew = ExpectedRevision::NoStream;
        match refusal {
            Refusal::StreamIsThere => append(&self.stream, anew, "taken"),
            Refusal::StreamHasMoved => {
                append(&self.stream, ExpectedRevision::Exact(Revision::new(7)), "stale")
            }
            Refusal::EventIdUsed => {
                let event = note_with_id(self.event_id, "twice");
                Append::new(&Metadata::default()).write_raw(new_stream(), anew, vec![event])
            }
            Refusal::KeyUsed => append(&new_stream(), anew, "repeated").idempotent(key()),
        }
    }
}

fn key() -> Idempotency {
    Idempotency {
        scope: "scope".to_owned(),
        key: "used".to_owned(),
        fingerprint: [7; 32],
        answer: "{}".to_owned(),
    }
}

fn good(count: usize) -> Vec<Append> {
    (0..count)
        .map(|_| append(&new_stream(), ExpectedRevision::NoStream, "good"))
        .collect()
}

/// Appends all of them in one batch, those to be refused in the middle; on one thread they wait together before the
/// appender comes to take them. The good ones are made in one transaction; answers with what became of the others.
async fn together(
    ledger: &Ledger,
    mut good: Vec<Append>,
    refused: Vec<Append>,
) -> Vec<Result<Appended, AppendError>> {
    let (before, middle, others) = (ledger.horizon(), good.len() / 2, refused.len());
    let behind = good.split_off(middle);
    let batch = good.into_iter().chain(refused).chain(behind);
    let mut results = join_all(batch.map(|append| ledger.append(append))).await;
    let refused = results.drain(middle..middle + others).collect();
    for result in results {
        result.unwrap();
    }
    let transactions: i64 =
        sqlx::query_scalar("SELECT count(DISTINCT xmin::text) FROM events WHERE position > $1")
            .bind(before.get())
            .fetch_one(ledger.pool())
            .await
            .unwrap();
    assert_eq!(transactions, 1, "the good ones were committed together");
    refused
}

/// Every append statement moves the head, or tries to. A sequence keeps its count when the statement fails.
async fn count_statements(pool: &PgPool) {
    sqlx::raw_sql(
        "CREATE SEQUENCE append_statements;
         CREATE FUNCTION count_append_statement() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN PERFORM nextval(''append_statements''); RETURN NULL; END';
         CREATE TRIGGER counted BEFORE UPDATE ON ledger_head FOR EACH STATEMENT
             EXECUTE FUNCTION count_append_statement()",
    )
    .execute(pool)
    .await
    .unwrap();
}

async fn statements(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM append_statements")
        .fetch_one(pool)
        .await
        .unwrap()
}
