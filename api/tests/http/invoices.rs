//! Invoices and credit notes: in which form they come, to whom, and how they are listed.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::support::{Answer, Api, Call, Person, eventually};

pub(crate) const ORDER: &str = "order_01jd3e8m6xf2r9kq7v5t4w8zab";
pub(crate) const DOCUMENT: &str = "document_01jd3e8m6xf2r9kq7v5t4w8zab";
pub(crate) const PDF: &str = "application/pdf";
pub(crate) const XML: &str = "application/xml";
const JSON: &str = "application/json";

/// Who the platform is, so that it invoices.
pub(crate) const PLATFORM: [(&str, &str); 6] = [
    ("COMPTOIR_INVOICING_NAME", "Comptoir Musique SAS"),
    ("COMPTOIR_INVOICING_ADDRESS_LINE_1", "18 rue des Lilas"),
    ("COMPTOIR_INVOICING_POSTAL_CODE", "75011"),
    ("COMPTOIR_INVOICING_CITY", "Paris"),
    ("COMPTOIR_INVOICING_SIREN", "123456782"),
    ("COMPTOIR_INVOICING_VAT_ID", "FR11123456782"),
];

impl Api {
    /// From now on the database refuses events of a type.
    pub(crate) async fn forbid(&self, event_type: &str) {
        let statements = format!(
            "CREATE OR REPLACE FUNCTION forbid_step() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'forbidden by the test'; END $$;
             CREATE OR REPLACE TRIGGER forbid_step BEFORE INSERT ON events
             FOR EACH ROW WHEN (NEW.event_type = '{event_type}') EXECUTE FUNCTION forbid_step()"
        );
        let pool = self.node.engine().ledger().pool();
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
            .execute(pool)
            .await
            .unwrap();
    }
}

impl Sale {
    /// A paid order of a platform that invoices.
    pub(crate) async fn invoiced() -> Self {
        let sale = Self::unpaid_at(Api::start_with(&PLATFORM).await, json!({}))
            .await
            .pay()
            .await;
        sale.api.recorded("document.rendered").await;
        sale
    }

    pub(crate) fn invoice_path(&self) -> String {
        format!("/api/v1/orders/{}/invoice", self.order)
    }

    /// The invoice of the order as JSON.
    pub(crate) async fn invoice(&self) -> Value {
        let read = self
            .api
            .get(&self.invoice_path())
            .by(&self.buyer)
            .header("accept", JSON);
        read.send().await.expect(StatusCode::OK).body
    }

    /// The newest documents of a kind that somebody sees.
    pub(crate) async fn listed(&self, by: &Person, list: &str) -> Vec<Value> {
        let and = if list.contains('?') { '&' } else { '?' };
        let path = format!("/api/v1/{list}{and}min_position={}", self.api.head());
        let list = self.api.get(&path).by(by).send().await.expect(StatusCode::OK);
        list.body["data"].as_array().unwrap().clone()
    }
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers[name].to_str().unwrap()
}

/// Asks again as long as the document is not there yet.
pub(crate) async fn once_there(call: impl Fn() -> Call) -> Answer {
    eventually("the document is there", async || {
        let answer = call().send().await;
        (answer.status != StatusCode::ACCEPTED).then_some(answer)
    })
    .await
}

#[tokio::test]
async fn an_invoice_comes_in_the_form_that_is_wanted() {
    let sale = Sale::invoiced().await;
    let invoice = sale.invoice().await;
    let number = invoice["number"].as_str().unwrap();
    let by_id = format!("/api/v1/invoices/{}", invoice["id"].as_str().unwrap());
    let at_order = sale.invoice_path();
    for (path, accept, media_type, start) in [
        (&at_order, None, PDF, "%PDF-"),
        (&at_order, Some("*/*"), PDF, "%PDF-"),
        (&at_order, Some(XML), XML, "<?xml"),
        (&by_id, None, JSON, "{\"id\":\"document_"),
        (&by_id, Some(PDF), PDF, "%PDF-"),
        (&by_id, Some("text/xml"), XML, "<?xml"),
    ] {
        let mut call = sale.api.get(path).by(&sale.buyer);
        if let Some(accept) = accept {
            call = call.header("accept", accept);
        }
        let answer = call.send().await.expect(StatusCode::OK);
        assert_eq!(header(&answer, "content-type"), media_type, "{path} {accept:?}");
        assert!(answer.text.starts_with(start), "{path} {accept:?}");
        assert_eq!(header(&answer, "vary"), "accept");
        assert!(answer.headers.contains_key("comptoir-position"));
    }
    let page = sale.api.get(&at_order).by(&sale.buyer).send().await;
    let name = format!("attachment; filename=\"{number}.pdf\"");
    assert_eq!(header(&page, "content-disposition"), name);
    let etag = format!("\"{}\"", invoice["files"]["pdf"]["sha256"].as_str().unwrap());
    assert_eq!(header(&page, "etag"), etag);
    for path in [&at_order, &by_id] {
        for accept in ["image/png", "nonsense", "application/pdf;q=0"] {
            let refused = sale
                .api
                .get(path)
                .by(&sale.buyer)
                .header("accept", accept)
                .send()
                .await;
            assert_eq!(
                refused.problem(),
                "406 not_acceptable: a document can be had as application/pdf, application/xml, application/json"
            );
        }
    }
}

