//! What follows a write: the read that sees it, the mark that caches go by.

use std::time::Duration;

use comptoir_domain::order::Order;
use comptoir_domain::product::Product;
use comptoir_domain::testing::samples;
use comptoir_ledger::Position;
use tokio_util::sync::CancellationToken;

use super::PATIENCE;
use crate::testing::{fill, fixture, node};
use crate::{Projections, ReadModel, Side, WaitOutcome, licences, orders, products};

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_waits_for_a_write_sees_it() {
    let fixture = fixture().await;
    let stop = CancellationToken::new();
    let projections = Projections::start(&fixture.ledger, &stop);
    let last = fill(&fixture.ledger, 0..10).await;
    for model in ReadModel::ALL {
        assert_eq!(
            projections.wait_until(model, last, PATIENCE).await,
            WaitOutcome::Reached
        );
    }
    let (pool, page) = (&fixture.pool, crate::PageRequest::default());
    let found = orders::query::list(pool, Side::All, orders::query::OrderFilter::Any, page)
        .await
        .unwrap();
    assert_eq!(found.items.len(), 10);
    let seller = samples::seller().person_id;
    let page = crate::PageRequest::default();
    let found = products::query::list(pool, products::query::ProductShelf::Of(seller), page)
        .await
        .unwrap();
    assert_eq!(found.items.len(), 10);
    let page = crate::PageRequest::default();
    let found = licences::query::list(pool, Side::All, licences::query::LicenceFilter::Any, page)
        .await
        .unwrap();
    assert_eq!(found.items.len(), 10);
    stop.cancel();
    projections.stopped().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_runs_no_projection_waits_for_the_one_that_does() {
    let fixture = fixture().await;
    let stop = CancellationToken::new();
    let _running = Projections::start(&fixture.ledger, &stop);
    let other = node(&fixture.database, &fixture.clock).await;
    let observing = Projections::observe(&other, &stop);
    let last = fixture
        .append::<Product>(samples::product_id().as_uuid(), &samples::published_product())
        .await;
    let outcome = observing.wait_until(ReadModel::Products, last, PATIENCE).await;
    assert_eq!(outcome, WaitOutcome::Reached);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_with_the_patience() {
    let fixture = fixture().await;
    let stop = CancellationToken::new();
    let idle = Projections::observe(&fixture.ledger, &stop);
    let last = fixture
        .append::<Product>(samples::product_id().as_uuid(), &samples::published_product())
        .await;
    let beyond = Position::new(last.get() + 1);
    for position in [last, beyond] {
        let outcome = idle
            .wait_until(ReadModel::Products, position, Duration::from_millis(50))
            .await;
        assert!(matches!(outcome, WaitOutcome::TimedOut(_)));
    }
    assert_eq!(
        idle.wait_until(ReadModel::Products, Position::START, Duration::ZERO)
            .await,
        WaitOutcome::Reached
    );
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mark_changes_with_the_tables_and_not_with_other_events() {
    let fixture = fixture().await;
    let stop = CancellationToken::new();
    let projections = Projections::start(&fixture.ledger, &stop);
    let products = ReadModel::Products;
    let product_id = samples::product_id().as_uuid();
    let last = fixture
        .append::<Product>(product_id, &samples::published_product())
        .await;
    projections.wait_until(products, last, PATIENCE).await;
    let first_mark = projections.changed(products);
    assert_eq!(first_mark.position, last);

    let order = fixture
        .append::<Order>(samples::order_id().as_uuid(), &samples::placed_order())
        .await;
    assert_eq!(
        projections.wait_until(products, order, PATIENCE).await,
        WaitOutcome::Reached
    );
    assert_eq!(projections.changed(products), first_mark);

    let event = comptoir_domain::product::ProductWithdrawn { at: samples::at(3) };
    let last = fixture.append::<Product>(product_id, &[event.into()]).await;
    projections.wait_until(products, last, PATIENCE).await;
    assert_eq!(projections.changed(products).position, last);
    stop.cancel();
}
