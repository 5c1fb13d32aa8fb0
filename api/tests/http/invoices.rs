//! Invoices and credit notes: in which form they come, to whom, and how they are listed.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::support::{Answer, Api, Call, Person};

const ORDER: &str = "order_01jd3e8m6xf2r9kq7v5t4w8zab";
const DOCUMENT: &str = "document_01jd3e8m6xf2r9kq7v5t4w8zab";
const PDF: &str = "application/pdf";
const XML: &str = "application/xml";
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
    for _ in 0..1600 {
        let answer = call().send().await;
        if answer.status != StatusCode::ACCEPTED {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the document was never there")
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
    let same = ask()
        .header("range", "bytes=0-0")
        .header("if-range", &etag)
        .send()
        .await;
    same.expect(StatusCode::PARTIAL_CONTENT);
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
async fn each_sees_the_documents_that_are_theirs() {
    let sale = Sale::invoiced().await;
    let id = sale.invoice().await["id"].as_str().unwrap().to_owned();
    let by_id = format!("/api/v1/invoices/{id}");
    let admin = Person::admin();
    for by in [&sale.buyer, &admin] {
        let read = sale.api.get(&by_id).by(by).send().await.expect(StatusCode::OK);
        assert_eq!(read.body["buyer"]["name"], "Ada Lovelace");
        sale.api
            .get(&sale.invoice_path())
            .by(by)
            .send()
            .await
            .expect(StatusCode::OK);
        assert_eq!(sale.listed(by, "invoices").await.len(), 1);
    }
    // The seller's products are supplied by the platform: the invoice is none of theirs.
    for by in [&sale.seller, &Person::buyer(), &Person::seller()] {
        let refused = sale.api.get(&by_id).by(by).send().await;
        assert_eq!(refused.problem(), "404 document_not_found");
        let refused = sale.api.get(&sale.invoice_path()).by(by).send().await;
        assert_eq!(refused.problem(), "404 order_not_found");
        assert_eq!(sale.listed(by, "invoices").await, [Value::Null; 0]);
    }
    for path in [&by_id, &sale.invoice_path()] {
        assert_eq!(sale.api.get(path).send().await.refusal(), "401 unauthenticated");
    }
}

#[tokio::test]
async fn an_auditor_sees_figures_and_no_person() {
    let sale = Sale::invoiced().await;
    let auditor = Person::auditor();
    let own = sale.invoice().await;
    let by_id = format!("/api/v1/invoices/{}", own["id"].as_str().unwrap());
    let seen = sale
        .api
        .get(&by_id)
        .by(&auditor)
        .send()
        .await
        .expect(StatusCode::OK);
    assert!(
        !seen.text.contains("Lovelace") && !seen.text.contains("Square"),
        "{}",
        seen.text
    );
    let mut expected = own.clone();
    for field in ["supplier", "supplier_erased", "buyer", "buyer_erased"] {
        expected.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(seen.body, expected);
    for (path, accept) in [(&by_id, PDF), (&by_id, XML), (&sale.invoice_path(), "*/*")] {
        let refused = sale
            .api
            .get(path)
            .by(&auditor)
            .header("accept", accept)
            .send()
            .await;
        assert_eq!(
            refused.problem(),
            "403 forbidden: auditors see no personal data; the figures can be had as application/json"
        );
    }
    let listed = sale.listed(&auditor, "invoices").await;
    assert_eq!(listed[0]["id"], own["id"]);
}

#[tokio::test]
async fn a_list_shows_what_a_read_shows() {
    let sale = Sale::invoiced().await;
    let invoice = sale.invoice().await;
    let listed = &sale.listed(&sale.buyer, "invoices").await[0];
    for (field, value) in listed.as_object().unwrap() {
        if field == "totals" {
            for part in ["net", "tax", "gross"] {
                assert_eq!(value[part], invoice["totals"][part], "{part}");
            }
        } else {
            assert_eq!(value, &invoice[field], "{field}");
        }
    }
    assert_eq!(
        listed["totals"]["gross"],
        json!({"amount": 3990, "currency": "EUR"})
    );
}

#[tokio::test]
async fn lists_are_filtered_and_what_is_no_filter_is_refused() {
    let sale = Sale::invoiced().await;
    let invoice = sale.invoice().await;
    let (number, day) = (
        invoice["number"].as_str().unwrap(),
        invoice["issued_on"].as_str().unwrap(),
    );
    let order = &sale.order;
    for (filter, found) in [
        (format!("order_id={order}"), 1),
        (format!("order_id={ORDER}"), 0),
        (format!("number={number}"), 1),
        ("number=FA-1999-000001".to_owned(), 0),
        (format!("issued_from={day}&issued_to={day}"), 1),
        ("issued_to=2000-01-01".to_owned(), 0),
        ("issued_from=2999-01-01".to_owned(), 0),
        (format!("seller_id={}", sale.seller.id), 0),
    ] {
        let listed = sale.listed(&sale.buyer, &format!("invoices?{filter}")).await;
        assert_eq!(listed.len(), found, "{filter}");
    }
    let mut refusals = Vec::new();
    for wrong in [
        "number=fa-1",
        "issued_from=yesterday",
        "issued_from=2026-02-30",
        "issued_from=2026-02-02&issued_to=2026-02-01",
        "order_id=nonsense",
        "seller_id=nonsense",
        "starting_after=nonsense",
        "limit=0",
        "surprise=1",
    ] {
        for list in ["invoices", "credit-notes"] {
            let path = format!("/api/v1/{list}?{wrong}");
            refusals.push(sale.api.get(&path).by(&sale.buyer).send().await.problem());
        }
    }
    refusals.dedup();
    insta::assert_snapshot!(refusals.join("\n"), @"");
}

#[tokio::test]
async fn a_page_begins_behind_a_document_of_the_list_and_no_other() {
    let sale = Sale::invoiced().await;
    let id = sale.invoice().await["id"].as_str().unwrap().to_owned();
    let behind = async |by: &Person, list: &str, id: &str| {
        let path = format!(
            "/api/v1/{list}?starting_after={id}&min_position={}",
            sale.api.head()
        );
        sale.api.get(&path).by(by).send().await
    };
    let own = behind(&sale.buyer, "invoices", &id).await.expect(StatusCode::OK);
    assert_eq!(own.body, json!({"data": [], "has_more": false}));
    let unknown = behind(&sale.buyer, "invoices", DOCUMENT).await.problem();
    assert!(unknown.contains("unknown_cursor"), "{unknown}");
    for (by, list) in [
        (&Person::buyer(), "invoices"),
        (&sale.seller, "invoices"),
        (&sale.buyer, "credit-notes"),
        (&Person::admin(), "credit-notes"),
    ] {
        assert_eq!(behind(by, list, &id).await.problem(), unknown, "{list}");
    }
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
    insta::assert_snapshot!(refusals.join("\n"), @"");
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
