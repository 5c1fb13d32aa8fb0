//! `cqrs-es` with `postgres-es`: `QueryReplay` over all events, dispatched to a query that writes the table. (Its generic query
//! keeps one JSON document a row, which would be another table, and reads it back for each event.)

use anyhow::{Result, anyhow};
use async_trait::async_trait;
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::QueryReplay;
use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, Query};
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use super::history::{OrderHappening, Story};
use super::peer_table::{self, Disk};
use crate::order::NeverRefused;

const SCHEMA: &str = "peer_cqrs_es";
const ORDERS_PER_INSERT: usize = 1000;
/// The table of `postgres-es` 0.5.0, from its `db/init.sql`, under a name of its own.
const EVENTS_TABLE: &str = "CREATE TABLE cqrs_es_events (
    aggregate_type text                         NOT NULL,
    aggregate_id   text                         NOT NULL,
    sequence       bigint CHECK (sequence >= 0) NOT NULL,
    event_type     text                         NOT NULL,
    event_version  text                         NOT NULL,
    payload        json                         NOT NULL,
    metadata       json                         NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
)";

#[derive(Debug, Default, Serialize, Deserialize)]
struct Order;

impl DomainEvent for OrderHappening {
    fn event_type(&self) -> String {
        match self {
            Self::Placed(_) => "Placed",
            Self::PaymentInitiated(_) => "PaymentInitiated",
            Self::Paid(_) => "Paid",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl PartialEq for OrderHappening {
    fn eq(&self, other: &Self) -> bool {
        serde_json::to_string(self).ok() == serde_json::to_string(other).ok()
    }
}

impl Aggregate for Order {
    const TYPE: &'static str = "order";
    type Command = OrderHappening;
    type Event = OrderHappening;
    type Error = NeverRefused;
    type Services = ();

    async fn handle(
        &mut self,
        happening: OrderHappening,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), NeverRefused> {
        sink.write(happening, self).await;
        Ok(())
    }

    fn apply(&mut self, _: OrderHappening) {}
}

/// Writes the table. A query has no way to say that it failed; the comparison of the rows at the end would show it.
struct Table(sqlx_of_the_peers::PgPool);

#[async_trait]
impl Query<Order> for Table {
    async fn dispatch(&self, aggregate_id: &str, events: &[EventEnvelope<Order>]) {
        let (Ok(mut connection), Ok(order_id)) = (self.0.acquire().await, aggregate_id.parse()) else {
            return;
        };
        for event in events {
            let revision = i64::try_from(event.sequence).unwrap_or(i64::MAX) - 1;
            if let Err(error) = peer_table::apply(&mut connection, order_id, revision, &event.payload).await {
                crate::report::progress(&format!("cqrs-es: {error}"));
            }
        }
    }
}

/// Lays the events out as its store does.
pub(super) async fn prepare(pool: &PgPool, stories: &[Story]) -> Result<()> {
    peer_table::create(pool, SCHEMA).await?;
    sqlx::raw_sql(EVENTS_TABLE).execute(pool).await?;
    for some in stories.chunks(ORDERS_PER_INSERT) {
        let (mut ids, mut types, mut payloads, mut numbers) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for story in some {
            for (number, happening) in (1_i64..).zip(&story.happenings) {
                ids.push(story.order_id.to_string());
                types.push(happening.event_type());
                payloads.push(serde_json::to_string(happening)?);
                numbers.push(number);
            }
        }
        sqlx::query(
            "INSERT INTO cqrs_es_events
             SELECT 'order', id, number, event_type, '1.0', payload::json, '{}'
             FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS told (id, event_type, payload, number)",
        )
        .bind(ids)
        .bind(types)
        .bind(payloads)
        .bind(numbers)
        .execute(pool)
        .await?;
    }
    Ok(())
}

/// Empties the table, and has it filled.
pub(super) async fn rebuild(url: &str, pool: &PgPool, disk: Disk) -> Result<()> {
    sqlx::raw_sql("TRUNCATE peer_cqrs_es.orders, peer_cqrs_es.order_lines")
        .execute(pool)
        .await?;
    let own = peer_table::pool(url, SCHEMA, disk).await?;
    let repository =
        PostgresEventRepository::new(own.clone()).with_tables("cqrs_es_events", "cqrs_es_snapshots");
    let replay = QueryReplay::new(repository, Table(own.clone()));
    let replayed = replay.replay_all().await;
    own.close().await;
    replayed.map_err(|error| anyhow!("cqrs-es: {error}"))
}
