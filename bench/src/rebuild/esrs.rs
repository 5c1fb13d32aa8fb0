//! `esrs` with its own `PgRebuilder`: aggregate by aggregate, each in a transaction, by a transactional handler. (Its other way,
//! `all_at_once`, lets the handler delete the aggregate before each event, which leaves a table without what came before.)

use anyhow::{Result, anyhow};
use async_trait::async_trait;
use esrs::Aggregate;
use esrs::handler::TransactionalEventHandler;
use esrs::rebuilder::{PgRebuilder, Rebuilder};
use esrs::store::StoreEvent;
use esrs::store::postgres::{PgStoreBuilder, PgStoreError};
use sqlx::PgPool;
use sqlx_of_the_peers::PgConnection;

use super::history::{OrderHappening, Story};
use super::peer_table::{self, Disk};
use crate::order::NeverRefused;

const SCHEMA: &str = "peer_esrs";
const ORDERS_PER_INSERT: usize = 1000;

struct Order;

impl Aggregate for Order {
    const NAME: &'static str = "order";
    type State = ();
    type Command = OrderHappening;
    type Event = OrderHappening;
    type Error = NeverRefused;

    fn handle_command((): &(), happening: OrderHappening) -> Result<Vec<OrderHappening>, NeverRefused> {
        Ok(vec![happening])
    }

    fn apply_event((): (), _: OrderHappening) {}
}

struct Table;

#[async_trait]
impl TransactionalEventHandler<Order, PgStoreError, PgConnection> for Table {
    async fn handle(
        &self,
        event: &StoreEvent<OrderHappening>,
        executor: &mut PgConnection,
    ) -> Result<(), PgStoreError> {
        let revision = i64::from(*event.sequence_number()) - 1;
        peer_table::apply(executor, event.aggregate_id, revision, &event.payload).await?;
        Ok(())
    }
}

/// Lays the events out as its store does.
pub(super) async fn prepare(url: &str, pool: &PgPool, stories: &[Story]) -> Result<()> {
    peer_table::create(pool, SCHEMA).await?;
    let own = peer_table::pool(url, "public", Disk::NotWaited).await?;
    PgStoreBuilder::<Order>::new(own.clone()).try_build().await?;
    own.close().await;
    for some in stories.chunks(ORDERS_PER_INSERT) {
        let (mut ids, mut payloads, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for story in some {
            for (number, happening) in (1_i32..).zip(&story.happenings) {
                ids.push(story.order_id);
                payloads.push(serde_json::to_string(happening)?);
                numbers.push(number);
            }
        }
        sqlx::query(
            "INSERT INTO order_events (id, aggregate_id, payload, occurred_on, sequence_number)
             SELECT gen_random_uuid(), id, payload::jsonb, clock_timestamp(), number
             FROM unnest($1::uuid[], $2::text[], $3::integer[]) AS told (id, payload, number)",
        )
        .bind(ids)
        .bind(payloads)
        .bind(numbers)
        .execute(pool)
        .await?;
    }
    Ok(())
}

/// Empties the table, and has it filled.
pub(super) async fn rebuild(url: &str, pool: &PgPool, disk: Disk) -> Result<()> {
    sqlx::raw_sql("TRUNCATE peer_esrs.orders, peer_esrs.order_lines")
        .execute(pool)
        .await?;
    let own = peer_table::pool(url, SCHEMA, disk).await?;
    let rebuilder: PgRebuilder<Order> =
        PgRebuilder::new().with_transactional_event_handlers(vec![Box::new(Table)]);
    let rebuilt = rebuilder.by_aggregate_id(own.clone()).await;
    own.close().await;
    rebuilt.map_err(|error| anyhow!("esrs: {error}"))
}