#[tokio::test]
async fn the_files_of_an_invoice_understand_ranges() {
    let sale = Sale::invoiced().await;
    let path = sale.invoice_path();
    let ask = || sale.api.get(&path).by(&sale.buyer).header("accept", XML);
    let whole = ask().send().await.expect(StatusCode::OK);
    let (etag, bytes) = (header(&whole, "etag").to_owned(), whole.text.len());
    assert_eq!(header(&whole, "content-length"), bytes.to_string());
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    let part = ask()
        .header("range", "bytes=2-4")
        .send()
        .await
        .expect(StatusCode::PARTIAL_CONTENT);
    assert_eq!(
        (header(&part, "content-range"), &*part.text),
        (&*format!("bytes 2-4/{bytes}"), &whole.text[2..5])
    );
    let last = ask()
        .header("range", "bytes=-3")
        .send()
        .await
        .expect(StatusCode::PARTIAL_CONTENT);
    assert_eq!(last.text, whole.text[bytes - 3..]);
    let unchanged = ask()
        .header("range", "bytes=0-0")
        .header("if-range", &etag)
        .send()
        .await;
    unchanged.expect(StatusCode::PARTIAL_CONTENT);
    let other = ask()
        .header("range", "bytes=0-0")
        .header("if-range", "\"x\"")
        .send()
        .await;
    assert_eq!(other.expect(StatusCode::OK).text, whole.text);
    let known = ask().header("if-none-match", &etag).send().await;
    assert_eq!(known.expect(StatusCode::NOT_MODIFIED).text, "");
    let beyond = ask().header("range", &format!("bytes={bytes}-")).send().await;
    assert_eq!(header(&beyond, "content-range"), format!("bytes */{bytes}"));
    assert_eq!(beyond.refusal(), "416 range_not_satisfiable");
    let head = sale
        .api
        .head_of(&path)
        .by(&sale.buyer)
        .header("accept", XML)
        .send()
        .await;
    let head = head.expect(StatusCode::OK);
    assert_eq!(
        (header(&head, "content-length"), &*head.text),
        (&*bytes.to_string(), "")
    );
}

