//! `cqrs-es` with `postgres-es`: its event-sourced store without snapshots commits one event for a new aggregate.
//! `CqrsFramework::execute` would first load the aggregate; committing straight away is the faster way.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{EventStoreAggregateContext, PersistedEventStore};
use cqrs_es::{Aggregate, DomainEvent, EventStore};
use postgres_es::PostgresEventRepository;
use sqlx_of_the_peers::PgPool;

use super::contestant::Store;
use super::peer_pool;
use crate::load::Client;
use crate::order::{NeverRefused, Order, OrderPlaced};

/// The table of `postgres-es` 0.5.0, from its `db/init.sql`.
const EVENTS_TABLE: &str = "CREATE TABLE events (
    aggregate_type text                         NOT NULL,
    aggregate_id   text                         NOT NULL,
    sequence       bigint CHECK (sequence >= 0) NOT NULL,
    event_type     text                         NOT NULL,
    event_version  text                         NOT NULL,
    payload        json                         NOT NULL,
    metadata       json                         NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
)";

type PostgresStore = PersistedEventStore<PostgresEventRepository, Order>;

pub(crate) struct CqrsEs {
    pool: PgPool,
    store: Arc<PostgresStore>,
}

pub(crate) struct CqrsEsClient(Arc<PostgresStore>);

impl DomainEvent for OrderPlaced {
    fn event_type(&self) -> String {
        "OrderPlaced".to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl Aggregate for Order {
    const TYPE: &'static str = "order";
    type Command = OrderPlaced;
    type Event = OrderPlaced;
    type Error = NeverRefused;
    type Services = ();

    async fn handle(
        &mut self,
        placed: OrderPlaced,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), NeverRefused> {
        sink.write(placed, self).await;
        Ok(())
    }

    fn apply(&mut self, _: OrderPlaced) {}
}

impl Store for CqrsEs {
    type Client = CqrsEsClient;
    const COUNT: &'static str = "SELECT count(*) FROM events";

    async fn migrate(url: &str) -> Result<()> {
        let pool = peer_pool::connect(url, 1).await?;
        sqlx_of_the_peers::query(EVENTS_TABLE).execute(&pool).await?;
        pool.close().await;
        Ok(())
    }

    async fn open(url: &str, clients: usize) -> Result<Self> {
        let pool = peer_pool::connect(url, clients).await?;
        let repository = PostgresEventRepository::new(pool.clone());
        Ok(Self {
            pool,
            store: Arc::new(PersistedEventStore::new_event_store(repository)),
        })
    }

    async fn client(&self) -> Result<CqrsEsClient> {
        Ok(CqrsEsClient(Arc::clone(&self.store)))
    }

    async fn close(self, _clients: Vec<CqrsEsClient>) -> Result<()> {
        self.pool.close().await;
        Ok(())
    }
}

impl Client for CqrsEsClient {
    async fn append(&mut self, order: OrderPlaced) -> Result<()> {
        let new = EventStoreAggregateContext {
            aggregate_id: order.order_id.to_string(),
            aggregate: Order,
            current_sequence: 0,
            current_snapshot: None,
        };
        self.0
            .commit(vec![order], new, HashMap::new())
            .await
            .map_err(|error| anyhow!("cqrs-es: {error}"))?;
        Ok(())
    }
}
