//! Products, orders and payments.

use bytes::Bytes;
use comptoir_sandbox::hyperswitch::StandInOptions;
use comptoir_sandbox::sha256_hex;
use hyper::Method;
use serde_json::{Value, json};

use super::client::Answer;
use super::people::Person;
use super::{World, eventually};

/// A card that pays.
pub(crate) const GOOD_CARD: &str = "4242424242424242";
/// What an offer costs, in cents.
pub(crate) const PRICE: i64 = 2_990;

/// A product on sale with one offer.
#[derive(Debug, Clone)]
pub(crate) struct OnSale {
    pub(crate) product: String,
    pub(crate) offer: String,
}

impl OnSale {
    /// The body of an order of it.
    pub(crate) fn order(&self, quantity: u32) -> Value {
        json!({
            "currency": "EUR",
            "lines": [{
                "product_id": self.product, "offer_id": self.offer,
                "quantity": quantity, "expected_unit_price": PRICE,
            }],
            "billing": {
                "name": "Ada Example", "email": "ada@example.org",
                "address_line_1": "1 Rue de la Paix", "postal_code": "75002", "city": "Paris", "country": "FR",
            },
            "consent": { "kind": "withdrawal_waiver", "text_hash": sha256_hex(b"I agree.") },
        })
    }
}

/// The id in a body.
#[track_caller]
pub(crate) fn id(body: &Value) -> String {
    body["id"].as_str().expect("the body has an id").to_owned()
}

/// The id of the payment of an order.
#[track_caller]
pub(crate) fn payment_id(order: &Value) -> String {
    order["payment"]["id"]
        .as_str()
        .expect("an order has a payment")
        .to_owned()
}

impl World {
    /// Puts a product with one offer of a kind on sale.
    pub(crate) async fn on_sale(&self, kind: &str) -> OnSale {
        self.on_sale_by(&self.seller().await, kind).await
    }

    /// The same for a seller who is known.
    pub(crate) async fn on_sale_by(&self, seller: &Person, kind: &str) -> OnSale {
        let product = self
            .post(seller, "/products", &json!({ "title": "Night Drive" }))
            .await
            .expect(201);
        let product = id(&product.body);
        let offer = json!({
            "kind": kind,
            "price": { "amount": PRICE, "currency": "EUR" },
            "terms": { "version": "2026-01", "text": "The buyer may use the recording." },
        });
        let offer = self
            .post(seller, &format!("/products/{product}/offers"), &offer)
            .await
            .expect(201);
        self.post(seller, &format!("/products/{product}/publish"), &json!({}))
            .await
            .expect(200);
        OnSale {
            product,
            offer: id(&offer.body),
        }
    }

    /// Places an order, which must work.
    pub(crate) async fn place(&self, buyer: &Person, on_sale: &OnSale) -> Value {
        self.post(buyer, "/orders", &on_sale.order(1))
            .await
            .expect(201)
            .body
    }

    /// What the browser's payment form does.
    pub(crate) async fn pay(&self, order: &Value, card: &str) -> Answer {
        let body = json!({
            "client_secret": order["payment"]["client_secret"],
            "payment_method": "card",
            "payment_method_type": "credit",
            "payment_method_data": { "card": {
                "card_number": card, "card_exp_month": "12", "card_exp_year": "39",
                "card_holder_name": "Ada Example", "card_cvc": "123",
            } },
        });
        let url = format!(
            "{}/payments/{}/confirm",
            self.stand_in.base_url(),
            payment_id(order)
        );
        let key = StandInOptions::default().publishable_key;
        let headers = [("api-key", key.as_str()), ("content-type", "application/json")];
        self.client
            .send(Method::POST, &url, &headers, Bytes::from(body.to_string()))
            .await
            .expect(200)
    }

    /// Waits until the order is as wanted.
    pub(crate) async fn order_until(
        &self,
        buyer: &Person,
        order_id: &str,
        what: &str,
        is_right: impl Fn(&Value) -> bool,
    ) -> Value {
        let path = format!("/orders/{order_id}");
        eventually(what, async || {
            let answer = self.get(buyer, &path).await;
            (answer.status == 200 && is_right(&answer.body)).then_some(answer.body)
        })
        .await
    }

    /// Waits until the order is paid and has so many licences.
    pub(crate) async fn paid_with_licences(&self, buyer: &Person, order_id: &str, licences: usize) -> Value {
        let what = format!("{order_id} is paid, with {licences} licences");
        self.order_until(buyer, order_id, &what, |order| {
            order["status"] == "paid"
                && order["licences"]
                    .as_array()
                    .is_some_and(|all| all.len() == licences)
        })
        .await
    }
}
