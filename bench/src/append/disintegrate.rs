//! `disintegrate-postgres`, by `append_without_validation`: the faster of its two ways, though it does not check that
//! the stream is new, which all others here do. Its checked `append` takes a serializable transaction, whose conflicts
//! between unrelated streams must be repeated, and a statement text of its own each time.

use anyhow::{Result, anyhow};
use disintegrate::{
    DomainIdInfo, DomainIdSet, Event, EventInfo, EventSchema, EventStore, Identifier, IdentifierType,
    domain_ids, ident,
};
use disintegrate_postgres::PgEventStore;
use disintegrate_serde::serde::json::Json;
use sqlx_of_the_peers::PgPool;

use super::contestant::Store;
use super::peer_pool;
use crate::load::Client;
use crate::order::OrderPlaced;

const SCHEMA: &str = include_str!("disintegrate.sql");
const ORDER_ID: Identifier = ident!(#order_id);

type PostgresStore = PgEventStore<OrderPlaced, Json<OrderPlaced>>;

pub(crate) struct Disintegrate {
    pool: PgPool,
    store: PostgresStore,
}

pub(crate) struct DisintegrateClient(PostgresStore);

impl Event for OrderPlaced {
    const SCHEMA: EventSchema = EventSchema {
        events: &["OrderPlaced"],
        events_info: &[&EventInfo {
            name: "OrderPlaced",
            domain_ids: &[&ORDER_ID],
        }],
        domain_ids: &[&DomainIdInfo {
            ident: ORDER_ID,
            type_info: IdentifierType::Uuid,
        }],
    };

    fn domain_ids(&self) -> DomainIdSet {
        domain_ids! { order_id: self.order_id }
    }

    fn name(&self) -> &'static str {
        "OrderPlaced"
    }
}

impl Store for Disintegrate {
    type Client = DisintegrateClient;
    const COUNT: &'static str = "SELECT count(*) FROM event";

    async fn migrate(url: &str) -> Result<()> {
        let pool = peer_pool::connect(url, 1).await?;
        sqlx_of_the_peers::raw_sql(SCHEMA).execute(&pool).await?;
        pool.close().await;
        Ok(())
    }

    async fn open(url: &str, clients: usize) -> Result<Self> {
        let pool = peer_pool::connect(url, clients).await?;
        let store = PgEventStore::new_uninitialized(pool.clone(), Json::default());
        Ok(Self { pool, store })
    }

    async fn client(&self) -> Result<DisintegrateClient> {
        Ok(DisintegrateClient(self.store.clone()))
    }

    async fn close(self, _clients: Vec<DisintegrateClient>) -> Result<()> {
        self.pool.close().await;
        Ok(())
    }
}

impl Client for DisintegrateClient {
    async fn append(&mut self, order: OrderPlaced) -> Result<()> {
        self.0
            .append_without_validation(vec![order])
            .await
            .map_err(|error| anyhow!("disintegrate: {error}"))?;
        Ok(())
    }
}
