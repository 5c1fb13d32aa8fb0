//! How a rebuild shares events out makes no difference to the tables.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::disputes::Disputes;
use crate::documents::Documents;
use crate::licences::Licences;
use crate::orders::Orders;
use crate::persons::Persons;
use crate::products::Products;
use crate::promotions::Promotions;
use crate::refunds::Refunds;
use crate::reviews::Reviews;
use crate::runner::{Lanes, Projection, RebuildOptions, rebuild_with};
use crate::testing::stories::history;
use crate::testing::{Fixture, fixture, live_rows};

/// The rows after a rebuild with so many lanes, which apply so many events together.
async fn rows_after<P: Projection>(
    fixture: &Fixture,
    projection: P,
    lanes: usize,
    piece_events: usize,
) -> Vec<String> {
    let options = RebuildOptions {
        lanes: Lanes::Exactly(lanes),
        piece_events,
        ..RebuildOptions::default()
    };
    rebuild_with(&fixture.ledger, projection, &options, |_| {})
        .await
        .unwrap();
    live_rows::<P>(&fixture.pool).await
}

async fn compare<P: Projection>(fixture: &Fixture, projection: P, lanes: usize, piece_events: usize) {
    let sequential = rows_after(fixture, projection.clone(), 1, usize::MAX).await;
    assert!(!sequential.is_empty(), "{} has rows", P::NAME);
    let parallel = rows_after(fixture, projection, lanes, piece_events).await;
    assert_eq!(
        parallel,
        sequential,
        "{} in {lanes} lanes, {piece_events} together",
        P::NAME
    );
}

#[test]
fn lanes_and_pieces_of_whatever_number_give_the_same_tables_for_whatever_history() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(2)
    };
    let choices = prop::collection::vec(any::<(u8, u8)>(), 1..60);
    TestRunner::new(config)
        .run(
            &(choices, 2_usize..4, 1_usize..40),
            |(choices, lanes, piece_events)| {
                runtime.block_on(async {
                    let fixture = fixture().await;
                    history(&fixture.ledger, 5, &choices).await;
                    compare(&fixture, Orders, lanes, piece_events).await;
                    compare(&fixture, Products, lanes, piece_events).await;
                    compare(&fixture, Licences, lanes, piece_events).await;
                    compare(&fixture, Promotions, lanes, piece_events).await;
                    compare(&fixture, Refunds, lanes, piece_events).await;
                    compare(&fixture, Disputes, lanes, piece_events).await;
                    compare(&fixture, Reviews, lanes, piece_events).await;
                    compare(&fixture, Documents, lanes, piece_events).await;
                    compare(&fixture, Persons, lanes, piece_events).await;
                });
                Ok(())
            },
        )
        .unwrap();
}
