//! The first journey: a seller offers, a buyer buys, licence and invoice are there, the buyer reviews; then it is refunded:
//! the licence has ended, the rating counts no more, and a credit note cites the invoice.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use comptoir_sandbox::http_client::Method;
use comptoir_sandbox::sha256_hex;
use serde_json::{Value, json};

use super::engine::Binary;
use super::house::House;
use super::settings::random_hex;
use super::steps::{Call, Header, Steps};
use crate::console;

const CONSENT: &str = "I want the licence at once and know that I lose my right of withdrawal by that.";
const TERMS: &str = "The buyer may use the recording in up to 2,500 copies and 100,000 streams.";
const GOOD_CARD: &str = "4242424242424242";

/// A track of the demo catalogue: its title, what it is, and its offers with their prices in cents.
type Track = (&'static str, &'static str, &'static [(&'static str, i64)]);

const CATALOGUE: [Track; 3] = [
    (
        "Night Drive",
        "Slow synthwave in A minor, 84 BPM.",
        &[("basic", 2_990), ("exclusive", 49_900)],
    ),
    (
        "Low Tide",
        "Acoustic guitar and the sea, 96 BPM.",
        &[("basic", 1_990), ("premium", 5_990)],
    ),
    (
        "Kitchen Radio",
        "A cheerful loop for cooking, 120 BPM.",
        &[("unlimited", 14_900)],
    ),
];

/// Walks through the house as its users would.
pub(super) struct Journey {
    api: String,
    hyperswitch: String,
    publishable_key: String,
    settings: PathBuf,
    invoice_file: PathBuf,
    binary: Binary,
    steps: Steps,
}

impl Journey {
    pub(super) fn new(house: &House) -> Self {
        Self {
            api: format!("{}/api/v1", house.base_url()),
            hyperswitch: house.hyperswitch_url().to_owned(),
            publishable_key: house.settings().get("HYPERSWITCH_PUBLISHABLE_KEY"),
            settings: house.settings().path().to_owned(),
            invoice_file: house.invoice_file(),
            binary: house.binary(),
            steps: Steps::new(),
        }
    }

    /// Whether nothing was sold yet. Products and unpaid orders may be left of a journey that broke off.
    pub(super) async fn is_first(&self) -> Result<bool, Box<dyn Error>> {
        let token = self.mint("admin").await?;
        let paid = self.get("/orders?view=all&status=paid&limit=1", "ADMIN", &token);
        let (status, orders) = self.steps.make(&paid).await?;
        if status != 200 {
            return Err(format!("the list of orders answered {status}: {orders}").into());
        }
        Ok(data(&orders).is_empty())
    }

    /// From an empty catalogue to a licence, and back.
    pub(super) async fn walk(&mut self) -> Result<(), Box<dyn Error>> {
        let start = Instant::now();
        // The first sale of a house has the first number of the year.
        let number_ends = if self.is_first().await? { "-000001" } else { "" };
        console::say(
            "\nA first sale. To repeat a line in a shell of your own, read the settings into it first:",
        );
        console::say(format_args!("   $ set -a; . {}; set +a", self.settings.display()));
        let seller = self.token("a seller signs in", "SELLER", "seller").await?;
        let mut tracks_on_sale = Vec::new();
        for track in CATALOGUE {
            tracks_on_sale.push(self.offer_track(track, &seller).await?);
        }
        let (product, offer) = tracks_on_sale.first().ok_or("the catalogue is empty")?;

        let buyer = self.token("a buyer signs in", "BUYER", "buyer").await?;
        let list = self.get("/products", "BUYER", &buyer);
        let is_listed = |list: &Value| data(list).iter().any(|one| one["id"] == product.as_str());
        self.steps
            .call_until("the buyer looks around", list, is_listed)
            .await?;
        let page = self.get(&format!("/products/{product}"), "BUYER", &buyer);
        self.steps.call("the buyer opens a product", page).await?;

        let order = self.place_order(product, offer, &buyer).await?;
        self.pay(&order).await?;
        let id = text(&order, "/id")?;
        let read = self.get(&format!("/orders/{id}"), "BUYER", &buyer);
        let title = "Hyperswitch's signed webhook arrives and the order is paid";
        self.steps
            .call_until_part(title, read, &["/status"], |order| order["status"] == "paid")
            .await?;
        let licences = self.get("/licences", "BUYER", &buyer);
        let title = "the licence is there";
        self.steps
            .call_until(title, licences, |list| {
                data(list).iter().any(|one| one["order_id"] == id)
            })
            .await?;
        console::say(format_args!(
            "\nThe first sale took {} ms.",
            start.elapsed().as_millis()
        ));
        let number = self.invoice(id, &buyer, number_ends).await?;
        self.review(product, id, &buyer).await?;
        self.refund(id, &seller, &buyer).await?;
        let title = "the rating of the refunded purchase counts no more";
        self.see_rating(title, product, &buyer, 0).await?;
        self.credit_note(id, &number, &buyer).await
    }

