//! The size of the batches makes no difference to the tables.

use comptoir_ledger::RecordedEvent;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::disputes::Disputes;
use crate::licences::Licences;
use crate::orders::Orders;
use crate::products::Products;
use crate::refunds::Refunds;
use crate::reviews::Reviews;
use crate::runner::Projection;
use crate::testing::{Fixture, apply_in, events_for, fill, fixture, rows_of};

/// The rows that follow from events in batches of these sizes; the tables are as before afterwards.
async fn rows_after<P: Projection>(
    fixture: &Fixture,
    projection: P,
    events: &[RecordedEvent],
    sizes: &[usize],
) -> Vec<String> {
    let mut transaction = fixture.pool.begin().await.unwrap();
    apply_in(&mut transaction, projection, events, sizes)
        .await
        .unwrap();
    let rows = rows_of(&mut transaction, P::SCHEMA).await;
    transaction.rollback().await.unwrap();
    rows
}

async fn compare<P: Projection>(fixture: &Fixture, projection: P, sizes: &[usize]) {
    let events = events_for(&fixture.ledger, &projection).await;
    let at_once = rows_after(fixture, projection.clone(), &events, &[events.len()]).await;
    assert!(at_once.len() >= 12);
    assert_eq!(
        rows_after(fixture, projection, &events, sizes).await,
        at_once,
        "{} in {sizes:?}",
        P::NAME
    );
}

async fn compare_all(fixture: &Fixture, sizes: &[usize]) {
    compare(fixture, Orders, sizes).await;
    compare(fixture, Products, sizes).await;
    compare(fixture, Licences, sizes).await;
    compare(fixture, Refunds, sizes).await;
    compare(fixture, Disputes, sizes).await;
    compare(fixture, Reviews, sizes).await;
}

#[tokio::test]
async fn batches_of_1_7_and_500_give_the_same_tables() {
    let fixture = fixture().await;
    fill(&fixture.ledger, 0..12).await;
    for size in [1, 7, 500] {
        compare_all(&fixture, &[size]).await;
    }
}

#[test]
fn batches_of_whatever_sizes_give_the_same_tables() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fixture = runtime.block_on(async {
        let fixture = fixture().await;
        fill(&fixture.ledger, 0..12).await;
        fixture
    });
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(12)
    };
    let sizes = prop::collection::vec(1_usize..40, 1..6);
    TestRunner::new(config)
        .run(&sizes, |sizes| {
            runtime.block_on(compare_all(&fixture, &sizes));
            Ok(())
        })
        .unwrap();
    runtime.block_on(async move { drop(fixture) });
}
