//! Invoices and credit notes.

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use super::client::Answer;
use super::people::Person;
use super::shop::{GOOD_CARD, OnSale, id};
use super::{World, eventually};

/// Who the platform is, so that it invoices.
pub(crate) const PLATFORM: [(&str, &str); 6] = [
    ("COMPTOIR_INVOICING_NAME", "Comptoir Musique SAS"),
    ("COMPTOIR_INVOICING_ADDRESS_LINE_1", "18 rue des Lilas"),
    ("COMPTOIR_INVOICING_POSTAL_CODE", "75011"),
    ("COMPTOIR_INVOICING_CITY", "Paris"),
    ("COMPTOIR_INVOICING_SIREN", "123456782"),
    ("COMPTOIR_INVOICING_VAT_ID", "FR11123456782"),
];

pub(crate) const PDF: &str = "application/pdf";
pub(crate) const XML: &str = "application/xml";
pub(crate) const JSON: &str = "application/json";

impl World {
    /// A marketplace that invoices.
    pub(crate) async fn invoicing() -> Self {
        Self::invoicing_with(&[]).await
    }

    /// The same with further settings.
    pub(crate) async fn invoicing_with(settings: &[(&str, &str)]) -> Self {
        Self::with(&[&PLATFORM, settings].concat()).await
    }

    /// Reads in a form.
    pub(crate) async fn get_as(&self, person: &Person, path: &str, form: &str) -> Answer {
        let token = format!("Bearer {}", person.token);
        let headers = [("authorization", token.as_str()), ("accept", form)];
        self.client
            .send(Method::GET, &self.node.url(path), &headers, Bytes::new())
            .await
    }

    /// Buys something: the id of the order, paid.
    pub(crate) async fn sell(&self, buyer: &Person, on_sale: &OnSale) -> String {
        let placed = self.place(buyer, on_sale).await;
        self.pay(&placed, GOOD_CARD).await;
        let order = id(&placed);
        self.paid_with_licences(buyer, &order, 1).await;
        order
    }

    /// The invoice of an order as JSON, once its files are there.
    pub(crate) async fn invoice_of(&self, reader: &Person, order: &str) -> Value {
        let path = format!("/orders/{order}/invoice");
        eventually(&format!("{order} has its invoice"), async || {
            let answer = self.get_as(reader, &path, JSON).await;
            (answer.status == 200 && answer.body["files"].is_object()).then_some(answer.body)
        })
        .await
    }

    /// The only credit note of an order, once its files are there.
    pub(crate) async fn credit_note_of(&self, reader: &Person, order: &str) -> Value {
        let path = format!("/credit-notes?order_id={order}");
        eventually(&format!("{order} has its credit note"), async || {
            let answer = self.get(reader, &path).await;
            let found = answer.body["data"].as_array().cloned().unwrap_or_default();
            let first = found.into_iter().next()?;
            first["files"].is_object().then_some(first)
        })
        .await
    }

    /// Sends all of an order back.
    pub(crate) async fn refund(&self, seller: &Person, order: &str) {
        let path = format!("/orders/{order}/refund");
        let body = json!({ "reason": "customer_request" });
        self.post(seller, &path, &body).await.expect(201);
    }
}

/// What stands between the first pair of these tags.
pub(crate) fn tag<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<ram:{name}"))?;
    let (_, rest) = rest.split_once('>')?;
    rest.split_once('<').map(|(text, _)| text)
}
