//! Rows that are not what the events say are found, explained, and let through only by who has seen them.

use comptoir_domain::testing::samples::at;
use comptoir_domain::values::{OperatorName, Sha256Hex};
use sqlx::AssertSqlSafe;

use super::start;
use crate::orders::Orders;
use crate::persons::Persons;
use crate::refunds::Refunds;
use crate::reviews::Reviews;
use crate::runner::{
    Behind, Difference, Gate, Operator, Projection, RebuildError, RebuildOptions, Sides, accept, difference,
    rebuild_with,
};
use crate::testing::{Fixture, fill, fixture, live_rows, order_number};

async fn sql(fixture: &Fixture, statement: String) {
    let done = sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&fixture.pool)
        .await
        .unwrap();
    assert!(done.rows_affected() > 0, "something was tampered with");
}

async fn found(fixture: &Fixture) -> Difference {
    difference(&fixture.ledger, Orders, 100, |_| {}).await.unwrap()
}

async fn assert_nothing_is_left(fixture: &Fixture) {
    let left: Vec<String> =
        sqlx::query_scalar("SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^read_.*_(check|old)$'")
            .fetch_all(&fixture.pool)
            .await
            .unwrap();
    assert_eq!(left, Vec::<String>::new());
}

fn order_streams(numbers: &[u128]) -> Behind {
    let stream = |number: &u128| {
        let id = order_number(*number).as_uuid();
        comptoir_ledger::StreamName::new("order", id)
    };
    Behind::Streams(numbers.iter().map(stream).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_differs_while_events_keep_coming_and_the_runner_goes_on() {
    let fixture = fixture().await;
    let last = fill(&fixture.ledger, 0..20).await;
    let orders = start(&fixture.ledger, Orders);
    orders.reaches(Orders::NAME, last).await;
    let writer = {
        let ledger = fixture.ledger.clone();
        tokio::spawn(async move {
            for number in 20..40 {
                fill(&ledger, number..number + 1).await;
            }
        })
    };
    let mut compared = 0;
    while !writer.is_finished() || compared == 0 {
        let difference = found(&fixture).await;
        assert_eq!(difference.rows, 0, "{difference:?}");
        compared += 1;
    }
    writer.await.unwrap();
    assert!(compared > 1, "it was compared {compared} times while events came");
    assert_nothing_is_left(&fixture).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_changed_deleted_or_inserted_is_found_with_its_streams() {
    let fixture = fixture().await;
    let last = fill(&fixture.ledger, 0..6).await;
    let orders = start(&fixture.ledger, Orders);
    orders.reaches(Orders::NAME, last).await;
    assert_eq!(found(&fixture).await.rows, 0);
    let [changed, deleted, copied] = [1, 2, 3].map(|number| order_number(number).as_uuid());
    sql(
        &fixture,
        format!("UPDATE read_orders.orders SET received_minor = 1, consent = consent::text::jsonb::json WHERE id = '{changed}'"),
    )
    .await;
    sql(
        &fixture,
        format!("DELETE FROM read_orders.orders WHERE id = '{deleted}'"),
    )
    .await;
    sql(
        &fixture,
        format!(
            "INSERT INTO read_orders.order_lines SELECT '{copied}', 7, seller_id, content FROM read_orders.order_lines
             WHERE order_id = '{copied}'"
        ),
    )
    .await;
    let difference = found(&fixture).await;
    assert_eq!((difference.rows, difference.position), (3, last));
    let row = |sides| difference.shown.iter().find(|row| row.sides == sides).unwrap();

    let both = row(Sides::Both);
    assert_eq!(
        (both.table.as_str(), &both.behind),
        ("orders", &order_streams(&[1]))
    );
    assert_eq!(both.key, [("id".to_owned(), changed.to_string())]);
    let columns: Vec<&str> = both.columns.iter().map(|column| column.column.as_str()).collect();
    assert_eq!(
        columns,
        ["received_minor", "consent"],
        "a JSON text that says the same in other bytes differs too"
    );
    assert_eq!(both.columns[0].live.as_deref(), Some("1"));
    assert_ne!(both.columns[0].rebuilt, both.columns[0].live);

    let missing = row(Sides::RebuiltAlone);
    assert_eq!(
        (missing.table.as_str(), &missing.behind),
        ("orders", &order_streams(&[2]))
    );
    assert!(missing.columns.iter().all(|column| column.live.is_none()));

    let extra = row(Sides::LiveAlone);
    assert_eq!(
        (extra.table.as_str(), &extra.behind),
        ("order_lines", &order_streams(&[3]))
    );
    assert_eq!(extra.key[1], ("line".to_owned(), "7".to_owned()));

    assert_eq!(
        found(&fixture).await.digest,
        difference.digest,
        "the same difference has the same name"
    );
    sql(
        &fixture,
        format!("UPDATE read_orders.orders SET received_minor = 2 WHERE id = '{changed}'"),
    )
    .await;
    assert_ne!(found(&fixture).await.digest, difference.digest);
    assert_nothing_is_left(&fixture).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_lets_through_what_was_accepted_and_nothing_else() {
    let fixture = fixture().await;
    let last = fill(&fixture.ledger, 0..4).await;
    let orders = start(&fixture.ledger, Orders);
    orders.reaches(Orders::NAME, last).await;
    let right = live_rows::<Orders>(&fixture.pool).await;
    let guarded = RebuildOptions {
        gate: Gate::Guarded,
        ..RebuildOptions::default()
    };
    rebuild_with(&fixture.ledger, Orders, &guarded, |_| {})
        .await
        .unwrap();

    let id = order_number(1).as_uuid();
    sql(
        &fixture,
        format!("UPDATE read_orders.orders SET received_minor = 1 WHERE id = '{id}'"),
    )
    .await;
    let wrong = live_rows::<Orders>(&fixture.pool).await;
    let refused = rebuild_with(&fixture.ledger, Orders, &guarded, |_| {}).await;
    let Err(RebuildError::Differs(difference)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((difference.rows, difference.shown.len()), (1, 1));
    assert_eq!(
        difference.digest,
        found(&fixture).await.digest,
        "as `audit diff` names it"
    );
    assert_eq!(
        live_rows::<Orders>(&fixture.pool).await,
        wrong,
        "nothing was switched"
    );

    let operator = Operator {
        name: OperatorName::try_new("ops-anna").unwrap(),
        at: at(500),
    };
    let other = Difference {
        digest: Sha256Hex::of("another difference"),
        ..*difference.clone()
    };
    accept(&fixture.ledger, Orders::NAME, &other, &operator)
        .await
        .unwrap();
    let refused = rebuild_with(&fixture.ledger, Orders, &guarded, |_| {}).await;
    assert!(
        matches!(refused, Err(RebuildError::Differs(_))),
        "another digest was accepted"
    );

    accept(&fixture.ledger, Orders::NAME, &difference, &operator)
        .await
        .unwrap();
    rebuild_with(&fixture.ledger, Orders, &guarded, |_| {})
        .await
        .unwrap();
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, right);
    assert_eq!(found(&fixture).await.rows, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_does_not_compare_with_a_model_that_is_behind() {
    let fixture = fixture().await;
    fill(&fixture.ledger, 0..2).await;
    let guarded = RebuildOptions {
        gate: Gate::Guarded,
        ..RebuildOptions::default()
    };
    // Nobody runs it: both stand at the start, and nothing differs.
    let report = rebuild_with(&fixture.ledger, Orders, &guarded, |_| {})
        .await
        .unwrap();
    assert_eq!(report.position.get(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_several_streams_name_all_of_them() {
    let fixture = fixture().await;
    fill(&fixture.ledger, 0..3).await;
    crate::runner::rebuild(&fixture.ledger, Reviews, |_| {})
        .await
        .unwrap();
    crate::runner::rebuild(&fixture.ledger, Refunds, |_| {})
        .await
        .unwrap();
    crate::runner::rebuild(&fixture.ledger, Persons, |_| {})
        .await
        .unwrap();
    sql(
        &fixture,
        "UPDATE read_reviews.product_ratings SET one_star = one_star + 1".to_owned(),
    )
    .await;
    sql(
        &fixture,
        "UPDATE read_refunds.refunds SET status = 'odd'".to_owned(),
    )
    .await;
    sql(&fixture, "DELETE FROM read_persons.person_traces".to_owned()).await;
    let ratings = difference(&fixture.ledger, Reviews, 10, |_| {}).await.unwrap();
    let refunds = difference(&fixture.ledger, Refunds, 10, |_| {}).await.unwrap();
    let persons = difference(&fixture.ledger, Persons, 10, |_| {}).await.unwrap();
    assert!(ratings.rows > 0 && refunds.rows > 0 && persons.rows > 0);
    for row in &ratings.shown {
        let Behind::Streams(streams) = &row.behind else {
            panic!("{row:?}");
        };
        assert!(streams.iter().all(|stream| stream.category() == "review") && !streams.is_empty());
    }
    for row in &refunds.shown {
        let Behind::Streams(streams) = &row.behind else {
            panic!("{row:?}");
        };
        let categories: Vec<&str> = streams
            .iter()
            .map(comptoir_ledger::StreamName::category)
            .collect();
        assert_eq!(categories, ["order", "refund"]);
    }
    assert!(
        persons
            .shown
            .iter()
            .all(|row| matches!(row.behind, Behind::Event(at) if at.get() > 0))
    );
}
