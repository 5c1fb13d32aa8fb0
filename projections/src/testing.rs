//! What the tests of all read models share: a ledger on a database of its own, events to put into it, tables to compare.

mod renamed;
pub(crate) mod stories;

use std::sync::Arc;
use std::time::Duration;

use comptoir_domain::Decider;
use comptoir_domain::document::Document;
use comptoir_domain::licence::Licence;
use comptoir_domain::order::{Order, OrderEvent};
use comptoir_domain::product::Product;
use comptoir_domain::refund::Refund;
use comptoir_domain::review::Review;
use comptoir_domain::testing::samples::{self, at};
use comptoir_domain::values::{LicenceId, RefundId};
use comptoir_ledger::clock::{Clock, ManualClock};
use comptoir_ledger::{
    Append, ExpectedRevision, Filter, Ledger, LedgerOptions, MIGRATOR, Metadata, NewEvent, Position,
    RecordedEvent, StreamName,
};
use comptoir_sandbox::postgres::TestDatabase;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use uuid::Uuid;

pub(crate) use self::renamed::{
    document_events, invoice_number, licence_events, licence_issued, order_events, order_number,
    product_events, product_number, refund_events, review_events,
};
use crate::runner::{ApplyError, Projection};

pub(crate) struct Fixture {
    pub(crate) database: TestDatabase,
    pub(crate) ledger: Ledger,
    pub(crate) pool: PgPool,
    pub(crate) clock: Arc<ManualClock>,
}

/// A ledger whose clock stands at the beginning of the samples.
pub(crate) async fn fixture() -> Fixture {
    let database = TestDatabase::create(&MIGRATOR).await.expect("a test database");
    let clock = Arc::new(ManualClock::at(at(0)));
    let ledger = node(&database, &clock).await;
    let pool = ledger.pool().clone();
    Fixture {
        database,
        ledger,
        pool,
        clock,
    }
}

/// One more node on the same database.
pub(crate) async fn node(database: &TestDatabase, clock: &Arc<ManualClock>) -> Ledger {
    let clock: Arc<dyn Clock> = Arc::<ManualClock>::clone(clock);
    let options = LedgerOptions {
        clock,
        tick: Duration::from_millis(20),
        ..LedgerOptions::default()
    };
    Ledger::start(database.pool().await, options)
        .await
        .expect("the ledger starts")
}

impl Fixture {
    /// Appends events to the stream of one aggregate; the position of the last one.
    pub(crate) async fn append<D: Decider>(&self, id: Uuid, events: &[D::Event]) -> Position {
        append::<D>(&self.ledger, id, events).await
    }

    /// Applies all events of the ledger that the projection reads, in one batch.
    pub(crate) async fn apply<P: Projection>(&self, projection: P) -> Result<(), ApplyError> {
        let events = events_for(&self.ledger, &projection).await;
        let mut transaction = self.pool.begin().await?;
        apply_in(&mut transaction, projection, &events, &[events.len().max(1)]).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The same for those after the first ones, which were applied before.
    pub(crate) async fn apply_rest<P: Projection>(&self, projection: P, before: usize) {
        let events = events_for(&self.ledger, &projection).await;
        let mut transaction = self.pool.begin().await.expect("a transaction");
        apply_in(&mut transaction, projection, &events[before..], &[events.len()])
            .await
            .expect("the events fit");
        transaction.commit().await.expect("the commit succeeds");
    }
}

pub(crate) async fn append<D: Decider>(ledger: &Ledger, id: Uuid, events: &[D::Event]) -> Position {
    let new = |event| NewEvent::of(ledger.ids().uuid_v7(), event);
    let events = events.iter().map(new).collect();
    let append = Append::new(&Metadata::default());
    let append = append.write_raw(StreamName::of::<D>(id), ExpectedRevision::Any, events);
    ledger.append(append).await.expect("the append succeeds").position
}

pub(crate) async fn events_for(ledger: &Ledger, projection: &impl Projection) -> Vec<RecordedEvent> {
    let filter = Filter::types(projection.event_types());
    let page = ledger.read_page(Position::START, &filter, 1_000_000).await;
    page.expect("the ledger can be read").events
}

/// Applies events in batches of these sizes, over and over, to the live tables.
pub(crate) async fn apply_in<P: Projection>(
    connection: &mut PgConnection,
    mut projection: P,
    events: &[RecordedEvent],
    sizes: &[usize],
) -> Result<(), ApplyError> {
    let path = format!("SET LOCAL search_path = {}, public", P::SCHEMA);
    sqlx::raw_sql(AssertSqlSafe(path))
        .execute(&mut *connection)
        .await?;
    let mut rest = events;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (batch, behind) = rest.split_at(rest.len().min(*size));
        projection.apply(connection, batch).await?;
        rest = behind;
    }
    Ok(())
}

