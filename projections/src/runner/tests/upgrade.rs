//! Programs of different versions on one database.

use super::{OrdersOf, start};
use crate::orders::Orders;
use crate::runner::{Projection, needs_rebuild};
use crate::testing::{fill, fixture, live_rows, node};

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_program_rebuilds_by_itself_and_the_older_one_stands_back() {
    let fixture = fixture().await;
    let last = fill(&fixture.ledger, 0..5).await;
    let older = start(&fixture.ledger, OrdersOf::<1>);
    older.reaches(Orders::NAME, last).await;
    let rows = live_rows::<Orders>(&fixture.pool).await;
    assert!(!needs_rebuild::<OrdersOf<1>>(&fixture.ledger).await.unwrap());
    assert!(needs_rebuild::<OrdersOf<2>>(&fixture.ledger).await.unwrap());

    let other = node(&fixture.database, &fixture.clock).await;
    let newer = start(&other, OrdersOf::<2>);
    newer
        .stands(Orders::NAME, |standing| standing.changed.generation == 2)
        .await;
    assert!(!needs_rebuild::<OrdersOf<2>>(&fixture.ledger).await.unwrap());
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);

    // Left alone, the older program does not touch tables that are not its own, and says so.
    newer.end().await;
    let last = fill(&fixture.ledger, 5..8).await;
    older
        .stands(Orders::NAME, |standing| standing.stuck_at.is_some())
        .await;
    let checkpoint = fixture.ledger.checkpoint(Orders::NAME).await.unwrap().unwrap();
    let failure = checkpoint.failure.unwrap();
    assert!(failure.contains("version 2"), "{failure}");
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);

    // The newer one takes over and leaves no trace of that.
    let newer = start(&other, OrdersOf::<2>);
    newer.reaches(Orders::NAME, last).await;
    newer
        .stands(Orders::NAME, |standing| standing.stuck_at.is_none())
        .await;
    assert_eq!(live_rows::<Orders>(&fixture.pool).await.len(), 2 * 8);

    // Started anew, the older program leaves the work to the newer one, and is no hindrance.
    older.end().await;
    let again = start(&fixture.ledger, OrdersOf::<1>);
    let last = fill(&fixture.ledger, 8..9).await;
    newer.reaches(Orders::NAME, last).await;
    again.end().await;
    newer.end().await;
}
