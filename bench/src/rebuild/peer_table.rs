//! The tables that the peers fill, and how: one statement for each row that an event makes or changes, prepared once, nothing
//! read. That is the quickest way for handlers which are called with one event at a time.

use std::time::Duration;

use anyhow::Result;
use comptoir_domain::order::{OrderPaid, OrderPlaced, OrderStatus, PaymentInitiated, PaymentStatus};
use serde::Serialize;
use sqlx::PgPool;
use sqlx_of_the_peers::PgConnection;
use sqlx_of_the_peers::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx_of_the_peers::{ConnectOptions as _, query};
use uuid::Uuid;

use super::history::OrderHappening;

type PeerPool = sqlx_of_the_peers::PgPool;
type PeerResult = Result<(), sqlx_of_the_peers::Error>;

/// Empty tables with the columns and indexes of Comptoir's, in a schema of their own.
pub(super) async fn create(pool: &PgPool, schema: &str) -> Result<()> {
    let statement = format!(
        "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema};
         CREATE TABLE {schema}.orders (LIKE read_orders.orders INCLUDING ALL) WITH (fillfactor = 70);
         CREATE TABLE {schema}.order_lines (LIKE read_orders.order_lines INCLUDING ALL)"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(pool)
        .await?;
    Ok(())
}

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disk {
    /// As PostgreSQL and the peers come.
    Waited,
    /// As an operator would set it for a rebuild, and as Comptoir does by itself.
    NotWaited,
}

impl Disk {
    const fn synchronous_commit(self) -> &'static str {
        match self {
            Self::Waited => "on",
            Self::NotWaited => "off",
        }
    }
}

/// A pool whose connections write to these tables.
pub(super) async fn pool(url: &str, schema: &str, disk: Disk) -> Result<PeerPool> {
    let options = url
        .parse::<PgConnectOptions>()?
        .ssl_mode(PgSslMode::Disable)
        .options([
            ("search_path", format!("{schema},public").as_str()),
            ("synchronous_commit", disk.synchronous_commit()),
            ("jit", "off"),
        ])
        .disable_statement_logging();
    Ok(PgPoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .connect_with(options)
        .await?)
}

/// What an event does to the tables; `revision` is its place in its stream, from 0.
pub(super) async fn apply(
    connection: &mut PgConnection,
    order_id: Uuid,
    revision: i64,
    happening: &OrderHappening,
) -> PeerResult {
    match happening {
        OrderHappening::Placed(placed) => place(connection, revision, placed).await,
        OrderHappening::PaymentInitiated(initiated) => {
            initiate(connection, order_id, revision, initiated).await
        }
        OrderHappening::Paid(paid) => pay(connection, order_id, revision, paid).await,
    }
}

async fn place(connection: &mut PgConnection, revision: i64, placed: &OrderPlaced) -> PeerResult {
    query(
        "INSERT INTO orders (
             id, buyer_id, status, currency, total_minor, tax_total_minor, received_minor, billing, consent, payment_id,
             placed_at, expires_at, revived, needs_review, review_flags, refunds, updated_at, revision, position,
             promotion, tax
         ) VALUES ($1, $2, $3, $4, $5, $6, 0, $7::text::json, $8::text::json, $9, $10, $11, false, false, '[]', '[]', $10, $12, 0,
             $13::text::json, $14::text::json)",
    )
    .bind(placed.order_id.as_uuid())
    .bind(placed.buyer_id.as_uuid())
    .bind(OrderStatus::AwaitingPayment.as_str())
    .bind(placed.currency.code())
    .bind(placed.total.amount)
    .bind(placed.tax_total.amount)
    .bind(json(&placed.billing))
    .bind(json(&placed.consent))
    .bind(placed.payment_id.as_uuid())
    .bind(placed.at)
    .bind(placed.expires_at)
    .bind(revision)
    .bind(placed.promotion.as_ref().map(json))
    .bind(json(&placed.tax))
    .execute(&mut *connection)
    .await?;
    for (number, line) in (0_i32..).zip(&placed.lines) {
        query("INSERT INTO order_lines (order_id, line, seller_id, content) VALUES ($1, $2, $3, $4::text::json)")
            .bind(placed.order_id.as_uuid())
            .bind(number)
            .bind(line.seller_id.as_uuid())
            .bind(json(line))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn initiate(
    connection: &mut PgConnection,
    order_id: Uuid,
    revision: i64,
    initiated: &PaymentInitiated,
) -> PeerResult {
    query(
        "UPDATE orders SET payment_status = coalesce(payment_status, $2), updated_at = $3, revision = $4 WHERE id = $1",
    )
    .bind(order_id)
    .bind(initiated.provider_status.as_str())
    .bind(initiated.at)
    .bind(revision)
    .execute(connection)
    .await?;
    Ok(())
}

async fn pay(connection: &mut PgConnection, order_id: Uuid, revision: i64, paid: &OrderPaid) -> PeerResult {
    query(
        "UPDATE orders SET payment_status = $2, payment_updated = $3, failure_code = NULL, status = $4, received_minor = $5,
             paid_at = $6, revived = $7, closed_at = NULL, cancel_reason = NULL, updated_at = $6, revision = $8
         WHERE id = $1",
    )
    .bind(order_id)
    .bind(PaymentStatus::Succeeded.as_str())
    .bind(paid.provider_updated.unwrap_or(paid.at))
    .bind(OrderStatus::Paid.as_str())
    .bind(paid.amount.amount)
    .bind(paid.at)
    .bind(paid.revived)
    .bind(revision)
    .execute(connection)
    .await?;
    Ok(())
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
