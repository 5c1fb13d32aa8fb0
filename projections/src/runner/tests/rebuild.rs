//! Rebuilds: equal results, and readers who never notice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::{Connection, PgConnection, PgPool};

use super::start;
use crate::disputes::Disputes;
use crate::documents::Documents;
use crate::licences::Licences;
use crate::listing::{PageRequest, Side};
use crate::orders::query::{OrderFilter, list};
use crate::orders::{self, Orders};
use crate::products::Products;
use crate::refunds::Refunds;
use crate::reviews::Reviews;
use crate::runner::{Projection, RebuildError, rebuild};
use crate::testing::{apply_in, events_for, fill, fixture, live_rows, order_number, rows_of};

async fn assert_nothing_is_left_beside(pool: &PgPool) {
    let left: Vec<String> = sqlx::query_scalar(
        "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'read_%' AND nspname ~ '_(next|old)$'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert_eq!(left, Vec::<String>::new());
}

async fn indexes(pool: &PgPool) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT t.relname::text, coalesce(array_to_string(t.reloptions, ','), '')
             || regexp_replace(pg_get_indexdef(i.indexrelid), 'INDEX \\S+ ON \\S+', '')
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
         WHERE t.relnamespace = 'read_orders'::regnamespace ORDER BY 1, 2",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_gives_the_same_rows_as_the_model_in_use() {
    let fixture = fixture().await;
    let last = fill(&fixture.ledger, 0..30).await;
    let orders = start(&fixture.ledger, Orders);
    orders.reaches(Orders::NAME, last).await;
    let (rows, made) = (
        live_rows::<Orders>(&fixture.pool).await,
        indexes(&fixture.pool).await,
    );
    assert_eq!(made.len(), 10);

    let mut told = Vec::new();
    let report = rebuild(&fixture.ledger, Orders, |progress| told.push(progress))
        .await
        .unwrap();
    assert_eq!((report.version, report.position), (Orders::VERSION, last));
    let events_of_order = comptoir_domain::testing::samples::events::order().len() as u64;
    assert_eq!(report.events, 30 * events_of_order);
    assert_eq!(told.last().unwrap().position, last);
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);
    assert_eq!(indexes(&fixture.pool).await, made);
    assert_nothing_is_left_beside(&fixture.pool).await;
    assert!(fixture.ledger.checkpoint("orders@next").await.unwrap().is_none());

    // The runner goes on from where the rebuild has come.
    let last = fill(&fixture.ledger, 30..35).await;
    orders.reaches(Orders::NAME, last).await;
    assert!(
        orders::query::get(&fixture.pool, order_number(34))
            .await
            .unwrap()
            .is_some()
    );
    let standing = orders.progress.standing(Orders::NAME);
    assert_eq!((standing.changed.generation, standing.stuck_at), (2, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn read_models_that_were_lost_come_back_from_events_alone() {
    let fixture = fixture().await;
    fill(&fixture.ledger, 0..10).await;
    fixture.apply(Orders).await.unwrap();
    fixture.apply(Products).await.unwrap();
    fixture.apply(Licences).await.unwrap();
    fixture.apply(Refunds).await.unwrap();
    fixture.apply(Disputes).await.unwrap();
    fixture.apply(Reviews).await.unwrap();
    fixture.apply(Documents).await.unwrap();
    let rows = async || {
        [
            live_rows::<Orders>(&fixture.pool).await,
            live_rows::<Products>(&fixture.pool).await,
            live_rows::<Licences>(&fixture.pool).await,
            live_rows::<Refunds>(&fixture.pool).await,
            live_rows::<Disputes>(&fixture.pool).await,
            live_rows::<Reviews>(&fixture.pool).await,
            live_rows::<Documents>(&fixture.pool).await,
        ]
    };
    let before = rows().await;
    assert!(before.iter().all(|rows| rows.len() >= 10));
    sqlx::raw_sql(
        "TRUNCATE read_orders.orders, read_orders.order_lines, read_products.products, read_products.offers,
             read_products.offer_terms, read_licences.licences, read_refunds.refunds, read_disputes.disputes,
             read_reviews.reviews, read_reviews.product_ratings, read_documents.documents,
             projection_state, subscription_checkpoints",
    )
    .execute(&fixture.pool)
    .await
    .unwrap();
    rebuild(&fixture.ledger, Orders, |_| {}).await.unwrap();
    rebuild(&fixture.ledger, Products, |_| {}).await.unwrap();
    rebuild(&fixture.ledger, Licences, |_| {}).await.unwrap();
    rebuild(&fixture.ledger, Refunds, |_| {}).await.unwrap();
    rebuild(&fixture.ledger, Disputes, |_| {}).await.unwrap();
    rebuild(&fixture.ledger, Reviews, |_| {}).await.unwrap();
    rebuild(&fixture.ledger, Documents, |_| {}).await.unwrap();
    assert_eq!(rows().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_never_see_a_half_built_model_while_events_keep_coming() {
    let fixture = fixture().await;
    let last = fill(&fixture.ledger, 0..50).await;
    let orders = start(&fixture.ledger, Orders);
    orders.reaches(Orders::NAME, last).await;

    let mut standing = orders.progress.watch(Orders::NAME).unwrap();
    let getting_stuck = tokio::spawn(async move {
        standing
            .wait_for(|standing| standing.stuck_at.is_some())
            .await
            .is_ok()
    });
    let is_over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| tokio::spawn(read_until(fixture.pool.clone(), Arc::clone(&is_over))))
        .collect();
    let writer = {
        let (ledger, is_over) = (fixture.ledger.clone(), Arc::clone(&is_over));
        tokio::spawn(async move {
            let mut next = 50;
            let mut last = last;
            while !is_over.load(Ordering::SeqCst) {
                last = fill(&ledger, next..next + 2).await;
                next += 2;
            }
            (last, next)
        })
    };
    for _ in 0..4 {
        rebuild(&fixture.ledger, Orders, |_| {}).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    is_over.store(true, Ordering::SeqCst);
    let (last, written) = writer.await.unwrap();
    for reader in readers {
        assert!(reader.await.unwrap() > 10, "the readers have read");
    }
    orders.reaches(Orders::NAME, last).await;
    let rows = live_rows::<Orders>(&fixture.pool).await;
    assert_eq!(rows.len() as u128, 2 * written);
    assert!(
        !getting_stuck.is_finished(),
        "the switch never looks like a poison event to the runner"
    );
    rebuild(&fixture.ledger, Orders, |_| {}).await.unwrap();
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);
}

/// Reads over and over: orders never get fewer, nor does any forget an event. Returns how often it has read.
async fn read_until(pool: PgPool, is_over: Arc<AtomicBool>) -> usize {
    let (mut reads, mut most, mut furthest) = (0, 0, 0);
    while !is_over.load(Ordering::SeqCst) {
        let count = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM read_orders.orders"#)
            .fetch_one(&pool)
            .await
            .unwrap();
        assert!(count >= most, "{count} orders after {most}");
        most = count;
        let page = list(&pool, Side::All, OrderFilter::Any, PageRequest::default())
            .await
            .unwrap();
        assert_eq!(page.items.len(), 20);
        assert!(page.items.iter().all(|view| view.lines.len() == 1));
        let newest = page
            .items
            .iter()
            .map(|view| view.order.position.get())
            .max()
            .unwrap();
        assert!(newest >= furthest, "position {newest} after {furthest}");
        furthest = newest;
        reads += 1;
    }
    reads
}

/// The switch as the runner meets it, held open so long that the runner surely waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_waits_for_the_switch_is_dropped_without_a_false_alarm() {
    let fixture = fixture().await;
    let first = fill(&fixture.ledger, 0..2).await;
    let orders = start(&fixture.ledger, Orders);
    orders.reaches(Orders::NAME, first).await;

    let mut switch = fixture.pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM projection_state WHERE name = 'orders' FOR UPDATE")
        .execute(&mut *switch)
        .await
        .unwrap();
    let last = fill(&fixture.ledger, 2..4).await;
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
         AND application_name = 'comptoir subscription' AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waiting)
        .fetch_one(&fixture.pool)
        .await
        .unwrap()
        == 0
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let events = events_for(&fixture.ledger, &Orders).await;
    let behind: Vec<_> = events
        .into_iter()
        .filter(|event| event.position > first)
        .collect();
    apply_in(&mut switch, Orders, &behind, &[behind.len()])
        .await
        .unwrap();
    for set in [
        "UPDATE projection_state SET generation = 2, rebuilt_position = $1 WHERE name = 'orders'",
        "UPDATE subscription_checkpoints SET position = $1 WHERE name = 'orders'",
    ] {
        sqlx::query(set)
            .bind(last.get())
            .execute(&mut *switch)
            .await
            .unwrap();
    }
    let rows = rows_of(&mut switch, Orders::SCHEMA).await;
    switch.commit().await.unwrap();

    let next = fill(&fixture.ledger, 4..5).await;
    let standing = orders
        .stands(Orders::NAME, |standing| {
            standing.position >= next || standing.stuck_at.is_some()
        })
        .await;
    assert_eq!(standing.stuck_at, None);
    let later = live_rows::<Orders>(&fixture.pool).await;
    assert!(rows.iter().all(|row| later.contains(row)));
    assert_eq!(later.len(), 2 * 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crashed_rebuild_left_behind_is_dropped() {
    let fixture = fixture().await;
    fill(&fixture.ledger, 0..3).await;
    fixture.apply(Orders).await.unwrap();
    let rows = live_rows::<Orders>(&fixture.pool).await;
    sqlx::raw_sql(
        "CREATE SCHEMA read_orders_next; CREATE TABLE read_orders_next.orders (half boolean);
         CREATE SCHEMA read_orders_old;
         INSERT INTO subscription_checkpoints (name, position) VALUES ('orders@next', 7)",
    )
    .execute(&fixture.pool)
    .await
    .unwrap();
    rebuild(&fixture.ledger, Orders, |_| {}).await.unwrap();
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);
    assert_nothing_is_left_beside(&fixture.pool).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_rebuild_of_a_model_runs_at_a_time() {
    let fixture = fixture().await;
    let mut other = PgConnection::connect(fixture.database.url()).await.unwrap();
    sqlx::query("SELECT pg_advisory_lock(hashtextextended('comptoir rebuild orders', 0))")
        .execute(&mut other)
        .await
        .unwrap();
    let refused = rebuild(&fixture.ledger, Orders, |_| {}).await;
    assert!(matches!(refused, Err(RebuildError::AlreadyRunning)));
    rebuild(&fixture.ledger, Products, |_| {}).await.unwrap();
    other.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_fails_leaves_the_model_in_use_alone() {
    let fixture = fixture().await;
    fill(&fixture.ledger, 0..3).await;
    fixture.apply(Orders).await.unwrap();
    let rows = live_rows::<Orders>(&fixture.pool).await;
    let poison = crate::testing::append_poison(&fixture.ledger, "order.paid").await;
    let error = rebuild(&fixture.ledger, Orders, |_| {}).await.unwrap_err();
    let RebuildError::Poison { event, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(
        (event.position, event.event_type.as_str()),
        (poison, "order.paid")
    );
    assert_eq!(live_rows::<Orders>(&fixture.pool).await, rows);
}
