//! `esrs` with its own `PgStore`: an `AggregateManager` handles a command on a new aggregate, which saves the load.

use std::sync::Arc;

use anyhow::Result;
use esrs::manager::AggregateManager;
use esrs::store::postgres::{PgStore, PgStoreBuilder, UuidFormat};
use esrs::{Aggregate, AggregateState};
use sqlx_of_the_peers::PgPool;

use super::contestant::Store;
use super::peer_pool;
use crate::load::Client;
use crate::order::{NeverRefused, Order, OrderPlaced};

type Manager = AggregateManager<PgStore<Order>>;

pub(crate) struct Esrs {
    pool: PgPool,
    manager: Arc<Manager>,
}

pub(crate) struct EsrsClient(Arc<Manager>);

impl Aggregate for Order {
    const NAME: &'static str = "order";
    type State = ();
    type Command = OrderPlaced;
    type Event = OrderPlaced;
    type Error = NeverRefused;

    fn handle_command((): &(), placed: OrderPlaced) -> Result<Vec<OrderPlaced>, NeverRefused> {
        Ok(vec![placed])
    }

    fn apply_event((): (), _: OrderPlaced) {}
}

impl Store for Esrs {
    type Client = EsrsClient;
    const COUNT: &'static str = "SELECT count(*) FROM order_events";

    async fn migrate(url: &str) -> Result<()> {
        let pool = peer_pool::connect(url, 1).await?;
        PgStoreBuilder::<Order>::new(pool.clone()).try_build().await?;
        pool.close().await;
        Ok(())
    }

    async fn open(url: &str, clients: usize) -> Result<Self> {
        let pool = peer_pool::connect(url, clients).await?;
        // Time-ordered ids are the kinder of its two formats to the index.
        let store = PgStoreBuilder::<Order>::new(pool.clone())
            .without_running_migrations()
            .with_event_id_format(UuidFormat::V7)
            .try_build()
            .await?;
        Ok(Self {
            pool,
            manager: Arc::new(AggregateManager::new(store)),
        })
    }

    async fn client(&self) -> Result<EsrsClient> {
        Ok(EsrsClient(Arc::clone(&self.manager)))
    }

    async fn close(self, _clients: Vec<EsrsClient>) -> Result<()> {
        self.pool.close().await;
        Ok(())
    }
}

impl Client for EsrsClient {
    async fn append(&mut self, order: OrderPlaced) -> Result<()> {
        let new = AggregateState::with_id(order.order_id);
        self.0.handle_command(new, order).await??;
        Ok(())
    }
}