    /// The buyer has an invoice: its number, which ends as it should.
    async fn invoice(&mut self, order: &str, buyer: &str, ends: &str) -> Result<String, Box<dyn Error>> {
        let page = self.get(&format!("/orders/{order}/invoice"), "BUYER", buyer);
        let file = self.invoice_file.clone();
        self.steps
            .download_until("the invoice is there", page, &file, "%PDF-")
            .await?;
        let list = self.get(&format!("/invoices?order_id={order}"), "BUYER", buyer);
        let title = "its number is the next one of the year";
        let is_right = |list: &Value| {
            let number = data(list).first().and_then(|invoice| invoice["number"].as_str());
            number.is_some_and(|number| is_of_series(number) && number.ends_with(ends))
        };
        let list = self.steps.call_until(title, list, is_right).await?;
        Ok(text(&list, "/data/0/number")?.to_owned())
    }

    /// What goes back has a credit note.
    async fn credit_note(&mut self, order: &str, invoice: &str, buyer: &str) -> Result<(), Box<dyn Error>> {
        let list = self.get(&format!("/credit-notes?order_id={order}"), "BUYER", buyer);
        let cites = |list: &Value| data(list).iter().any(|one| one["preceding"]["number"] == invoice);
        let shown = ["/data/0/number", "/data/0/preceding"];
        self.steps
            .call_until_part("the credit note cites the invoice", list, &shown, cites)
            .await
    }

    /// The buyer says what they think, and everybody sees it.
    async fn review(&mut self, product: &str, order: &str, buyer: &str) -> Result<(), Box<dyn Error>> {
        let body = json!({ "order_id": order, "rating": 5, "text": "Carried me all the way to the coast." });
        let path = format!("/products/{product}/reviews");
        let post = self.post(&path, "BUYER", buyer, body);
        let review = self.steps.call("the buyer reviews the product", post).await?;
        let id = text(&review, "/id")?;
        let list = self.get(&path, "BUYER", buyer);
        let is_listed = |list: &Value| data(list).iter().any(|one| one["id"] == id);
        self.steps
            .call_until("the review is there for everybody", list, is_listed)
            .await?;
        self.see_rating("the product shows the rating", product, buyer, 1)
            .await
    }

    /// Waits until so many ratings of the product count.
    async fn see_rating(
        &mut self,
        title: &str,
        product: &str,
        buyer: &str,
        count: u32,
    ) -> Result<(), Box<dyn Error>> {
        let read = self.get(&format!("/products/{product}"), "BUYER", buyer);
        let is_counted = |product: &Value| product["rating"]["count"] == count;
        self.steps
            .call_until_part(title, read, &["/rating"], is_counted)
            .await
    }

    /// The seller gives the money back: when Hyperswitch says that it has gone, the licence has ended.
    async fn refund(&mut self, order: &str, seller: &str, buyer: &str) -> Result<(), Box<dyn Error>> {
        let body = json!({ "reason": "customer_request" });
        let ask = self.post(&format!("/orders/{order}/refund"), "SELLER", seller, body);
        self.steps.call("the seller refunds the order", ask).await?;
        let read = self.get(&format!("/orders/{order}"), "BUYER", buyer);
        let title = "Hyperswitch says that the money has gone back, and the licence is revoked";
        let is_over = |order: &Value| {
            order["refund_status"] == "refunded" && order["licences"][0]["status"] == "revoked"
        };
        let shown = ["/refund_status", "/licences/0/status"];
        self.steps.call_until_part(title, read, &shown, is_over).await
    }

