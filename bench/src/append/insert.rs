//! What the disk and the server allow one at a time: the same bytes into the same table, with the same indexes, by
//! prepared single-row INSERTs that commit by themselves. It decides nothing, hashes nothing and orders nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::Result;
use chrono::Utc;
use comptoir_domain::DomainEvent;
use comptoir_ledger::{Metadata, StreamName};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::contestant::Store;
use crate::database;
use crate::load::Client;
use crate::order::{Order, OrderPlaced};

const INSERT: &str = "INSERT INTO events (position, stream, revision, event_id, event_type, schema_version, \
     recorded_at, data, metadata, leaf_hash) VALUES ($1, $2, 0, $3, $4, $5, $6, $7::json, $8::json, $9)";

pub(crate) struct Insert {
    url: String,
    position: Arc<AtomicI64>,
}

/// One client with its own connection.
pub(crate) struct InsertClient {
    connection: PgConnection,
    position: Arc<AtomicI64>,
    metadata: String,
}

impl Store for Insert {
    type Client = InsertClient;
    const COUNT: &'static str = "SELECT count(*) FROM events";

    async fn migrate(url: &str) -> Result<()> {
        database::migrate(url).await
    }

    async fn open(url: &str, _clients: usize) -> Result<Self> {
        let mut connection = database::connect(url).await?;
        let newest: i64 = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM events")
            .fetch_one(&mut connection)
            .await?;
        connection.close().await?;
        Ok(Self {
            url: url.to_owned(),
            position: Arc::new(AtomicI64::new(newest)),
        })
    }

    async fn client(&self) -> Result<InsertClient> {
        Ok(InsertClient {
            connection: database::connect(&self.url).await?,
            position: Arc::clone(&self.position),
            metadata: Metadata::default().to_json(),
        })
    }

    async fn close(self, clients: Vec<InsertClient>) -> Result<()> {
        for client in clients {
            client.connection.close().await?;
        }
        Ok(())
    }
}

impl Client for InsertClient {
    async fn append(&mut self, order: OrderPlaced) -> Result<()> {
        let event_id = Uuid::now_v7();
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(event_id.as_bytes());
        hash[16..].copy_from_slice(order.order_id.as_bytes());
        sqlx::query(INSERT)
            .bind(self.position.fetch_add(1, Ordering::Relaxed) + 1)
            .bind(StreamName::of::<Order>(order.order_id).as_str())
            .bind(event_id)
            .bind(order.event_type())
            .bind(order.schema_version())
            .bind(Utc::now())
            .bind(order.to_json())
            .bind(&self.metadata)
            .bind(&hash[..])
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }
}