/// Every row of every table of a schema, as text that can be compared.
pub(crate) async fn rows_of(connection: &mut PgConnection, schema: &str) -> Vec<String> {
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY tablename")
            .bind(schema)
            .fetch_all(&mut *connection)
            .await
            .unwrap();
    assert!(!tables.is_empty(), "schema {schema} has tables");
    let mut rows = Vec::new();
    for table in tables {
        let select = format!("SELECT '{table} ' || to_jsonb(t)::text FROM {schema}.{table} t ORDER BY 1");
        let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(select))
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        rows.extend(found);
    }
    rows
}

/// The live rows of a projection.
pub(crate) async fn live_rows<P: Projection>(pool: &PgPool) -> Vec<String> {
    rows_of(&mut pool.acquire().await.unwrap(), P::SCHEMA).await
}

/// So many products, orders, licences, documents, refunds and reviews, with every kind of event, those of different streams
/// mixed.
pub(crate) async fn fill(ledger: &Ledger, orders: std::ops::Range<u128>) -> Position {
    let mut last = Position::START;
    for number in orders.clone() {
        let product_id = product_number(number);
        let events = product_events(product_id, samples::events::product());
        last = append::<Product>(ledger, product_id.as_uuid(), &events).await;
    }
    let steps = samples::events::order().len();
    for step in 0..steps {
        for number in orders.clone() {
            let order_id = order_number(number);
            let events = order_events(order_id, samples::events::order());
            last = append::<Order>(ledger, order_id.as_uuid(), &events[step..=step]).await;
            if matches!(events[step], OrderEvent::Paid(_)) {
                let issued = licence_issued(order_id);
                let id = issued.grant.licence_id.as_uuid();
                last = append::<Licence>(ledger, id, &licence_events(&issued)).await;
            }
            // A review begins when its order is paid, and goes on between the events of the order.
            let (review_id, events_of_review) = review_events(number);
            let paid_at = events
                .iter()
                .position(|event| matches!(event, OrderEvent::Paid(_)));
            let about_now = paid_at.and_then(|paid_at| step.checked_sub(paid_at));
            if let Some(event) = about_now.and_then(|index| events_of_review.get(index)) {
                let event = std::slice::from_ref(event);
                last = append::<Review>(ledger, review_id.as_uuid(), event).await;
            }
            // A document changes with what becomes of its order.
            let invoice = invoice_number(number);
            let of_invoice = document_events(&invoice);
            if let Some(event) = about_now.and_then(|index| of_invoice.get(index)) {
                let (id, event) = (invoice.document_id.as_uuid(), std::slice::from_ref(event));
                last = append::<Document>(ledger, id, event).await;
            }
            if matches!(events[step], OrderEvent::RefundOpened(_)) {
                let refund_id = RefundId::of_late_payment(order_id);
                let events = refund_events(refund_id, order_id);
                last = append::<Refund>(ledger, refund_id.as_uuid(), &events).await;
            }
            if matches!(events[step], OrderEvent::DisputeClosed(_)) {
                let id = LicenceId::of_unit(order_id, 0, 0).as_uuid();
                let samples = samples::events::licence();
                let (_, about_causes) = samples.split_at(samples.len() - 3);
                last = append::<Licence>(ledger, id, about_causes).await;
            }
        }
    }
    last
}

/// An event that no program can read, of a type that exists.
pub(crate) async fn append_poison(ledger: &Ledger, event_type: &str) -> Position {
    let event = NewEvent {
        event_id: ledger.ids().uuid_v7(),
        event_type: event_type.to_owned(),
        schema_version: 99,
        data: "{}".to_owned(),
    };
    let category = event_type.split('.').next().unwrap_or_default();
    let stream = StreamName::new(category, ledger.ids().uuid_v7());
    let append = Append::new(&Metadata::default());
    let append = append.write_raw(stream, ExpectedRevision::NoStream, vec![event]);
    ledger.append(append).await.expect("the append succeeds").position
}
