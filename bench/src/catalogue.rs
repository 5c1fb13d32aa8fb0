//! The products that are sold and listed, put on sale through the API like any seller's.

use anyhow::{Context, Result, ensure};
use sqlx::PgConnection;

use crate::house::House;
use crate::http::{Connection, post, quoted};

/// The price of every offer, in cents.
pub(crate) const PRICE: i64 = 2_990;

const TERMS: &str = "The buyer may use the recording in up to 2,500 copies and 100,000 streams.";

/// Puts so many products on sale, each with two offers, and answers with their ids once they are listed.
pub(crate) async fn offer(house: &House, count: usize) -> Result<Vec<String>> {
    let token = house.token("seller").await?;
    let mut connection = Connection::open(house.addr()).await?;
    let mut seller = Seller {
        connection: &mut connection,
        headers: format!("authorization: Bearer {token}\r\n"),
    };
    let mut products = Vec::with_capacity(count);
    for number in 1..=count {
        products.push(seller.offer(number).await?);
    }
    let mut database = house.database().await?;
    while listed(&mut database).await? < i64::try_from(count)? {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    Ok(products)
}

struct Seller<'a> {
    connection: &'a mut Connection,
    headers: String,
}

impl Seller<'_> {
    async fn offer(&mut self, number: usize) -> Result<String> {
        let title = format!("Night Drive {number} (Instrumental)");
        let body = format!(
            r#"{{"title":"{title}","description":"Slow synthwave in A minor, 84 BPM, with a long outro and stems."}}"#
        );
        let created = self.send("/api/v1/products", &body, 201).await?;
        let product = quoted(&created, "product_")?.to_owned();
        for (kind, price) in [("basic", PRICE), ("premium", 2 * PRICE)] {
            let body = format!(
                r#"{{"kind":"{kind}","price":{{"amount":{price},"currency":"EUR"}},"terms":{{"version":"2026-01","text":"{TERMS}"}}}}"#
            );
            self.send(&format!("/api/v1/products/{product}/offers"), &body, 201)
                .await?;
        }
        self.send(&format!("/api/v1/products/{product}/publish"), "{}", 200)
            .await?;
        Ok(product)
    }

    async fn send(&mut self, path: &str, body: &str, status: u16) -> Result<String> {
        let answer = self.connection.call(&post(path, &self.headers, body)).await?;
        answer.expect(status, path)?;
        Ok(answer.body.to_owned())
    }
}

async fn listed(database: &mut PgConnection) -> Result<i64> {
    let count =
        sqlx::query_scalar("SELECT count(*) FROM read_products.products WHERE sale_status = 'on_sale'")
            .fetch_one(database)
            .await?;
    Ok(count)
}

/// The offer of a product that is bought: the first one that its page names.
pub(crate) fn offer_of(page: &str) -> Result<&str> {
    ensure!(page.contains(r#""kind":"basic""#), "no basic offer in {page}");
    quoted(page, "offer_").context("the page of a product without an offer")
}