    async fn offer_track(&mut self, track: Track, seller: &str) -> Result<(String, String), Box<dyn Error>> {
        let (title, description, offers) = track;
        let body = json!({ "title": title, "description": description });
        let create = self.post("/products", "SELLER", seller, body);
        let product = self
            .steps
            .call(&format!("the seller creates \"{title}\""), create)
            .await?;
        let id = text(&product, "/id")?.to_owned();
        let mut first_offer = None;
        for (kind, amount) in offers {
            let body = json!({
                "kind": kind,
                "price": { "amount": amount, "currency": "EUR" },
                "terms": { "version": "2026-01", "text": TERMS },
            });
            let add = self.post(&format!("/products/{id}/offers"), "SELLER", seller, body);
            let offer = self
                .steps
                .call(&format!("the seller offers a licence, {kind}"), add)
                .await?;
            first_offer.get_or_insert(text(&offer, "/id")?.to_owned());
        }
        let publish = self.post(&format!("/products/{id}/publish"), "SELLER", seller, json!({}));
        self.steps.call("the seller puts it on sale", publish).await?;
        Ok((id, first_offer.ok_or("a track without offers")?))
    }

    async fn place_order(
        &mut self,
        product: &str,
        offer: &str,
        buyer: &str,
    ) -> Result<Value, Box<dyn Error>> {
        let body = json!({
            "currency": "EUR",
            "lines": [{ "product_id": product, "offer_id": offer, "quantity": 1, "expected_unit_price": 2_990 }],
            "billing": {
                "name": "Ada Example",
                "email": "ada@example.org",
                "address_line_1": "1 Rue de la Paix",
                "postal_code": "75002",
                "city": "Paris",
                "country": "FR",
            },
            "consent": { "kind": "withdrawal_waiver", "text_hash": sha256_hex(CONSENT.as_bytes()) },
        });
        let place = self.post("/orders", "BUYER", buyer, body);
        self.steps.call("the buyer places an order", place).await
    }

    /// What the browser's payment form does.
    async fn pay(&mut self, order: &Value) -> Result<(), Box<dyn Error>> {
        let payment_id = text(order, "/payment/id")?;
        let body = json!({
            "client_secret": text(order, "/payment/client_secret")?,
            "payment_method": "card",
            "payment_method_type": "credit",
            "payment_method_data": { "card": {
                "card_number": GOOD_CARD,
                "card_exp_month": "12",
                "card_exp_year": "39",
                "card_holder_name": "Ada Example",
                "card_cvc": "123",
            } },
        });
        let key = self.publishable_key.clone();
        let confirm = Call {
            method: Method::POST,
            url: format!("{}/payments/{payment_id}/confirm", self.hyperswitch),
            header: Header::ApiKey(&key),
            idempotency_key: None,
            body: Some(body),
        };
        self.steps
            .call("the buyer's browser pays with a test card", confirm)
            .await?;
        Ok(())
    }

    async fn token(&mut self, title: &str, variable: &str, role: &str) -> Result<String, Box<dyn Error>> {
        self.steps.announce(title);
        let arguments = token_arguments(role).join(" ");
        console::say(format_args!(
            "   $ {variable}=$({} {arguments})",
            self.binary.path.display()
        ));
        self.mint(role).await
    }

    async fn mint(&self, role: &str) -> Result<String, Box<dyn Error>> {
        self.binary.run(&token_arguments(role)).await
    }

    fn get<'a>(&self, path: &str, variable: &'static str, token: &'a str) -> Call<'a> {
        let header = Header::Token { variable, token };
        Call {
            method: Method::GET,
            url: format!("{}{path}", self.api),
            header,
            idempotency_key: None,
            body: None,
        }
    }

    fn post<'a>(&self, path: &str, variable: &'static str, token: &'a str, body: Value) -> Call<'a> {
        // Without a key, which only costs the harmless repetition, if the system gives no random bytes.
        let idempotency_key = random_hex(8).ok();
        let header = Header::Token { variable, token };
        Call {
            method: Method::POST,
            url: format!("{}{path}", self.api),
            header,
            idempotency_key,
            body: Some(body),
        }
    }
}

/// Whether a number is one such as `FA-2026-000001`.
fn is_of_series(number: &str) -> bool {
    let parts: Vec<&str> = number.split('-').collect();
    let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), ["FA", year, number] if digits(year, 4) && digits(number, 6))
}

fn token_arguments(role: &str) -> [&str; 3] {
    ["token", "--role", role]
}

/// The rows of a page.
fn data(page: &Value) -> &[Value] {
    page["data"].as_array().map_or(&[], Vec::as_slice)
}

/// A text that an answer must have.
fn text<'a>(answer: &'a Value, pointer: &str) -> Result<&'a str, String> {
    answer
        .pointer(pointer)
        .and_then(Value::as_str)
        .ok_or_else(|| format!("the answer has no {pointer}: {answer}"))
}
