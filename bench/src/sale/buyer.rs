//! One buyer, who buys again and again: looks at a product, orders it, pays, and looks until the licence is there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use uuid::Uuid;

use super::webhook::Webhooks;
use crate::catalogue::{PRICE, offer_of};
use crate::http::{Connection, get, post, quoted};

/// How long a sale may take before the run ends with an error.
const SALE_TIME_MAX: Duration = Duration::from_secs(20);

/// The steps of a sale, in order.
pub(super) const STEPS: [&str; 4] = ["product", "order", "webhook", "paid"];

/// What all buyers share.
#[derive(Debug)]
pub(crate) struct Market {
    pub(crate) addr: SocketAddr,
    pub(crate) products: Vec<String>,
    pub(crate) webhooks: Webhooks,
    /// How long after the webhook, and after each look, a buyer looks whether the order is paid.
    pub(crate) look_every: Duration,
}

/// One buyer, on a connection that stays open.
#[derive(Debug)]
pub(crate) struct Buyer {
    market: Arc<Market>,
    connection: Connection,
    token: String,
    next_product: usize,
}

/// How long one sale took, in microseconds: each step, and the whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sale {
    pub(super) steps_us: [u64; STEPS.len()],
    pub(super) whole_us: u64,
    /// How often it was looked whether the order is paid.
    pub(super) looks: u64,
}

impl Buyer {
    pub(crate) async fn new(market: &Arc<Market>, token: String, number: usize) -> Result<Self> {
        Ok(Self {
            market: Arc::clone(market),
            connection: Connection::open(market.addr).await?,
            token,
            next_product: number,
        })
    }

    /// A whole sale.
    pub(super) async fn buy(&mut self) -> Result<Sale> {
        let start = Instant::now();
        let request = self.place_order_request().await?;
        let product_read = Instant::now();
        let (order, webhook) = self.place_order(&request).await?;
        let placed = Instant::now();
        self.connection.call(&webhook).await?.expect(200, "the webhook")?;
        let reported = Instant::now();
        let looks = self.look_until_paid(&order, start + SALE_TIME_MAX).await?;
        let paid = Instant::now();
        let steps = [
            product_read - start,
            placed - product_read,
            reported - placed,
            paid - reported,
        ];
        Ok(Sale {
            steps_us: steps.map(microseconds),
            whole_us: microseconds(paid - start),
            looks,
        })
    }

    /// A sale up to the report of its payment.
    pub(crate) async fn order_and_pay(&mut self) -> Result<()> {
        let request = self.place_order_request().await?;
        let (_, webhook) = self.place_order(&request).await?;
        self.connection.call(&webhook).await?.expect(200, "the webhook")
    }

    /// Reads a product, and makes of it the request for the order.
    async fn place_order_request(&mut self) -> Result<String> {
        let products = &self.market.products;
        let product = &products[self.next_product % products.len()];
        self.next_product += 1;
        let request = get(&format!("/api/v1/products/{product}"), &self.token);
        let page = self.connection.call(&request).await?;
        page.expect(200, "the product")?;
        let offer = offer_of(page.body)?;
        let body = format!(
            r#"{{"currency":"EUR","lines":[{{"product_id":"{product}","offer_id":"{offer}","quantity":1,"expected_unit_price":{PRICE}}}],"billing":{{"name":"Ada Example","email":"ada@example.org","address_line_1":"1 Rue de la Paix","postal_code":"75002","city":"Paris","country":"FR"}},"consent":{{"kind":"withdrawal_waiver","text_hash":"8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"}}}}"#
        );
        let headers = format!(
            "authorization: Bearer {}\r\nidempotency-key: {}\r\n",
            self.token,
            Uuid::now_v7().simple()
        );
        Ok(post("/api/v1/orders", &headers, &body))
    }

    /// Places the order; answers with its id and the webhook that reports its payment.
    async fn place_order(&mut self, request: &str) -> Result<(String, String)> {
        let answer = self.connection.call(request).await?;
        answer.expect(201, "the order")?;
        ensure!(
            answer.body.contains("client_secret"),
            "the payment was not created: {}",
            answer.body
        );
        let webhook = self.market.webhooks.succeeded(quoted(answer.body, "pay_")?);
        Ok((quoted(answer.body, "order_")?.to_owned(), webhook))
    }

    /// Reads the order until it is paid and its licence is listed.
    async fn look_until_paid(&mut self, order: &str, deadline: Instant) -> Result<u64> {
        let request = get(&format!("/api/v1/orders/{order}"), &self.token);
        let mut looks = 0;
        while Instant::now() < deadline {
            tokio::time::sleep(self.market.look_every).await;
            let answer = self.connection.call(&request).await?;
            looks += 1;
            // It may not be in the read model yet.
            if answer.status == 404 {
                continue;
            }
            answer.expect(200, "the order's page")?;
            if answer.body.contains(r#""status":"paid""#) && answer.body.contains(r#""licences":[{"#) {
                return Ok(looks);
            }
        }
        bail!("{order} was not paid in time")
    }
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
