//! Comptoir's ledger, through the same typed append that the engine uses.

use std::sync::Arc;

use anyhow::Result;
use comptoir_ledger::clock::{IdSource, SystemIds};
use comptoir_ledger::{Append, Ledger, LedgerOptions, Metadata};
use sqlx::PgPool;

use super::contestant::Store;
use crate::database;
use crate::load::Client;
use crate::order::{Order, OrderPlaced};

pub(crate) struct Comptoir {
    ledger: Ledger,
    pool: PgPool,
    ids: Arc<dyn IdSource>,
}

pub(crate) struct ComptoirClient {
    ledger: Ledger,
    ids: Arc<dyn IdSource>,
}

impl Store for Comptoir {
    type Client = ComptoirClient;
    const COUNT: &'static str = "SELECT count(*) FROM events";

    async fn migrate(url: &str) -> Result<()> {
        database::migrate(url).await
    }

    async fn open(url: &str, _clients: usize) -> Result<Self> {
        let pool = database::ledger_pool(url).await?;
        let ledger = Ledger::start(pool.clone(), LedgerOptions::default()).await?;
        Ok(Self {
            ledger,
            pool,
            ids: Arc::new(SystemIds),
        })
    }

    async fn client(&self) -> Result<ComptoirClient> {
        Ok(ComptoirClient {
            ledger: self.ledger.clone(),
            ids: Arc::clone(&self.ids),
        })
    }

    async fn close(self, clients: Vec<ComptoirClient>) -> Result<()> {
        drop(clients);
        self.ledger.stop().await;
        self.pool.close().await;
        Ok(())
    }
}

impl Client for ComptoirClient {
    async fn append(&mut self, order: OrderPlaced) -> Result<()> {
        let append =
            Append::new(&Metadata::default()).write_new::<Order>(order.order_id, &[order], self.ids.as_ref());
        self.ledger.append(append).await?;
        Ok(())
    }
}