#[tokio::test]
async fn what_is_no_document_is_refused() {
    let sale = Sale::invoiced().await;
    let invoice = sale.invoice().await["id"].as_str().unwrap().to_owned();
    let order = &sale.order;
    let mut refusals = Vec::new();
    for path in [
        format!("invoices/{DOCUMENT}"),
        "invoices/nonsense".to_owned(),
        format!("invoices/{order}"),
        format!("credit-notes/{invoice}"),
        format!("orders/{ORDER}/invoice"),
        format!("orders/{order}/invoice?document={DOCUMENT}"),
        format!("orders/{order}/invoice?document=nonsense"),
        format!("orders/{order}/invoice?surprise=1"),
    ] {
        let answer = sale
            .api
            .get(&format!("/api/v1/{path}"))
            .by(&sale.buyer)
            .send()
            .await;
        refusals.push(answer.refusal());
    }
    insta::assert_snapshot!(refusals.join("\n"), @r"
    404 document_not_found
    400 invalid_parameter
    400 invalid_parameter
    404 document_not_found
    404 order_not_found
    404 document_not_found
    400 invalid_parameter
    400 invalid_parameter
    ");
}

#[tokio::test]
async fn a_document_that_is_not_there_yet_says_what_it_waits_for() {
    let sale = Sale::unpaid_at(Api::start_with(&PLATFORM).await, json!({})).await;
    let unpaid = sale.api.get(&sale.invoice_path()).by(&sale.buyer);
    let unpaid = unpaid.header("accept", PDF).send().await;
    assert_eq!(
        unpaid.problem(),
        "404 document_not_found: no invoice is due for this order"
    );

    sale.api.forbid("invoicing.invoice_issued").await;
    let sale = sale.pay().await;
    let ask = |accept: &'static str| {
        sale.api
            .get(&sale.invoice_path())
            .by(&sale.buyer)
            .header("accept", accept)
    };
    for accept in [PDF, XML, JSON] {
        let waiting = ask(accept).send().await.expect(StatusCode::ACCEPTED);
        assert_eq!(
            (header(&waiting, "retry-after"), header(&waiting, "content-type")),
            ("1", JSON)
        );
        assert_eq!(
            (&waiting.body["code"], &waiting.body["order_id"]),
            (&json!("not_yet_issued"), &json!(sale.order))
        );
    }

    sale.api.forbid("document.rendered").await;
    let issued = once_there(|| ask(JSON)).await.expect(StatusCode::OK).body;
    assert_eq!(issued["files"], Value::Null);
    for path in [
        sale.invoice_path(),
        format!("/api/v1/invoices/{}", issued["id"].as_str().unwrap()),
    ] {
        let waiting = sale
            .api
            .get(&path)
            .by(&sale.buyer)
            .header("accept", PDF)
            .send()
            .await;
        let waiting = waiting.expect(StatusCode::ACCEPTED);
        assert_eq!(header(&waiting, "retry-after"), "1");
        assert_eq!(
            (
                &waiting.body["code"],
                &waiting.body["document_id"],
                &waiting.body["number"]
            ),
            (&json!("not_yet_rendered"), &issued["id"], &issued["number"])
        );
    }
    sale.api.forbid("nothing").await;
    let page = once_there(|| ask(PDF)).await.expect(StatusCode::OK);
    assert!(page.text.starts_with("%PDF-"));
}

#[tokio::test]
async fn a_refund_has_a_credit_note_of_its_own() {
    let sale = Sale::invoiced().await;
    let invoice = sale.invoice().await;
    sale.refund_in_full().await;
    sale.api.recorded("invoicing.credit_note_issued").await;
    let listed = sale.listed(&sale.buyer, "credit-notes").await;
    let [credit_note] = listed.as_slice() else {
        panic!("{listed:?}")
    };
    assert_eq!(credit_note["preceding"]["document_id"], invoice["id"]);
    assert_eq!(
        (&credit_note["kind"], &credit_note["reason"]),
        (&json!("credit_note"), &json!("refund"))
    );
    assert!(credit_note["refund_id"].is_string());
    let id = credit_note["id"].as_str().unwrap();
    let read = sale
        .api
        .get(&format!("/api/v1/credit-notes/{id}"))
        .by(&sale.buyer);
    let read = read.send().await.expect(StatusCode::OK).body;
    assert_eq!(
        (&read["type_code"], &read["number"]),
        (&json!("381"), &credit_note["number"])
    );
    let as_invoice = sale.api.get(&format!("/api/v1/invoices/{id}")).by(&sale.buyer);
    assert_eq!(as_invoice.send().await.problem(), "404 document_not_found");
    let named = format!("{}?document={id}", sale.invoice_path());
    let page = once_there(|| sale.api.get(&named).by(&sale.buyer))
        .await
        .expect(StatusCode::OK);
    assert!(page.text.starts_with("%PDF-"));
    // The invoice is still that of the order: nothing has taken its place.
    let after = sale.invoice().await;
    assert_eq!(
        (&after["id"], &after["credited"]),
        (&invoice["id"], &json!({"amount": 3990, "currency": "EUR"}))
    );
    assert_eq!(
        sale.listed(&sale.buyer, "invoices").await[0]["credited"],
        after["credited"]
    );
}

#[tokio::test]
async fn without_invoicing_there_are_no_documents() {
    let sale = Sale::paid().await;
    let asked = sale.api.get(&sale.invoice_path()).by(&sale.buyer).send().await;
    assert_eq!(
        asked.problem(),
        "404 document_not_found: no invoice is due for this order"
    );
    assert_eq!(sale.listed(&Person::admin(), "invoices").await, [Value::Null; 0]);
    let api = Api::start().await;
    assert_eq!(
        api.get("/api/v1/invoices").by(&Person::buyer()).send().await.body,
        json!({"data": [], "has_more": false})
    );
}
